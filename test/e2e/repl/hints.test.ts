import { describe, expect, it } from 'vitest';
import { createCli } from '../../helpers/cli.ts';
import { createReplCli, listSaid, startRepl } from '../../helpers/repl-emulator.ts';

const path = '/chat/completions';
const slow = {
  text: Array.from({ length: 600 }, (_, index) => `word${index} `).join(''),
  deltaLength: 8,
  tokensPerSecond: 20,
};

describe('a hint about a key', () => {
  it('vanishes when the key has another meaning: after a while, with the next key, and when it is used', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({ simulator: { answer: slow } });
    const hint = 'Ctrl+C again leaves';
    const isGone = (rows: string[]): boolean => !rows.join('\n').includes(hint);
    chat.press('ctrl+c');
    await chat.waitForScreen(hint);
    await chat.waitForScreen(isGone);
    // It was too late to leave, so this is a first time.
    chat.press('ctrl+c');
    await chat.waitForScreen(hint);
    chat.type('x');
    await chat.waitForScreen((rows) => isGone(rows) && rows.includes('› x'));
    chat.press('backspace');
    say('one');
    await chat.waitForScreen('word3');
    chat.press('escape');
    await chat.waitForScreen('Stopped.');
    say('/edit');
    await chat.waitForScreen('Edit which prompt?');
    chat.press('enter');
    await chat.waitForScreen('Enter sends this in place of prompt 1');
    cli.simulator.state.answer = { text: 'the other answer' };
    chat.press('escape');
    await chat.waitForScreen('stays as it was');
    say('two');
    await waitForAnswer('the other answer');
    await chat.waitForScreen(/^›(?: Ask\b.*)? *$/m);
    chat.press('ctrl+c');
    await chat.waitForScreen(hint);
    chat.press('ctrl+c');
    expect(await chat.exitCode).toBe(0);
  });
});

describe('/login', () => {
  it.each(['escape', 'ctrl+c'])(
    'is stopped by %s, and the chat goes on with what was typed meanwhile',
    async (key) => {
      const cli = await createCli({ device: { outcomes: Array(50).fill('authorization_pending') } });
      const { chat } = await startRepl({ cli, ready: 'Sign in now? Y/n' });
      chat.press('n');
      chat.press('enter');
      await chat.waitForScreen('Sign in later with /login');
      chat.type('/login');
      chat.press('enter');
      await chat.waitForScreen(/Esc stops the sign-in\.[\s\S]*Your one-time code/);
      chat.type('a thought');
      chat.press(key);
      await chat.waitForScreen(/^› a thought$/m);
      chat.press('ctrl+u');
      chat.type('/help');
      chat.press('enter');
      await chat.waitForScreen('@path attaches a file');
      expect(chat.modes()).toMatchObject({ bracketedPaste: true, cursorVisible: true });
      chat.press('ctrl+d');
      expect(await chat.exitCode).toBe(0);
    },
  );
});

describe('an answer of which only a part came', () => {
  it.each<[string, object]>([
    ['the connection is cut', { transport: { resetAfterEvents: 4 } }],
    ['the stream ends early', { transport: { cutAfterEvents: 4 } }],
  ])('because %s is called incomplete, with /retry, and so is it when it is resumed', async (_, fault) => {
    const cli = await createReplCli({ answer: { text: ['The first ', 'words ', 'and ', 'more'] } });
    const { chat, say } = await startRepl({ cli });
    cli.simulator.faults.add({ path, times: 1, ...fault });
    say('tell me');
    const told = /The first words[\s\S]*The answer is incomplete: [\s\S]*\/retry/;
    await chat.waitForScreen(told);
    chat.press('ctrl+d');
    await chat.exitCode;
    const again = await startRepl({ cli, argv: ['--continue'] });
    await again.chat.waitForScreen(/The first words[\s\S]*The last answer is incomplete: [\s\S]*;\s+\/retry/);
    again.say('/retry');
    await again.waitForAnswer('The first words and more');
  });

  it('because the program was killed says so when it is resumed, also further up', async () => {
    const cli = await createReplCli({ answer: slow });
    const { chat, say } = await startRepl({ cli });
    say('tell me');
    await chat.waitForScreen('word7');
    chat.signal('SIGKILL');
    await chat.exit;
    const again = await startRepl({ cli, argv: ['--continue'] });
    const cut = /word1[\s\S]*The last answer is incomplete; \/retry/;
    await again.chat.waitForScreen(cut);
    cli.simulator.state.answer = { text: 'the second answer' };
    again.say('and now?');
    await again.waitForAnswer('the second answer');
    again.chat.press('ctrl+d');
    await again.chat.exitCode;
    const third = await startRepl({ cli, argv: ['--continue'] });
    const rows = await third.chat.waitForScreen(
      /word1[\s\S]*This answer is incomplete[\s\S]*the second answer/,
    );
    expect(rows.join('\n')).not.toContain('The last answer is incomplete');
    expect(listSaid(cli)).toHaveLength(4);
  });
});
