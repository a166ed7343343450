import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

const count = 14;
const sentence =
  'the keeper counted ships, wrote their names into a book, and went up again before the wind.';
const paragraphs = Array.from({ length: count }, (_, at) => `Part ${at + 1}: ${sentence}`);
const columns = 80;
const rows = 24;

/** A paragraph as it stands in a window of 80 or of 40 columns. */
const wide = (at: number): string[] => [
  `  Part ${at}: the keeper counted ships, wrote their names into a book, and went up`.slice(0, 80),
  '  again before the wind.',
];

async function start(deltaDelayMs: number): Promise<Emulator> {
  const { chat, say } = await startRepl({
    columns,
    rows,
    simulator: { answer: { text: paragraphs.map((part) => `${part}\n\n`), deltaDelayMs } },
  });
  say('tell me');
  return chat;
}

const reached = (chat: Emulator, part: number): Promise<string[]> =>
  chat.waitForScreen((shown) => shown.some((row) => row.includes(`Part ${part}:`)));

const isOver = (chat: Emulator): Promise<string[]> => chat.waitForScreen(/› Ask a follow-up/);

/** The rows of the answer, with one blank between two parts. */
function readAnswer(chat: Emulator): string[] {
  const all = chat.text();
  const end = all.findLastIndex((row) => row.startsWith('─'));
  return all.slice(
    all.findIndex((row) => row.startsWith('●')),
    end,
  );
}

describe('an answer while the window changes', () => {
  it('is laid out for the new width from its next paragraph on', async () => {
    const chat = await start(250);
    await reached(chat, 3);
    chat.resize(40, rows);
    await reached(chat, 7);
    chat.resize(columns, rows);
    await isOver(chat);
    const answer = readAnswer(chat);
    // No line stands without its gutter, and no part is torn from the next by more than one row.
    expect(answer.filter((row) => row !== '' && !/^(?:● | {2}\S)/.test(row))).toEqual([]);
    expect(answer.join('\n')).not.toContain('\n\n\n');
    expect(answer.join('\n')).toContain(wide(count).join('\n'));
    expect(answer.filter((row) => row.includes('Part '))).toHaveLength(count);
  });

  sampled.it.each(['during the answer', 'after it'])(
    'is mended with Ctrl+L %s, as far as it is on the screen, and each line stands once',
    async (moment) => {
      const chat = await start(moment === 'after it' ? 120 : 250);
      await reached(chat, 3);
      chat.resize(40, rows);
      await reached(chat, 9);
      chat.resize(columns, rows);
      if (moment === 'after it') await isOver(chat);
      chat.press('ctrl+l');
      await chat.waitForScreen((shown) => shown.join('\n').includes(wide(9).join('\n')));
      await isOver(chat);
      const answer = readAnswer(chat);
      expect(answer.filter((row) => row !== '' && !/^(?:● | {2}\S)/.test(row))).toEqual([]);
      expect(answer.join('\n')).not.toContain('\n\n\n');
      expect(answer.filter((row) => row.includes('Part '))).toHaveLength(count);
      expect(answer.filter((row) => row.includes('wind.'))).toHaveLength(count);
      for (const at of [9, 10, count]) expect(answer.join('\n')).toContain(wide(at).join('\n'));
    },
  );
});
