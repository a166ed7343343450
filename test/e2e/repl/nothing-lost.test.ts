import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { answer, say as sayTo } from '../../conversation/stores.ts';
import { type Cli, createCli } from '../../helpers/cli.ts';
import { listBranches, readConversation, startRepl, startWithTwoTurns } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { openStore } from '../../helpers/seed-conversations.ts';

const chatPath = '/chat/completions';

async function startTree() {
  const repl = await startWithTwoTurns();
  const { cli } = repl;
  return {
    ...repl,
    asked: () => cli.simulator.requestsTo(chatPath).length,
    expectBranches: (...branches: string[]) =>
      vi.waitFor(() => expect(listBranches(readConversation(cli)).sort()).toEqual(branches.sort())),
  };
}

const both = 'one > answer 1 > two > answer 2';
/** Nothing stands behind the sign of the composer. */
const empty = /^›(?: Ask\b.*)?\s*$(?![\s\S]*^›)/m;
const shows = (draft: string): RegExp => new RegExp(`^› ${draft}$(?![\\s\\S]*^› )`, 'm');

describe('an earlier prompt that is edited', () => {
  sampled.it.each(['escape', 'ctrl+c'] as const)(
    'leaves the conversation where it is until it is sent, and %s cancels',
    async (key) => {
      const { chat, say, waitForAnswer, expectBranches } = await startTree();
      say('/edit 1');
      await chat.waitForScreen(/Enter sends this in place of prompt 1/);
      await chat.waitForScreen(shows('one'));
      await expectBranches(`${both} *`);
      chat.type(' and more');
      await chat.waitForScreen(shows('one and more'));
      chat.press(key);
      await chat.waitForScreen('The conversation stays as it was.');
      await chat.waitForScreen(empty);
      say('three');
      await waitForAnswer('answer 3');
      await expectBranches(`${both} > three > answer 3 *`);
    },
  );

  it('is cancelled when the chat is left, and when another conversation begins', async () => {
    const { cli, chat, say, waitForAnswer, expectBranches } = await startTree();
    const id = openStore(cli).list()[0]?.id ?? '';
    say('/edit 1');
    await chat.waitForScreen(/Enter sends this in place of prompt 1/);
    await chat.waitForScreen(shows('one'));
    say('/new other');
    await chat.waitForScreen('A new conversation.');
    await chat.waitForScreen(shows('one'));
    chat.press('ctrl+u');
    say('three');
    await waitForAnswer('answer 3');
    expect(listBranches(openStore(cli).open(id).conversation)).toEqual([`${both} *`]);
    await expectBranches('three > answer 3 *');
  });

  it('says how to get back once it is sent, and /redo does', { tags: 'deep' }, async () => {
    const { chat, say, waitForAnswer, expectBranches } = await startTree();
    say('/edit 1');
    await chat.waitForScreen(/Enter sends this in place of prompt 1/);
    await chat.waitForScreen(shows('one'));
    chat.type(' again');
    chat.press('enter');
    await waitForAnswer('answer 3');
    await chat.waitForScreen(/Replaces prompt 1\. What followed stays: \/branches/);
    await expectBranches(both, 'one again > answer 3 *');
    say('/redo');
    await expectBranches(`${both} *`, 'one again > answer 3');
    say('/redo');
    await expectBranches(both, 'one again > answer 3 *');
  });

  it('is still to be sent when its answer does not come', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer, expectBranches } = await startTree();
    say('/edit 1');
    await chat.waitForScreen(/Enter sends this in place of prompt 1/);
    await chat.waitForScreen(shows('one'));
    chat.type(' again');
    cli.simulator.faults.add({ path: chatPath, status: 422, body: { error: { message: 'No.' } } });
    chat.press('enter');
    await chat.waitForScreen(
      /Rephrase the prompt\.\n {2}status .*\n\n─ .* Enter sends this in place of prompt 1/,
    );
    chat.press('enter');
    await waitForAnswer('answer 3');
    // What was asked in vain stands there, too.
    await expectBranches(both, 'one again > ', 'one again > answer 3 *');
  });
});

describe('a command that is typed while a prompt was put back', () => {
  it('runs, and /undo and /redo send nothing', async () => {
    const { chat, say, asked, expectBranches } = await startTree();
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await chat.waitForScreen(shows('two'));
    await expectBranches(both, 'one > answer 1 *');
    say('/redo');
    await expectBranches(`${both} *`);
    await chat.waitForScreen(empty);
    expect(asked()).toBe(2);
  });

  it('leaves the prompt there, for the next key and after a change of mind', { tags: 'deep' }, async () => {
    const { chat, say, asked, waitForAnswer } = await startTree();
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await chat.waitForScreen(shows('two'));
    say('/model gemini-3.5-flash');
    await chat.waitForScreen(/^─ gemini-3\.5-flash/m);
    await chat.waitForScreen(shows('two'));
    chat.type('!');
    await chat.waitForScreen(shows('!'));
    chat.press('backspace');
    await chat.waitForScreen(shows('two'));
    chat.type('/sta');
    await chat.waitForScreen(/Enter runs \/status/);
    chat.press('escape');
    chat.press('escape');
    await chat.waitForScreen(shows('two'));
    expect(asked()).toBe(2);
    chat.type(' more');
    chat.press('enter');
    await waitForAnswer('answer 3');
    expect(asked()).toBe(3);
  });
});

describe('keys that were meant for something else', () => {
  it('a failed command that was typed behind a prompt that was put back leaves it as it is, and Up has the words', async () => {
    const { chat, say, asked } = await startTree();
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    chat.type('/lib now');
    chat.press('enter');
    await chat.waitForScreen(/There is no command \/lib/);
    await chat.waitForScreen(shows('two'));
    chat.press('up');
    await chat.waitForScreen(shows('/lib now'));
    expect(asked()).toBe(2);
  });

  it('words that match nothing in a list come back as the draft', { tags: 'deep' }, async () => {
    const { chat, say, asked } = await startTree();
    say('/model');
    await chat.waitForScreen('Which model?');
    chat.type('write me a poem');
    await chat.waitForScreen(/Nothing matches/);
    chat.press('enter');
    chat.press('escape');
    await chat.waitForScreen(shows('write me a poem'));
    expect(asked()).toBe(2);
  });

  it.each(['/tr the words of a template', '!echo mine', 'words'])(
    'what is typed goes on with what a list gave back, which no history has: %s',
    async (typed) => {
      const { chat, say, asked } = await startTree();
      say('/model');
      await chat.waitForScreen('Which model?');
      chat.type(typed);
      await chat.waitForScreen(/Nothing matches/);
      chat.press('escape');
      await chat.waitForScreen(shows(typed));
      chat.type('more');
      await chat.waitForScreen(shows(`${typed}more`));
      expect(asked()).toBe(2);
    },
  );

  it('Ctrl+C leaves only right after another one', { tags: 'deep' }, async () => {
    const { chat, say, waitForAnswer } = await startTree();
    chat.press('ctrl+c');
    await chat.waitForScreen('Ctrl+C again leaves');
    chat.type('x');
    await chat.waitForScreen(shows('x'));
    chat.press('backspace');
    await chat.waitForScreen(empty);
    chat.press('ctrl+c');
    await chat.waitForScreen('Ctrl+C again leaves');
    say('three');
    await waitForAnswer('answer 3');
  });
});

describe('the history of prompts', () => {
  sampled.it.each(['ctrl+c', 'ctrl+u'] as const)(
    'starts from the newest prompt after one of it was cleared by %s',
    async (key) => {
      const { chat } = await startTree();
      chat.press('up');
      chat.press('up');
      await chat.waitForScreen(shows('one'));
      chat.press(key);
      await chat.waitForScreen(empty);
      chat.press('up');
      await chat.waitForScreen(shows('two'));
    },
  );

  it('gives the prompt that its search shows, however it was edited before', async () => {
    const { chat } = await startTree();
    chat.press('up');
    chat.press('up');
    await chat.waitForScreen(shows('one'));
    chat.type(' changed');
    await chat.waitForScreen(shows('one changed'));
    for (const clears of [true, false]) {
      if (clears) chat.press('ctrl+u');
      chat.press('ctrl+r');
      chat.type('one');
      await chat.waitForScreen(/one.*\n/);
      chat.press('enter');
      await chat.waitForScreen(shows('one'));
    }
  });

  it('keeps an unsent draft one step forward from a cleared prompt', { tags: 'deep' }, async () => {
    const { chat } = await startTree();
    chat.type('unsent');
    chat.press('up');
    await chat.waitForScreen(shows('two'));
    chat.press('ctrl+c');
    await chat.waitForScreen(empty);
    chat.press('down');
    await chat.waitForScreen(shows('unsent'));
  });
});

describe('a lone word that means the chat', () => {
  sampled.it.each(['exit', 'quit', 'QUIT', ':q', 'q', 'bye', 'exit ', ' exit', '  bye  '])(
    '%s leaves, and is not sent as a prompt',
    async (word) => {
      const { cli, chat, say } = await startRepl();
      say(word);
      expect(await chat.exitCode).toBe(0);
      expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
    },
  );

  sampled.it.each(['logout', ' clear ', 'cls', ':wq', 'quit()', 'EXIT()', 'exit.', '/exit/'])(
    '%s of other programs is not sent, and what does it here is said',
    async (word) => {
      const { cli, chat, say, waitForAnswer } = await startRepl();
      say(word);
      await chat.waitForScreen(`Not sent: ${word.trim()}. `);
      expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
      // What is pasted is text, and words around it make it a prompt.
      chat.paste(word.trim());
      await chat.waitForScreen(`› ${word.trim()}`);
      chat.press('enter');
      await waitForAnswer(`You said: ${word.trim()}`);
      say(`what does ${word} do?`);
      await waitForAnswer(`You said: what does`);
    },
  );

  it('"?" and "help" show the keys and the commands, and words that begin so are prompts', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({ rows: 60 });
    chat.type('?');
    await chat.waitForScreen(/paste an image[\s\S]*Enter keeps this list/);
    chat.press('enter');
    await chat.waitForScreen(
      (rows) => rows.join().includes('paste an image') && !rows.join().includes('Enter keeps'),
    );
    say('help');
    await chat.waitForScreen(/\/undo/);
    expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
    say('? is a question mark');
    await waitForAnswer('You said: ? is a question mark');
    say('exit codes of grep');
    await waitForAnswer('You said: exit codes of grep');
  });
});

describe('a conversation whose last answer was cut off', () => {
  sampled.it.each([['--resume', 'cut'], ['--continue']])(
    'is reported when it is continued with %s',
    async (...flags) => {
      const cli = await createCli();
      await cli.signIn();
      const file = openStore(cli).create({ name: 'cut' });
      sayTo(file, 'tell me a story');
      await answer(file, [{ type: 'text-delta', text: 'Once upon a' }]);
      const { chat } = await startRepl({ cli, argv: ['-m', 'kimi-k2.7-code', ...flags] });
      await chat.waitForScreen(/The last answer is incomplete; \/retry asks for it again\./);
    },
  );
});

describe('a conversation that is no longer on the disk', () => {
  sampled.it.each<[string, (cli: Cli) => unknown]>([
    ['deleted', (cli) => cli.run(['sessions', 'delete', readConversation(cli).id, '--yes'])],
    ['gone with the data folder', ({ home }) => rmSync(join(home, 'data'), { recursive: true })],
    [
      'gone with its file',
      ({ home }) => rmSync(join(home, 'data/copilot-cli/conversations'), { recursive: true }),
    ],
  ])('is not promised for later: %s', async (_, remove) => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('hello');
    await waitForAnswer('You said: hello');
    await remove(cli);
    chat.press('ctrl+d');
    expect(await chat.exitCode).toBe(0);
    expect(chat.output()).toContain('This conversation cannot be continued: it is not saved.');
    expect(chat.output()).not.toContain('To continue this conversation');
  });
});

describe('Ctrl+C on an empty prompt', () => {
  it('says what it drops', { tags: 'deep' }, async () => {
    const { cli, chat, say } = await startRepl();
    writeFileSync(join(cli.home, 'notes.txt'), 'NOTES');
    say('/attach notes.txt');
    await chat.waitForScreen('Attached');
    chat.press('ctrl+c');
    await chat.waitForScreen(/No longer attached: .*notes\.txt.*\./);
  });
});
