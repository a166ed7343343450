import { expect, test } from 'vitest';
import type { DeviceOutcome } from './github/device-state.ts';
import { openSimulator, pollDeviceFlow, startDeviceFlow } from './test-client.ts';

async function issueCode(simulator: Awaited<ReturnType<typeof openSimulator>>): Promise<string> {
  const answer = (await (await startDeviceFlow(simulator)).json()) as { device_code: string };
  return answer.device_code;
}

test('a device code comes as JSON to whoever asks for JSON', async () => {
  const simulator = await openSimulator();
  const response = await startDeviceFlow(simulator);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    device_code: expect.stringMatching(/^[0-9a-f]{40}$/),
    user_code: expect.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/),
    verification_uri: `${simulator.urls.server}/login/device`,
    expires_in: 899,
    interval: 1,
  });
});

test('a device code comes as a form to whoever does not, and the request may be a form too', async () => {
  const simulator = await openSimulator();
  const response = await fetch(`${simulator.urls.server}/login/device/code`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'Iv1.b507a08c87ecfe98' }),
  });
  expect(response.headers.get('content-type')).toContain('application/x-www-form-urlencoded');
  expect(new URLSearchParams(await response.text()).get('device_code')).toHaveLength(40);
});

test('an unknown client id is not found', async () => {
  const simulator = await openSimulator();
  const response = await startDeviceFlow(simulator, { client_id: 'Iv1.nobody' });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: 'Not Found' });
});

test('an approved code gives a token that GitHub then knows', async () => {
  const simulator = await openSimulator();
  const response = await pollDeviceFlow(simulator, { device_code: await issueCode(simulator) });
  const { grantedToken } = simulator.state.device;
  expect(await response.json()).toEqual({
    access_token: grantedToken,
    token_type: 'bearer',
    scope: 'read:user',
  });
  const user = await fetch(`${simulator.urls.api}/user`, {
    headers: { authorization: `Bearer ${grantedToken}` },
  });
  expect(await user.json()).toMatchObject({ login: 'octocat' });
});

const scriptable: DeviceOutcome[] = [
  'authorization_pending',
  'access_denied',
  'expired_token',
  'token_expired',
  'incorrect_device_code',
  'unsupported_grant_type',
  'incorrect_client_credentials',
  'device_flow_disabled',
  'bad_verification_code',
];

test.each(scriptable)('a script makes the next poll answer 200 with %s', async (error) => {
  const simulator = await openSimulator({ device: { outcomes: [error] } });
  const device_code = await issueCode(simulator);
  const response = await pollDeviceFlow(simulator, { device_code });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    error,
    error_description: expect.any(String),
    error_uri: expect.any(String),
  });
  expect(await (await pollDeviceFlow(simulator, { device_code })).json()).toHaveProperty('access_token');
});

test('a poll that comes too soon is told to slow down, and the interval grows for good', async () => {
  let now = 0;
  const device = { enforceInterval: true, approveAfterMs: undefined, interval: 5 };
  const simulator = await openSimulator({ device, now: () => now });
  const device_code = await issueCode(simulator);
  const pollAt = async (time: number) => {
    now = time;
    return (await (await pollDeviceFlow(simulator, { device_code })).json()) as object;
  };
  expect(await pollAt(0)).toMatchObject({ error: 'authorization_pending' });
  expect(await pollAt(4000)).toMatchObject({ error: 'slow_down', interval: 10 });
  expect(await pollAt(13_999)).toMatchObject({ error: 'slow_down', interval: 15 });
  expect(await pollAt(28_999)).toMatchObject({ error: 'authorization_pending' });
});

test('a code is approved once its time has come, and expires when it is too old', async () => {
  let now = 0;
  const simulator = await openSimulator({ device: { approveAfterMs: 2000 }, now: () => now });
  const device_code = await issueCode(simulator);
  expect(await (await pollDeviceFlow(simulator, { device_code })).json()).toMatchObject({
    error: 'authorization_pending',
  });
  now = 900_000;
  expect(await (await pollDeviceFlow(simulator, { device_code })).json()).toMatchObject({
    error: 'expired_token',
  });
});

test.each([
  [{ device_code: 'unknown' }, 'incorrect_device_code'],
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ client_id: 'Iv1.nobody' }, 'incorrect_client_credentials'],
])('a poll with %o is refused with %s', async (form, error) => {
  const simulator = await openSimulator();
  const device_code = await issueCode(simulator);
  const response = await pollDeviceFlow(simulator, { device_code, ...form });
  expect(await response.json()).toMatchObject({ error });
});

test('a script can answer a poll word for word, with another status, or reset the connection', async () => {
  const raw = { status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' };
  const simulator = await openSimulator({
    device: { outcomes: [raw, 'reset', 'access_denied'], pollStatus: 400 },
  });
  const device_code = await issueCode(simulator);
  const first = await pollDeviceFlow(simulator, { device_code });
  expect([first.status, await first.text()]).toEqual([502, '<html>Bad Gateway</html>']);
  await expect(pollDeviceFlow(simulator, { device_code })).rejects.toThrow('fetch failed');
  expect((await pollDeviceFlow(simulator, { device_code })).status).toBe(400);
});
