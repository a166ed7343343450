import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { chatModel, createCli } from '../../helpers/cli.ts';
import { startEmulator } from '../../helpers/emulator.ts';
import { createReplCli, listSaid, startRepl } from '../../helpers/repl-emulator.ts';
import { converse, openStore } from '../../helpers/seed-conversations.ts';

const path = '/chat/completions';

/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('chat -i', () => {
  it('sends the prompt with its files, model and system prompt, and then takes keys', async () => {
    const cli = await createReplCli();
    writeFileSync(join(cli.home, 'notes.txt'), 'the plan is secret');
    const { chat, say, waitForAnswer } = await startRepl({
      cli,
      model: 'gpt-4.1',
      argv: ['-i', 'explain', 'this', '-s', 'Be brief.', '-f', 'notes.txt'],
      ready: 'You said: explain this',
    });
    await waitForAnswer('› explain this\n⎿ notes.txt');
    const [request] = cli.simulator.requestsTo(path);
    expect(request?.body).toMatchObject({ model: 'gpt-4.1' });
    expect(JSON.stringify(request?.body)).toMatch(/Be brief\.[\s\S]*the plan is secret/);
    say('and now?');
    await waitForAnswer('You said: and now?');
    chat.press('up');
    chat.press('up');
    await chat.waitForScreen(/^› explain this$/m);
    expect(cli.simulator.requestsTo(path)).toHaveLength(2);
  });

  it("sends of a shell's list what a single prompt would", async () => {
    const cli = await createReplCli();
    const files = {
      'a.txt': 'the plan',
      'key.txt': '-----BEGIN PRIVATE KEY-----\nkey-value\n-----END PRIVATE KEY-----\n',
      'own.txt': 'own-value',
      '.gitignore': 'own.*\n',
      'a.png': png,
      'own.png': png,
    };
    mkdirSync(join(cli.home, '.git'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cli.home, name), content);
    const { waitForAnswer } = await startRepl({
      cli,
      model: 'gpt-4.1',
      argv: ['-i', '-f', 'a.txt', 'key.txt', 'own.txt', '-a', 'a.png', 'own.png', '--', 'explain'],
      ready: 'You said: explain',
    });
    await waitForAnswer(/key\.txt is left out[\s\S]*own\.txt is left out/);
    const sent = JSON.stringify(cli.simulator.requestsTo(path)[0]?.body);
    expect(sent).toContain('the plan');
    expect(sent).not.toMatch(/key-value|own-value/);
    expect(sent.split('data:image/png')).toHaveLength(2);
  });

  it('is refused if its words mention a secret outside of the folder', async () => {
    const cli = await createReplCli();
    writeFileSync(join(cli.home, 'id_rsa'), 'key-value');
    mkdirSync(join(cli.home, 'work'));
    const chat = startEmulator(cli, ['chat', '-i', 'fix: @~/id_rsa'], { cwd: join(cli.home, 'work') });
    expect(await chat.exitCode).toBe(2);
    expect(chat.output()).toMatch(/@~\/id_rsa is not sent: it is outside of this folder/);
    expect(cli.simulator.requestsTo(path)).toEqual([]);
  });

  it('is held if its words mention a file that is not there', async () => {
    const cli = await createReplCli();
    const { chat, waitForAnswer } = await startRepl({
      cli,
      argv: ['-i', 'look at', '@nosuch.txt'],
      ready: 'Not sent. No file @nosuch.txt · Enter sends it as text',
    });
    await chat.waitForScreen('› look at @nosuch.txt · queued · Enter sends the queue');
    expect(cli.simulator.requestsTo(path)).toEqual([]);
    chat.press('enter');
    await waitForAnswer('You said: look at @nosuch.txt');
  });

  it('waits for the conversation that is resumed, and continues it', async () => {
    const cli = await createCli();
    await cli.signIn();
    const store = openStore(cli);
    await converse(store, { question: 'what is a pear', reply: 'It hangs on trees.', name: 'pears' });
    const { waitForAnswer } = await startRepl({
      cli,
      model: chatModel,
      argv: ['--resume', 'pears', '--interactive', 'and a plum?'],
      ready: 'You said: and a plum?',
    });
    await waitForAnswer(/Continuing “pears”[\s\S]*› and a plum\?/);
    expect(listSaid(cli, 'pears')).toEqual([
      'what is a pear',
      'It hangs on trees.',
      'and a plum?',
      'You said: and a plum?',
    ]);
  });

  it.each(['!touch pwned', '/exit', 'q', ':wq', ' !touch pwned'])(
    'sends what looks like a command of the chat: %s',
    async (argument) => {
      const cli = await createReplCli();
      const { chat } = await startRepl({
        cli,
        argv: ['-i', argument],
        ready: `You said: ${argument}`,
      });
      expect(readdirSync(cli.home)).not.toContain('pwned');
      chat.press('up');
      await chat.waitForScreen(`› ${argument}`);
      chat.press('enter');
      await vi.waitFor(() => expect(cli.simulator.requestsTo(path)).toHaveLength(2));
    },
  );

  it('waits for a sign-in, and without one until the person sends it', { tags: 'deep' }, async () => {
    const cli = await createCli({ device: { outcomes: ['authorization_pending'] } });
    const first = await startRepl({ cli, argv: ['-i', 'hello'], ready: 'Sign in now? Y/n' });
    first.chat.press('n');
    first.chat.press('enter');
    await first.chat.waitForScreen(
      /Sign in later with \/login[\s\S]*› hello · queued · Enter sends the queue/,
    );
    first.chat.press('ctrl+d');
    await first.chat.exitCode;
    const second = await startRepl({ cli, argv: ['-i', 'hello again'], ready: 'Sign in now? Y/n' });
    second.chat.press('enter');
    await second.waitForAnswer('You said: hello again');
  });

  it('fills in a prompt template, whose text is data', async () => {
    const cli = await createReplCli();
    writeFileSync(join(cli.home, 'greet.md'), '/exit means {{word}}, @nosuch.txt');
    const { waitForAnswer } = await startRepl({
      cli,
      argv: ['-t', './greet.md', '-i', '-p', 'word=leaving'],
      ready: 'You said: /exit means leaving, @nosuch.txt',
    });
    await waitForAnswer('You said: /exit means leaving');
  });

  it('sends the prompt in plain lines, too', async () => {
    const { chat, waitForAnswer } = await startRepl({
      argv: ['-i', 'hello'],
      env: { ACCESSIBLE: '1' },
      ready: 'You said: hello',
    });
    await waitForAnswer(/You: hello\n[\s\S]*Answer:\nYou said: hello/);
    expect(chat.text().join('\n')).not.toContain('it is sent after');
  });

  it('without a prompt opens the chat, with what is attached', async () => {
    const cli = await createReplCli();
    writeFileSync(join(cli.home, 'notes.txt'), 'the plan is secret');
    const { chat } = await startRepl({ cli, argv: ['-i', '-f', 'notes.txt'] });
    await chat.waitForScreen(/^\[notes\.txt\]/m);
    expect(cli.simulator.requestsTo(path)).toEqual([]);
    chat.type('x');
    chat.press('enter');
    await vi.waitFor(() => expect(cli.simulator.requestsTo(path)).toHaveLength(1));
    expect(JSON.stringify(cli.simulator.requestsTo(path)[0]?.body)).toContain('the plan is secret');
  });

  it.each<[string, string[], string | undefined, RegExp]>([
    [
      'a pipe',
      ['chat', '-i', 'explain'],
      'data',
      /needs a terminal, and stdin is none\. .*-i "explain this" -f FILE/,
    ],
    ['no terminal', ['chat', '-i'], undefined, /needs a terminal/],
    ['the short form', ['-i', 'explain'], undefined, /needs a terminal/],
    ['a dash', ['chat', '-i', 'explain', '-'], 'data', /reads keys from stdin/],
    ['JSON', ['chat', '-i', 'x', '--json'], undefined, /takes no --json\. .*leave -i out/],
    ['lines', ['chat', '-i', 'x', '--each-line'], 'data', /takes no --each-line/],
    [
      'a limit',
      ['chat', '-i', 'x', '--max-tokens', '5', '-x'],
      undefined,
      /takes no --extract, --max-tokens/,
    ],
  ])('with %s is an error of usage that says what to type', async (_, argv, stdin, told) => {
    const cli = await createReplCli();
    const { code, stderr } = await cli.runHere(argv, stdin === undefined ? {} : { stdin });
    expect(code).toBe(2);
    expect(stderr).toMatch(told);
    expect(cli.simulator.requests).toEqual([]);
  });
});
