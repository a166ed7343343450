import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import type { Keyboard } from '../../emulator/keys.ts';
import { createReplCli, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { writeScript } from '../../helpers/write-script.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

type Step = {
  keys?: string[];
  type?: string;
  rows: string[] /** Row of the composer, and column. */;
  at: [number, number];
};

/** Each step goes on from the one before. */
const edits: Record<string, Step> = {
  letters: { type: 'hello wörld', rows: ['› hello wörld'], at: [0, 13] },
  left: { keys: ['left', 'left'], rows: ['› hello wörld'], at: [0, 11] },
  'a wide character in the middle': { type: '世', rows: ['› hello wör世ld'], at: [0, 13] },
  'back over it': { keys: ['left'], rows: ['› hello wör世ld'], at: [0, 11] },
  'to the start of the line': { keys: ['ctrl+a'], rows: ['› hello wör世ld'], at: [0, 2] },
  'a family, which is one character': { type: '👨‍👩‍👧', rows: ['› 👨‍👩‍👧hello wör世ld'], at: [0, 4] },
  'a flag': { type: '🇩🇪', rows: ['› 👨‍👩‍👧🇩🇪hello wör世ld'], at: [0, 6] },
  'backspace takes all of the flag': { keys: ['backspace'], rows: ['› 👨‍👩‍👧hello wör世ld'], at: [0, 4] },
  'delete takes one letter': { keys: ['delete'], rows: ['› 👨‍👩‍👧ello wör世ld'], at: [0, 4] },
  'an accent that comes alone': { type: 'e\u0301', rows: ['› 👨‍👩‍👧e\u0301ello wör世ld'], at: [0, 5] },
  'right by a word': { keys: ['alt+f'], rows: ['› 👨‍👩‍👧e\u0301ello wör世ld'], at: [0, 9] },
  'a word is cut': { keys: ['ctrl+w'], rows: ['›  wör世ld'], at: [0, 2] },
  undo: { keys: ['ctrl+_'], rows: ['› 👨‍👩‍👧e\u0301ello wör世ld'], at: [0, 9] },
  'to the end': { keys: ['ctrl+e'], rows: ['› 👨‍👩‍👧e\u0301ello wör世ld'], at: [0, 17] },
  'a new line': {
    keys: ['ctrl+j'],
    type: '二行',
    rows: ['› 👨‍👩‍👧e\u0301ello wör世ld', '  二行'],
    at: [1, 6],
  },
  'up, near to the same column': {
    keys: ['up'],
    rows: ['› 👨‍👩‍👧e\u0301ello wör世ld', '  二行'],
    at: [0, 6],
  },
};

async function expectComposer(emulator: Emulator, name: string, { rows, at }: Step): Promise<void> {
  await emulator
    .waitForScreen(() => {
      const composer = readComposer(emulator);
      const top = emulator.screen().findLastIndex((row) => row.startsWith('›'));
      const { row, column, visible } = emulator.cursor();
      return visible && composer.join('\n') === rows.join('\n') && row - top === at[0] && column === at[1];
    })
    .catch((error: Error) => {
      throw new Error(
        `${name}: expected ${JSON.stringify({ rows, at })}, cursor ${JSON.stringify(emulator.cursor())}; ${error.message}`,
      );
    });
}

describe('what is typed', () => {
  sampled.it.each([
    [80, 24],
    [120, 40],
    [40, 15],
  ])('stands where the cursor of the terminal is, at %i by %i', async (columns, rows) => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli, columns, rows });
    for (const [name, step] of Object.entries(edits)) {
      for (const key of step.keys ?? []) emulator.press(key);
      if (step.type !== undefined) emulator.type(step.type);
      await expectComposer(emulator, name, step);
    }
  });

  it('continues in a new row when a row is full, and never splits a wide character', async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli, columns: 40, rows: 15 });
    emulator.type('世'.repeat(20));
    await expectComposer(emulator, 'wrapped', {
      rows: [`› ${'世'.repeat(18)}`, `  ${'世'.repeat(2)}`],
      at: [1, 6],
    });
  });
});

const newLineKeys: [name: string, keyboard: Keyboard, key: string][] = [
  ['Shift+Enter by the kitty protocol', 'kitty', 'shift+enter'],
  ['Shift+Enter by modifyOtherKeys', 'modify-other-keys', 'shift+enter'],
  ['Alt+Enter', 'legacy', 'alt+enter'],
  ['Alt+Enter by the kitty protocol', 'kitty', 'alt+enter'],
  ['Ctrl+J', 'legacy', 'ctrl+j'],
  ['a backslash and Enter', 'legacy', 'enter'],
];

describe('a new line', () => {
  sampled.it.each(newLineKeys)('is made by %s, and sent', async (_, keyboard, key) => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli, keyboard });
    await emulator.waitForScreen(() => keyboard === 'legacy' || emulator.modes().keyEncoding !== 'legacy');
    const typed = key === 'enter' ? 'one\\' : 'one';
    emulator.type(typed);
    await emulator.waitForScreen(`› ${typed}`);
    emulator.press(key);
    await emulator.waitForScreen(() => emulator.cursor().column === 2);
    emulator.type('two');
    await emulator.waitForScreen(/^› one\n {2}two$/m);
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions');
    const body = toRecord(cli.simulator.requestsTo('/chat/completions')[0]?.body);
    expect(findLastUserText(body)).toBe('one\ntwo');
  });
});

describe('the editor', () => {
  it('gets the draft, and gives it back', async () => {
    const cli = await createReplCli();
    const editor = writeScript(
      cli.home,
      'editor',
      'printf "from the editor, before: %s" "$(cat "$1")" > "$1.new"; mv "$1.new" "$1"',
    );
    const { chat: emulator } = await startRepl({ cli, env: { EDITOR: editor } });
    emulator.type('my draft');
    emulator.press('ctrl+g');
    await emulator.waitForScreen('› from the editor, before: my draft');
  });

  sampled.it.each([
    ['fails', 'exit 3', /editor failed with 3/],
    ['is killed', 'kill -9 $$', /editor was stopped by SIGKILL/],
    ['removes its file', 'rm "$1"', /[Tt]he editor removed its file; the text is unchanged/],
    ['leaves a pipe', 'rm "$1"; mkfifo "$1"', /a pipe or a device in place of its file/],
    ['leaves a device', 'ln -sf /dev/zero "$1"', /a pipe or a device in place of its file/],
    ['saves 1 GB', 'truncate -s 1G "$1"', /saved more than 4 MB/],
  ])('leaves the draft as it was if it %s', async (_, script, message) => {
    const cli = await createReplCli();
    const editor = writeScript(cli.home, 'editor', script);
    const { chat: emulator } = await startRepl({ cli, env: { EDITOR: editor } });
    emulator.type('my draft');
    emulator.press('ctrl+g');
    await emulator.waitForScreen(message);
    await emulator.waitForScreen('› my draft');
    emulator.type('!');
    await emulator.waitForScreen('› my draft!');
  });

  it('that does not exist is reported', { tags: 'deep' }, async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli, env: { EDITOR: join(cli.home, 'missing') } });
    emulator.type('my draft');
    emulator.press('ctrl+g');
    await emulator.waitForScreen(/is not installed/);
    await emulator.waitForScreen('› my draft');
  });
});

describe('the prompts of earlier times', () => {
  it('come back in another process, by the arrows and by a search', async () => {
    const cli = await createReplCli();
    const { chat: first } = await startRepl({ cli });
    for (const prompt of ['alpha question', 'beta question', 'gamma']) {
      first.type(prompt);
      first.press('enter');
      await first.waitForScreen(() => readComposer(first)[0] === '›' && first.text().includes(`› ${prompt}`));
      await first.waitForScreen((rows) => !rows.join().includes('Esc stops'));
    }
    first.press('ctrl+d');
    expect(await first.exitCode).toBe(0);

    const { chat: second } = await startRepl({ cli });
    second.type('unsent');
    second.press('up');
    await second.waitForScreen('› gamma');
    second.press('up');
    await second.waitForScreen('› beta question');
    second.press('down');
    second.press('down');
    await second.waitForScreen('› unsent');
    second.press('ctrl+r');
    second.type('ques');
    await second.waitForScreen(/^› beta question\n.*\nsearch › ques$/m);
    second.press('ctrl+r');
    await second.waitForScreen(/^› alpha question\n.*\nsearch › ques$/m);
    second.press('enter');
    await second.waitForScreen(
      (rows) => rows.includes('› alpha question') && !rows.join().includes('search'),
    );
  });
});
