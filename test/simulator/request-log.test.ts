import { afterEach, expect, test, vi } from 'vitest';
import { createRequestLog } from './request-log.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('waiting for a request that never comes fails after ten seconds and names those that did', async () => {
  vi.useFakeTimers();
  const log = createRequestLog();
  log.add({
    host: 'api',
    method: 'GET',
    path: '/user',
    query: {},
    headers: {},
    rawHeaderNames: [],
    body: undefined,
    bodyBytes: 0,
    receivedAt: 0,
    clientPort: 0,
  });
  const failure = expect(log.waitForRequest('/models')).rejects.toThrow(
    'no request number 1 to /models arrived; these did: GET api/user',
  );
  await vi.advanceTimersByTimeAsync(10_000);
  await failure;
});
