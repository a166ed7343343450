import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { Key } from '../../src/repl/keys/key.ts';
import { listenForStop } from '../../src/repl/stop-listener.ts';

async function listen(...sent: string[]) {
  const stdin = new PassThrough();
  const [onStop, onSuspend] = [vi.fn(), vi.fn()];
  const taken: Key[] = [];
  const end = listenForStop({
    stdin,
    write: () => {},
    onEnd: () => {},
    onExit: () => () => {},
    onStop,
    onSuspend,
    take: (key) => taken.push(key),
  });
  for (const text of sent) {
    stdin.write(text);
    await setImmediate();
  }
  end();
  const shown = taken.map((key) =>
    key.type === 'text' || key.type === 'paste' ? [key.type, key.text] : [key],
  );
  return { taken: shown, onStop, onSuspend };
}

const text = (typed: string) => ['text', typed];
const pasted = (typed: string) => ['paste', typed];

describe('what is typed while the terminal is lent to work that reads no keys', () => {
  it.each<[string, string[], string[][]]>([
    ['letters', ['a thought'], [text('a thought')]],
    ['letters that Backspace took back', ['abx', '\u007f'], [text('ab')]],
    ['more of Backspace than letters', ['a', '\u007f', '\u007f', 'b'], [text('b')]],
    [
      'lines, and Enter sends none',
      ['first', '\r', 'second', '\r'],
      [text('first'), pasted('\n'), text('second')],
    ],
    ['Enter alone', ['\r', '\r'], []],
    ['a paste, which is data', ['\u001b[200~!ls\u001b[201~'], [pasted('!ls')]],
  ])('comes back as it was: %s', async (_, sent, expected) => {
    const { taken, onStop } = await listen(...sent);
    expect(taken).toEqual(expected);
    expect(onStop).not.toHaveBeenCalled();
  });

  it('is stopped by Ctrl+C and put into the background by Ctrl+Z, and keeps what came before', async () => {
    const { taken, onStop, onSuspend } = await listen('a', '\u001a', '\u0003');
    expect(taken).toEqual([text('a')]);
    expect(onStop).toHaveBeenCalledOnce();
    expect(onSuspend).toHaveBeenCalledOnce();
  });
});
