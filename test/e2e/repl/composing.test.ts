import { describe, expect, it, vi } from 'vitest';
import { createReplCli, listSaid, sizes, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { writeScript } from '../../helpers/write-script.ts';

const fortyLines = Array.from({ length: 40 }, (_, index) => `pasted line ${index + 1}`).join('\n');

/** `$1` is the file that is edited. */
async function startWithEditor(script: string) {
  const cli = await createReplCli();
  return startRepl({ cli, env: { EDITOR: writeScript(cli.home, 'editor.sh', script) } });
}

describe('a paste', () => {
  sampled.it.each(sizes)(
    'of 40 lines stands in one row of $columns columns, and is sent whole',
    async (size) => {
      const { cli, chat, waitForAnswer } = await startRepl({
        ...size,
        simulator: { answer: { text: 'Seen.' } },
      });
      chat.type('look: ');
      chat.paste(fortyLines);
      const rows = await chat.waitForScreen(/^› look: .*40 lines/m);
      expect(rows.join('\n')).not.toContain('pasted line 2');
      chat.press('enter');
      await waitForAnswer('● Seen.');
      expect(listSaid(cli)[0]).toBe(`look: ${fortyLines}`);
      // Its label and three lines stand above the answer.
      expect(chat.text().join('\n')).toMatch(
        /^› look: \[Pasted text #1, 40 lines\]\n {2}.*1\n {2}.*2\n {2}.*3…\n\n● Seen/m,
      );
    },
  );

  it('of a line that ends does not send it', async () => {
    const { cli, chat } = await startRepl();
    chat.paste('one\ntwo\n');
    await chat.waitForScreen(/^› one\n {2}two/m);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });
});

describe('Enter and what is typed right behind it', () => {
  it('are no paste if the chat reads them at once, in a terminal that marks pastes', async () => {
    const { chat, say, waitForAnswer } = await startRepl();
    say('hello');
    await waitForAnswer('You said: hello');
    chat.type('/retry\raa\r');
    await waitForAnswer(/^› aa\n+● You said: aa$/m);
  });
});

describe('a long draft', () => {
  it('is wrapped between words, says how many rows do not fit, and a recalled paste is folded again', async () => {
    const { cli, chat, waitForAnswer } = await startRepl({ columns: 40, rows: 15 });
    chat.type('the composer wraps a long draft between the words of it');
    await chat.waitForScreen(/^› the composer wraps a long draft\n {2}between the words of it$/m);
    for (let line = 0; line < 6; line += 1) {
      chat.press('ctrl+j');
      chat.type(`line ${line}`);
    }
    const rows = await chat.waitForScreen(/2 more above\n {2}line 0\n[\s\S]*line 5/);
    expect(rows.join('\n')).not.toContain('the composer');
    // Inside its room the cursor moves, and the rows stay.
    for (let row = 0; row < 5; row += 1) chat.press('up');
    chat.type('!');
    await chat.waitForScreen(/2 more above\n {2}line 0!\n[\s\S]*line 5/);
    for (let row = 0; row < 2; row += 1) chat.press('up');
    await chat.waitForScreen(/2 more below\n› the composer/);
    chat.press('ctrl+c');
    await chat.waitForScreen(/^› Ask\b.*$/m);
    chat.type('look: ');
    chat.paste(fortyLines);
    await chat.waitForScreen(/40 lines/);
    chat.press('enter');
    await waitForAnswer('pasted line 40');
    chat.press('up');
    const recalled = await chat.waitForScreen(/^› look: \[Pasted text #\d+, 40 lines\]$/m);
    expect(recalled.join('\n')).not.toContain('more above');
    chat.press('enter');
    await cli.simulator.waitForRequest('/chat/completions');
    await waitForAnswer('pasted line 40');
    await vi.waitFor(() => expect(listSaid(cli)).toHaveLength(4));
    expect(listSaid(cli)[2]).toBe(`look: ${fortyLines}`);
  });
});

describe('the editor', () => {
  it('has the whole draft and the terminal, and gives its text to the composer', async () => {
    const { cli, chat, waitForAnswer } = await startWithEditor(
      'echo "the editor is here"; test -t 0 && grep -q "pasted line 40" "$1" && printf "edited\\nin two lines\\n" > "$1"',
    );
    chat.paste(fortyLines);
    await chat.waitForScreen('40 lines');
    chat.press('ctrl+g');
    await chat.waitForScreen(/^› edited\n {2}in two lines/m);
    chat.press('enter');
    await waitForAnswer('You said: edited');
    expect(listSaid(cli)[0]).toBe('edited\nin two lines');
  });

  sampled.it.each([
    ['fails', 'echo lost > "$1"; exit 3', 'failed with 3'],
    ['is killed', 'echo lost > "$1"; kill -9 $$', 'stopped by SIGKILL'],
  ])('that %s leaves the draft as it was', async (_, script, reason) => {
    const { cli, chat, waitForAnswer } = await startWithEditor(script);
    chat.type('my draft');
    chat.press('ctrl+g');
    await chat.waitForScreen(reason);
    await chat.waitForScreen(/^› my draft$/m);
    expect(chat.modes()).toMatchObject({ bracketedPaste: true });
    chat.press('enter');
    await waitForAnswer('You said: my draft');
    expect(listSaid(cli)[0]).toBe('my draft');
  });

  it('that does not exist is reported, with what to do', { tags: 'deep' }, async () => {
    const { chat } = await startRepl({ env: { EDITOR: '/nowhere/editor' } });
    chat.type('my draft');
    chat.press('ctrl+g');
    await chat.waitForScreen(/not installed[\s\S]*Set EDITOR/);
    await chat.waitForScreen(/^› my draft$/m);
  });
});

describe('earlier prompts', () => {
  it('are found by another process, which can change them before they are sent', async () => {
    const first = await startRepl();
    first.say('about apples');
    await first.waitForAnswer('You said: about apples');
    first.say('about pears');
    await first.waitForAnswer('You said: about pears');
    const { cli } = first;
    const { chat, waitForAnswer } = await startRepl({ cli });
    chat.press('ctrl+r');
    // Before a word is typed the search shows the latest prompt, and names its keys.
    await chat.waitForScreen(
      /^› about pears\nEnter takes it · Ctrl\+R finds an older one · Esc closes · type to search\nsearch ›$/m,
    );
    chat.press('ctrl+r');
    await chat.waitForScreen(/^› about apples\n.*\nsearch ›$/m);
    chat.type('about');
    await chat.waitForScreen(/^› about pears\n.*\nsearch › about$/m);
    chat.press('ctrl+r');
    await chat.waitForScreen(/^› about apples\n.*\nsearch › about$/m);
    chat.press('enter');
    await chat.waitForScreen(/^› about apples$/m);
    chat.type(' again');
    chat.press('enter');
    await waitForAnswer('You said: about apples again');
    chat.press('up');
    await chat.waitForScreen(/^› about apples again$/m);
    chat.press('up');
    await chat.waitForScreen(/^› about pears$/m);
    chat.press('down');
    chat.press('down');
    await chat.waitForScreen(/^› Ask\b.*$/m);
  });
});
