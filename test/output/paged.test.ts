import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writePaged } from '../../src/output/paged.ts';
import { createFolder } from '../helpers/folder.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

function createPaging(env: Record<string, string>, warnings: string[] = []) {
  const { io, stdout } = createMemoryIo({ stdoutIsTerminal: true });
  const context = {
    io: { ...io, stdin: { ...io.stdin, isTerminal: true } },
    env,
    signal: new AbortController().signal,
    wantsPager: true,
    onInterrupt: () => () => {},
    warn: (sentence: string) => void warnings.push(sentence),
  };
  return { context, stdout };
}

/** Whether the text was too long for a terminal of 80 columns and 24 rows: then the pager is looked for, and is not there. */
async function isPaged(text: string, env: Record<string, string> = {}): Promise<boolean> {
  const warnings: string[] = [];
  const { context, stdout } = createPaging({ PATH: '/nowhere', PAGER: 'nosuchpager', ...env }, warnings);
  await writePaged(context, (output) => output.write(text));
  expect(stdout()).toBe(text);
  return warnings.length > 0;
}

const link = (text: string): string =>
  `\u001b]8;;https://example.com/${'x'.repeat(200)}\u001b\\${text}\u001b]8;;\u001b\\`;

describe('a text for a terminal', () => {
  it.each([
    ['lines that fill all rows but one', 'a\n'.repeat(23), false],
    ['a line for each row', 'a\n'.repeat(24), true],
    ['long lines that wrap', `${'a'.repeat(81)}\n`.repeat(12), true],
    ['long lines that just fit', `${'a'.repeat(80)}\n`.repeat(12), false],
    ['links, whose URLs take no room', `${link('here')}\n`.repeat(20), false],
    ['links with long words', `${link('a'.repeat(81))}\n`.repeat(12), true],
    ['wide characters, each of two cells', `${'字'.repeat(41)}\n`.repeat(12), true],
    ['wide characters that just fit', `${'字'.repeat(40)}\n`.repeat(12), false],
    ['emoji of many code points', `${'👩‍👩‍👧'.repeat(20)}\n`.repeat(20), false],
    ['colours', `\u001b[38;2;1;2;3m${'a'.repeat(70)}\u001b[0m\n`.repeat(20), false],
    ['nothing', '', false],
  ])('with %s goes to the pager if it is longer than the terminal', async (_, text, expected) => {
    expect(await isPaged(text)).toBe(expected);
  });

  it.each(['', ' ', 'cat'])('goes to no pager with PAGER=%j', async (PAGER) => {
    expect(await isPaged('a\n'.repeat(99), { PAGER })).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('less', () => {
  it.each([
    ['leaves its text behind a command', true, 99, /X/],
    ['gives the screen of the chat back', false, 99, /^[^X]*$/],
    ['shows a short text until it is left', false, 3, /^[^FX]*$/],
  ])('%s', async (_, leavesText, lines, flags) => {
    const folder = createFolder({ 'less.sh': 'cat > /dev/null; printf "%s" "$LESS" > "$0.flags"\n' });
    const { context } = createPaging({
      PATH: String(process.env.PATH),
      PAGER: `sh ${join(folder, 'less.sh')}`,
    });
    await writePaged(context, (output) => output.write('a\n'.repeat(lines)), { leavesText });
    expect(readFileSync(join(folder, 'less.sh.flags'), 'utf8')).toMatch(flags);
  });
});
