import { describe, expect, it, onTestFinished } from 'vitest';
import { type DeviceFlowOptions, pollDeviceFlow, startDeviceFlow } from '../../src/auth/device-flow.ts';
import { createHttp } from '../../src/http/http.ts';
import type { DeviceOutcome } from '../simulator/github/device-state.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const token = 'ghu_grantedToTheTest';

type Flow = {
  simulator: Simulator;
  options: DeviceFlowOptions;
  waits: number[];
  advance(milliseconds: number): void;
};

/** A device flow whose waits take no time, but move its clock. */
async function createFlow(outcomes: DeviceOutcome[], signal = new AbortController().signal): Promise<Flow> {
  const simulator = await startSimulator({
    device: { outcomes, approveAfterMs: undefined, interval: 5, expiresIn: 900, grantedToken: token },
  });
  onTestFinished(() => simulator.close());
  const waits: number[] = [];
  let clock = 1_000_000;
  const options: DeviceFlowOptions = {
    http: createHttp({ env: {}, now: Date.now }),
    serverUrl: simulator.urls.server,
    clientId: 'Iv1.b507a08c87ecfe98',
    userAgent: 'copilot-cli/test',
    signal,
    now: () => clock,
    wait: async (milliseconds) => {
      waits.push(milliseconds / 1000);
      clock += milliseconds;
    },
  };
  return { simulator, options, waits, advance: (milliseconds) => (clock += milliseconds) };
}

async function run({ options }: Flow): Promise<string> {
  return (await pollDeviceFlow(options, await startDeviceFlow(options))).expose();
}

describe('a device flow', () => {
  it('polls at once, and then at the interval', async () => {
    const flow = await createFlow(['authorization_pending', 'authorization_pending', 'approved']);
    expect(await run(flow)).toBe(token);
    expect(flow.waits).toEqual([5, 5]);
  });

  it('obeys slow_down for good, by the interval in the answer', async () => {
    const flow = await createFlow([
      'slow_down',
      'authorization_pending',
      'slow_down',
      'authorization_pending',
      'approved',
    ]);
    expect(await run(flow)).toBe(token);
    expect(flow.waits).toEqual([10, 10, 15, 15]);
  });

  it('adds five seconds where slow_down names no interval', async () => {
    const flow = await createFlow([
      { status: 200, body: { error: 'slow_down' } },
      'authorization_pending',
      'approved',
    ]);
    expect(await run(flow)).toBe(token);
    expect(flow.waits).toEqual([10, 10]);
  });

  it('rides out failures with growing waits, and goes back to the interval after them', async () => {
    const flow = await createFlow([
      'reset',
      { status: 503, body: 'busy' },
      'reset',
      'authorization_pending',
      'approved',
    ]);
    expect(await run(flow)).toBe(token);
    expect(flow.waits).toEqual([5, 10, 20, 5]);
  });

  it('gives up after six failures in a row, with the last one', async () => {
    const flow = await createFlow(Array.from({ length: 9 }, () => ({ status: 503, body: 'busy' })));
    await expect(run(flow)).rejects.toMatchObject({ code: 'upstream', name: 'DeviceFlowError' });
    expect(flow.simulator.requestsTo('/login/oauth/access_token')).toHaveLength(6);
    expect(flow.waits).toEqual([5, 10, 20, 30, 30]);
  });

  it('polls until the code expires, by the clock on the wall', async () => {
    const flow = await createFlow([]);
    await expect(run(flow)).rejects.toMatchObject({
      code: 'auth_required',
      details: { reason: 'expired_token' },
    });
    expect(flow.waits.reduce((sum, seconds) => sum + seconds, 0)).toBe(900);
  });

  it('ends at once where the machine slept past the expiry', async () => {
    const flow = await createFlow([
      'authorization_pending',
      'authorization_pending',
      'authorization_pending',
    ]);
    const code = await startDeviceFlow(flow.options);
    const options = {
      ...flow.options,
      wait: async () => {
        flow.advance(3_600_000);
      },
    };
    await expect(pollDeviceFlow(options, code)).rejects.toMatchObject({
      details: { reason: 'expired_token' },
    });
    expect(flow.simulator.requestsTo('/login/oauth/access_token')).toHaveLength(1);
  });

  it('stops with the reason of the signal', async () => {
    const controller = new AbortController();
    const flow = await createFlow([], controller.signal);
    const { wait: _, ...options } = flow.options;
    const polling = pollDeviceFlow(options, await startDeviceFlow(flow.options));
    await flow.simulator.waitForRequest('/login/oauth/access_token');
    controller.abort(new Error('enough'));
    await expect(polling).rejects.toThrow('enough');
  });

  it('understands an answer without interval, lifetime and address', async () => {
    const flow = await createFlow([]);
    flow.simulator.faults.add({
      path: '/login/device/code',
      body: { device_code: 'abc', user_code: 'WXYZ-1234' },
    });
    expect(await startDeviceFlow(flow.options)).toMatchObject({
      userCode: 'WXYZ-1234',
      verificationUri: `${flow.simulator.urls.server}/login/device`,
      expiresAt: 1_000_000 + 900_000,
      interval: 5,
    });
  });

  it.each([
    [{ status: 503, body: 'busy' }, 'upstream'],
    [{ status: 200, body: { error: 'device_flow_disabled' } }, 'auth_required'],
  ])('does not start where the answer is %j', async (fault, code) => {
    const flow = await createFlow([]);
    flow.simulator.faults.add({ path: '/login/device/code', ...fault });
    await expect(startDeviceFlow(flow.options)).rejects.toMatchObject({ code, name: 'DeviceFlowError' });
  });
});
