import { describe, expect, it } from 'vitest';
import type { BellChoice } from '../../src/config/setting-choices.ts';
import { createBell } from '../../src/repl/bell.ts';

/** What is written after work of some seconds; `focus` is what the terminal reported before its end. */
function ring(choice: BellChoice, seconds: number, ...focus: boolean[]): string {
  let written = '';
  let now = 0;
  const bell = createBell({ choice, write: (text) => (written += text), now: () => now });
  bell.begin();
  now += seconds * 1000;
  for (const isFocused of focus) bell.look(isFocused);
  bell.end();
  bell.end();
  return written;
}

describe('the bell', () => {
  it.each<[string, BellChoice, number, boolean[], string]>([
    ['a window that is away', 'bell', 2, [false], '\u0007'],
    ['a window that is away, and a moment', 'bell', 0.5, [false], ''],
    ['a window with the focus', 'bell', 500, [true], ''],
    ['a window that went away and came back', 'bell', 500, [false, true], ''],
    ['a terminal that reports no focus, and a long answer', 'bell', 20, [], '\u0007'],
    ['a terminal that reports no focus, and a short answer', 'bell', 19, [], ''],
    ['a notice', 'notice', 30, [], '\u001b]9;copilot-cli: the answer is complete\u0007'],
    ['no bell', 'off', 500, [false], ''],
  ])('with %s', (_, choice, seconds, focus, expected) => {
    expect(ring(choice, seconds, ...focus)).toBe(expected);
  });
});
