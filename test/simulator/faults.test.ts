import { expect, test } from 'vitest';
import type { Fault } from './fault.ts';
import { callCopilot, createChat, openSimulator, readEvents, send } from './test-client.ts';

const path = '/chat/completions';
const body = createChat('gpt-4.1');
const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
const createError = (code: string) => ({ error: { message: 'Sorry.', code } });

const answers: [string, Fault, string][] = [
  [
    '402',
    { path, status: 402, body: createError('quota_exceeded') },
    '{"error":{"message":"Sorry.","code":"quota_exceeded"}}',
  ],
  [
    '408',
    { path, status: 408, body: createError('user_request_timeout') },
    '{"error":{"message":"Sorry.","code":"user_request_timeout"}}',
  ],
  ['413', { path, status: 413, body: 'Request Entity Too Large\n' }, 'Request Entity Too Large\n'],
  [
    '429 with a suffixed code',
    { path, status: 429, body: createError('user_global_rate_limited:pro_plus') },
    '{"error":{"message":"Sorry.","code":"user_global_rate_limited:pro_plus"}}',
  ],
  ['499 without a body', { path, status: 499 }, ''],
  ['500', { path, status: 500, body: '<html></html>', contentType: 'text/html' }, '<html></html>'],
  ['503', { path, status: 503 }, ''],
];

test.each(answers)('a fault answers %s, once, and then the service is back', async (_name, fault, text) => {
  const simulator = await openSimulator();
  simulator.faults.add(fault);
  const response = await callCopilot(simulator, path, { body });
  expect([response.status, await response.text()]).toEqual([fault.status, text]);
  expect(response.headers.get('x-github-request-id')).not.toBeNull();
  expect((await send(`${simulator.urls.copilot}/_ping`)).status).toBe(200);
  expect((await callCopilot(simulator, path, { body })).status).toBe(200);
});

test.each(['2', date])('Retry-After can be "%s"', async (retryAfter) => {
  const simulator = await openSimulator();
  simulator.faults.add({
    path,
    status: 429,
    headers: { 'retry-after': retryAfter, 'x-ratelimit-exceeded': 'x' },
  });
  const response = await callCopilot(simulator, path, { body });
  expect(response.headers.get('retry-after')).toBe(retryAfter);
});

test('faults are used in order, by path, method and host, as often as they say', async () => {
  const simulator = await openSimulator();
  simulator.faults.add({ path, method: 'GET', status: 501 });
  simulator.faults.add({ path, host: 'wrongPlan', status: 502 });
  simulator.faults.add({ path: /completions$/, status: 503, times: 2 });
  simulator.faults.add({ path, status: 504 });
  const statuses: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    statuses.push((await callCopilot(simulator, path, { body })).status);
  }
  expect(statuses).toEqual([503, 503, 504, 200]);
  expect((await callCopilot(simulator, path)).status).toBe(501);
  simulator.faults.clear();
  expect((await send(`${simulator.urls.wrongPlan}${path}`, { body })).status).toBe(400);
});

test('a proxy on the way answers without the headers of the service', async () => {
  const simulator = await openSimulator();
  simulator.faults.add({ path, status: 502, body: '<html></html>', bare: true });
  const response = await callCopilot(simulator, path, { body });
  expect(response.headers.get('x-github-request-id')).toBeNull();
});

test('a fault can reset the connection before the answer', async () => {
  const simulator = await openSimulator();
  simulator.faults.add({ path, reset: true });
  await expect(callCopilot(simulator, path, { body })).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) },
  });
});

test('a fault that never answers shows when the client gives up', async () => {
  const simulator = await openSimulator();
  simulator.faults.add({ path, noAnswer: true });
  const abort = new AbortController();
  const call = callCopilot(simulator, path, { body, signal: abort.signal });
  const request = await simulator.waitForRequest(path);
  expect(request.closedByClient).toBeUndefined();
  abort.abort();
  await expect(call).rejects.toThrow('aborted');
  await expect.poll(() => request.closedByClient).toBe(true);
});

test('a fault can delay the answer, or bend one stream only', async () => {
  const simulator = await openSimulator();
  simulator.faults.add({ path, delayMs: 20, transport: { cutAfterEvents: 1 } });
  const start = performance.now();
  const response = await callCopilot(simulator, path, { body });
  expect(performance.now() - start).toBeGreaterThan(15);
  expect(await readEvents(response)).toHaveLength(1);
  const events = await readEvents(await callCopilot(simulator, path, { body }));
  expect(events.at(-1)?.data).toBe('[DONE]');
});

test('a client that hangs up in the middle of a stream is noticed', async () => {
  const simulator = await openSimulator({ answer: { text: 'one two three', deltaDelayMs: 5000 } });
  const abort = new AbortController();
  const response = await callCopilot(simulator, path, { body, signal: abort.signal });
  await response.body?.getReader().read();
  abort.abort();
  await expect.poll(() => simulator.requests[0]?.closedByClient).toBe(true);
});
