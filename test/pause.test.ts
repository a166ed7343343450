import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { limitTime } from '../src/pause.ts';

/** The flag stays for other contexts alone. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  setFlagsFromString('--no-expose-gc');
}

/** The names of the reasons, for nobody else holds the signal. */
function listen(reasons: string[], milliseconds: number, ...signals: AbortSignal[]): void {
  const signal = limitTime(milliseconds, ...signals);
  signal.addEventListener('abort', () => reasons.push(signal.reason.name));
}

describe('a limit of time', () => {
  it('ends what it is given to, also when memory was cleared in the meantime', async () => {
    const reasons: string[] = [];
    listen(reasons, 300, new AbortController().signal);
    await sleep(10);
    collectGarbage();
    await vi.waitFor(() => expect(reasons).toEqual(['TimeoutError']), { timeout: 10_000 });
  });

  it('does not outlast the other signals', async () => {
    const reasons: string[] = [];
    const own = new AbortController();
    listen(reasons, 20, own.signal);
    own.abort(new DOMException('no', 'AbortError'));
    await sleep(40);
    expect(reasons).toEqual(['AbortError']);
  });
});
