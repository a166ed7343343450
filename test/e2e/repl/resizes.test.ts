import { describe, expect } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

const paragraphs = Array.from({ length: 20 }, (_, paragraph) =>
  Array.from({ length: 25 }, (_word, word) => `p${paragraph}w${word}`).join(' '),
);
const words = paragraphs.join(' ').split(' ');

/** The words of the answer that stand in the terminal. Rows that the terminal wrapped are one line. */
function readWords(chat: Emulator): string[] {
  return (
    chat
      .text({ joinWrapped: true })
      .join('\n')
      .match(/p\d+w\d+/g) ?? []
  );
}

function expectNoDebris(chat: Emulator, composer: string): void {
  const rows = chat.text({ joinWrapped: true });
  expect(readWords(chat)).toEqual(words);
  expect(rows.filter((row) => row.includes('› tell me'))).toHaveLength(1);
  expect(rows.filter((row) => row.includes('Answering'))).toEqual([]);
  expect(rows.filter((row) => row.startsWith('─ kimi-k2.7-code'))).toHaveLength(1);
  expect(rows.filter((row) => row.startsWith('›'))).toEqual(['› tell me', composer]);
  expect(chat.output()).not.toMatch(/\u001b\[[23]J/);
}

const wide = [200, 40] as const;
const narrow = [40, 40] as const;

/** The edge is drawn a moment after the draft, and what is on its way while the size changes is lost. */
const endOfAnswer = /p19w24\n\n─ kimi-k2\.7-code .*commands.*─\n› Ask a follow-up/;

describe('a window', () => {
  sampled.it.each([
    ['gets narrow', [narrow]],
    ['gets narrow, and wide again', [narrow, wide]],
    ['gets low', [[200, 5]] as const],
    ['gets low, and high again', [[200, 5], wide]],
    ['gets small in both ways, and large again', [[40, 5], [120, 12], wide]],
  ])('that %s while nothing is running loses nothing, and leaves no debris', async (_, steps) => {
    const { chat, say } = await startRepl({
      columns: 200,
      rows: 40,
      simulator: { answer: { text: paragraphs.join('\n\n'), deltaLength: 200 } },
    });
    say('tell me');
    await chat.waitForScreen(endOfAnswer);
    chat.type('a draft');
    await chat.waitForScreen(/Ctrl\+J new line ─\n› a draft$/m);
    for (const [columns, rows] of steps) {
      await resize(chat, columns, rows);
    }
    expectNoDebris(chat, '› a draft');
    expect(chat.cursor()).toMatchObject({ column: '› a draft'.length, visible: true });
  });

  sampled.it.each([
    ['narrow and wide', [narrow, wide, narrow, wide]],
    ['low and high', [[200, 5], wide, [200, 5], wide]],
    ['small and large', [[40, 15], [120, 12], [60, 40], wide]],
  ] as const)(
    'that gets %s in the middle of an answer loses nothing, and leaves no debris',
    async (_, steps) => {
      const { chat, say } = await startRepl({
        columns: 200,
        rows: 40,
        simulator: { answer: { text: paragraphs.join('\n\n'), deltaLength: 600, deltaDelayMs: 1_200 } },
      });
      say('tell me');
      for (const [index, [columns, rows]] of steps.entries()) {
        await chat.waitForScreen(() => findLastParagraph(chat) > 4 * index);
        await waitForQuiet(chat);
        chat.resize(columns, rows);
      }
      await chat.waitForScreen(endOfAnswer);
      await settle(chat);
      expectNoDebris(chat, '› Ask a follow-up');
    },
  );
});

function findLastParagraph(chat: Emulator): number {
  return Math.max(-1, ...readWords(chat).map((word) => Number(/\d+/.exec(word)?.[0])));
}

/** Resolves when the program has drawn for the new size. */
async function resize(chat: Emulator, columns: number, rows: number): Promise<void> {
  const before = chat.writes.length;
  chat.resize(columns, rows);
  await chat.waitForScreen(() => chat.writes.length > before);
  await settle(chat);
}

/** Types a letter, and waits until it stands where it belongs: all that was drawn before is drawn. */
async function settle(chat: Emulator): Promise<void> {
  await chat.waitForScreen((rows) => rows.some((row) => row.startsWith('›')));
  chat.type('x');
  await chat.waitForScreen((rows) => rows.some((row) => /^›.*x$/.test(row)));
  chat.press('backspace');
  await chat.waitForScreen((rows) => rows.every((row) => !/^›.*x$/.test(row)));
}

/**
 * Resolves when the spinner has just moved: for a fifth of a second nothing is written. What is on its way to a terminal while its
 * size changes was made for another size, and no program can take it back.
 */
async function waitForQuiet(chat: Emulator): Promise<void> {
  const findSpinner = (rows: string[]): string | undefined => rows.find((row) => row.includes('Answering'));
  const before = findSpinner(chat.screen());
  await chat.waitForScreen((rows) => findSpinner(rows) !== undefined && findSpinner(rows) !== before);
}
