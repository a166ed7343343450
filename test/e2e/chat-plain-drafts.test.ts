import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answerInTurn, callTools } from '../helpers/answers.ts';
import { binary, type Cli, createCli } from '../helpers/cli.ts';
import { startProgramInTerminal, type Terminal } from '../helpers/terminal.ts';

/** Whoever types needs this long from word to word. */
const wordMs = 40;

type Chat = { cli: Cli; terminal: Terminal; prompts: () => string[] };

async function startPlain(
  options: Parameters<typeof createCli>[0] = {},
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<Chat> {
  const cli = await createCli(options);
  await cli.signIn();
  const terminal = startProgramInTerminal({
    argv: ['--', binary, 'chat', ...args],
    cwd: cli.home,
    env: { ...cli.env, ACCESSIBLE: '1', ...env },
  });
  await terminal.waitFor(/answers\.\r\nYou: $/);
  return { cli, terminal, prompts: () => listPrompts(cli) };
}

/** The last message of the person in each request. */
function listPrompts(cli: Cli): string[] {
  return cli.simulator.requestsTo('/chat/completions').map(({ body }) => {
    const { messages } = body as { messages: { role: string; content: unknown }[] };
    return JSON.stringify(messages.findLast(({ role }) => role === 'user')?.content);
  });
}

async function expectNothingLeft({ terminal, prompts }: Pick<Chat, 'terminal' | 'prompts'>): Promise<void> {
  const count = prompts().length;
  terminal.type('\r');
  await terminal.waitFor(/You: [^\n]*\r\nYou: $/);
  await setTimeout(4 * wordMs);
  terminal.type('/exit\r');
  await terminal.exitCode;
  expect(prompts()).toHaveLength(count);
}

function readHistory(cli: Cli): string[] {
  const path = join(cli.home, 'data', 'copilot-cli', 'prompt-history.jsonl');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line).prompt);
}

describe.skipIf(process.platform === 'win32')('what is typed while a !command runs in the plain chat', () => {
  /** Runs a command that ends once `goOn` is called. */
  async function startCommand(
    options?: Parameters<typeof createCli>[0],
  ): Promise<Chat & { typeBehind: (text: string) => Promise<void>; goOn(): void }> {
    const chat = await startPlain(options);
    chat.terminal.type('!echo begun; while [ -d "$PWD" ] && [ ! -e go ]; do sleep 0.02; done\r');
    await chat.terminal.waitFor(/lbegun\r\n/);
    return {
      ...chat,
      /** The terminal of the command shows what it has got. */
      async typeBehind(text) {
        chat.terminal.type(text);
        const shown = text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r\\n');
        await chat.terminal.waitFor(new RegExp(`lbegun\\r\\n${shown}$`));
      },
      goOn: () => writeFileSync(join(chat.cli.home, 'go'), ''),
    };
  }

  // It waits for as long as people type.
  it('is one line, whenever the command ends', { timeout: 60_000 }, async () => {
    const { terminal, prompts } = await startPlain();
    const words = [...'abcdefghijklmnopqrst'].join(' ');
    for (let round = 0; round < 4; round += 1) {
      terminal.type(`!sleep 0.${3 + round}; echo out\r`);
      await setTimeout(200);
      for (const letter of words) {
        terminal.type(letter);
        await setTimeout(15);
      }
      await terminal.waitFor(new RegExp(`(?:Attached to your next prompt[\\s\\S]*){${round + 1}}You: `));
      terminal.type('\r');
      await terminal.waitFor(new RegExp(`(?:You said: ${words}[\\s\\S]*){${round + 1}}You: $`));
    }
    expect(prompts()).toEqual(Array(4).fill(expect.stringContaining(`${words}`)));
    expect(terminal.output).toContain('Your next line goes on behind: a b');
    expect(terminal.output).not.toContain('Enter alone sends');
  });

  it('is sent with the output when the command has ended, if Enter ended it', async () => {
    const { terminal, prompts, goOn, typeBehind } = await startCommand();
    await typeBehind('typed behind\r');
    goOn();
    await terminal.waitFor(/You: typed behind\r\nAnswer:\r\nYou said: typed behind\r\n[\s\S]*You: $/);
    expect(terminal.output).not.toContain('Queued');
    expect(prompts()).toEqual([expect.stringContaining('begun')]);
  });

  it('is sent in place of a prompt that was put back, which returns behind it', async () => {
    const { cli, terminal } = await startPlain();
    cli.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
    terminal.type('hello there\r');
    await terminal.waitFor(/Enter alone sends: hello there\r\nYou: $/);
    terminal.type('!sleep 0.5\r');
    await setTimeout(200);
    terminal.type('typed behind\r');
    await terminal.waitFor(
      /You: typed behind\r\nAnswer:\r\nYou said: typed behind\r\nEnter alone sends: hello there\r\nYou: $/,
    );
    terminal.type('\r');
    await terminal.waitFor(/You said: hello there\r\nYou: $/);
  });

  it.each(['!touch ran', '/export ran.md', 'see @ran'])(
    'waits for an Enter behind whatever else is sent if it means more than its words: %s',
    async (line) => {
      const { cli, terminal, prompts, goOn, typeBehind } = await startCommand();
      const hasRun = (): boolean => ['ran', 'ran.md'].some((name) => existsSync(join(cli.home, name)));
      await typeBehind(`${line}\r`);
      goOn();
      await terminal.waitFor(new RegExp(`Enter alone sends: ${line}\\r\\n[\\s\\S]*You: $`));
      terminal.type('something else\r');
      await terminal.waitFor(
        new RegExp(`You said: something else\\r\\n[\\s\\S]*Enter alone sends: ${line}\\r\\nYou: $`),
      );
      terminal.type('/attach\r');
      await terminal.waitFor(/\/attach\r\n[^\n]+\r\n[\s\S]*You: $/);
      expect(hasRun()).toBe(false);
      terminal.type('\r');
      if (line.startsWith('see')) await terminal.waitFor(/You said: see/);
      else await expect.poll(hasRun, { timeout: 5_000 }).toBe(true);
      await terminal.waitFor(/You: $/);
      await expectNothingLeft({ terminal, prompts });
    },
  );

  it('waits as one prompt if it has several lines, as it may have been pasted', async () => {
    const { cli, terminal, prompts, goOn, typeBehind } = await startCommand();
    await typeBehind('first line\r!touch ran\r');
    goOn();
    await terminal.waitFor(/Pasted: 2 lines\. Enter sends it, Ctrl\+C drops it\.\r\n[\s\S]*More: $/);
    terminal.type('\r');
    await terminal.waitFor(/Answer:[\s\S]*You: $/);
    expect(existsSync(join(cli.home, 'ran'))).toBe(false);
    expect(prompts()).toEqual([expect.stringContaining('first line\\n!touch ran')]);
  });

  it('goes on behind its last line if that has no end', async () => {
    const { terminal, prompts, goOn, typeBehind } = await startCommand();
    await typeBehind('first line\rsec');
    goOn();
    await terminal.waitFor(/Your next line goes on behind: first line sec\r\n[\s\S]*You: $/);
    terminal.type('ond line\r');
    await terminal.waitFor(/Answer:[\s\S]*You: $/);
    expect(prompts()).toEqual([expect.stringContaining('first line\\nsecond line')]);
  });

  it('goes on behind a backslash', async () => {
    const { terminal, prompts, goOn, typeBehind } = await startCommand();
    await typeBehind('one \\\r');
    goOn();
    await terminal.waitFor(/Your next line goes on behind: one[\s\S]*You: $/);
    terminal.type('two\r');
    await terminal.waitFor(/Answer:[\s\S]*You: $/);
    expect(prompts()).toEqual([expect.stringContaining('one \\ntwo')]);
  });

  it('is sent by no Enter if the command is stopped, and returns behind what is sent instead', async () => {
    const { terminal, prompts, typeBehind } = await startCommand();
    await typeBehind('typed behind\r');
    terminal.type('\u0003');
    await terminal.waitFor(/Enter alone sends: typed behind\r\n[\s\S]*Stopped\.[\s\S]*You: $/);
    expect(prompts()).toEqual([]);
    terminal.type('instead\r');
    await terminal.waitFor(/You said: instead\r\n[\s\S]*Enter alone sends: typed behind\r\nYou: $/);
    terminal.type('!echo again\r');
    await terminal.waitFor(/Attached to your next prompt: !echo again[\s\S]*You: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: typed behind\r\n[\s\S]*You: $/);
  });

  it.each([
    ['a line that has not ended, and a signal', 'half a line', 'SIGTERM', 143],
    ['a line that has ended, and a signal', 'a line\r', 'SIGHUP', 129],
    ['lines, and a signal', 'one\rtwo\r', 'SIGTERM', 143],
  ] as const)('is kept for the next chat: %s', async (_, typed, signal, code) => {
    const { cli, terminal, typeBehind } = await startCommand();
    await typeBehind(typed);
    terminal.signal(signal);
    expect(await terminal.exitCode).toBe(code);
    expect(readHistory(cli).at(-1)).toBe(typed.trim().replaceAll('\r', '\n'));
  });

  it('is kept for the next chat if the person leaves behind it', async () => {
    const { cli, terminal, goOn, typeBehind } = await startCommand();
    await typeBehind('half a');
    goOn();
    await terminal.waitFor(/Your next line goes on behind: half a\r\n[\s\S]*You: $/);
    terminal.type(' line\u0004\u0004');
    expect(await terminal.exitCode).toBe(0);
    expect(readHistory(cli).at(-1)).toBe('half a line');
  });

  it('is dropped by Ctrl+C, and a prompt that was put back before it is told again', async () => {
    const { cli, terminal } = await startPlain();
    cli.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
    terminal.type('hello there\r');
    await terminal.waitFor(/Enter alone sends: hello there\r\nYou: $/);
    terminal.type('!sleep 0.5\r');
    await setTimeout(200);
    terminal.type('half');
    await terminal.waitFor(/Your next line goes on behind: half\r\n[\s\S]*You: $/);
    terminal.type('\u0003');
    await terminal.waitFor(/Nothing was sent\.\r\nEnter alone sends: hello there\r\nYou: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: hello there\r\nYou: $/);
  });
});

describe.skipIf(process.platform === 'win32')('what Enter alone sends in the plain chat', () => {
  const readQuestion = (): Promise<void> => setTimeout(500);

  async function startFailed(): Promise<Chat> {
    const chat = await startPlain();
    chat.cli.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
    chat.terminal.type('hello there\r');
    await chat.terminal.waitFor(/Enter alone sends: hello there\r\nYou: $/);
    return chat;
  }

  it.each([
    ['another prompt', 'instead\r', /You said: instead\r\nEnter alone sends: hello there\r\nYou: $/],
    ['a slash command', '/attach\r', /\/attach\r\n[^\n]+\r\n[\s\S]*You: $/],
    ['a command that fails', '/redo\r', /Error: [\s\S]*Error: [\s\S]*You: $/],
    ['a mistyped command', '/effort wrong\r', /Error: [\s\S]*Error: [\s\S]*You: $/],
    ['!, and no command', '!\r', /Error: [\s\S]*Error: [\s\S]*You: $/],
    ['a list that is closed', '/theme\r\u0003', /closes: [\s\S]*You: $/],
    ['a !command that is stopped', '!sleep 5\r\u0003', /Stopped\.[\s\S]*You: $/],
    ['a !command', '!echo $((40 + 2))\r', /l42\r\n[\s\S]*You: $/],
    ['a paste', 'one\rtwo\r', /Pasted: 2 lines[\s\S]*More: $/],
  ])('is still there behind %s', async (_, typed, shown) => {
    const { terminal, prompts } = await startFailed();
    const [line = '', key] = typed.split(/(\u0003)/);
    terminal.type(line);
    if (key !== undefined) await setTimeout(1_000);
    if (key !== undefined) terminal.type(key);
    await terminal.waitFor(shown);
    if (typed === 'one\rtwo\r') {
      terminal.type('\r');
      await terminal.waitFor(/You said: one\r\ntwo\r\nEnter alone sends: hello there\r\nYou: $/);
    }
    terminal.type('\r');
    await terminal.waitFor(/You said: hello there\r\n[\s\S]*You: $/);
    await expectNothingLeft({ terminal, prompts });
  });

  it('returns behind each of several others, the last one first', async () => {
    const { terminal, prompts } = await startPlain();
    for (const prompt of ['first', 'second']) {
      terminal.type(`${prompt}\r`);
      await terminal.waitFor(new RegExp(`You said: ${prompt}\\r\\nYou: $`));
    }
    terminal.type('/undo\r');
    await terminal.waitFor(/Enter alone sends: second\r\n[\s\S]*You: $/);
    terminal.type('/undo\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    terminal.type('instead\r');
    await terminal.waitFor(/You said: instead\r\nEnter alone sends: first\r\nYou: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: first\r\nEnter alone sends: second\r\nYou: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: second\r\nYou: $/);
    expect(prompts()).toHaveLength(5);
  });

  it('is nothing any more once /redo has put it back', async () => {
    const { terminal } = await startPlain();
    terminal.type('first\r');
    await terminal.waitFor(/You said: first\r\nYou: $/);
    terminal.type('/undo\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    terminal.type('/redo\r');
    await terminal.waitFor(/\/redo\r\n[\s\S]*You said: first\r\nYou: $/);
    terminal.type('second\r');
    await terminal.waitFor(/You said: second\r\nYou: $/);
  });

  /** Types a command while another one runs, so that it waits in place of the draft, and sends it. */
  async function sendBehindCommand({ terminal }: Chat, line: string): Promise<void> {
    terminal.type('!sleep 0.6\r');
    await setTimeout(300);
    terminal.type(`${line}\r`);
    await terminal.waitFor(new RegExp(`Enter alone sends: ${line}\\r\\n[\\s\\S]*You: $`));
    terminal.type('\r');
  }

  it('is nothing any more once /redo has put it back, also if /redo was what Enter sent', async () => {
    const chat = await startPlain();
    const { terminal } = chat;
    terminal.type('first\r');
    await terminal.waitFor(/You said: first\r\nYou: $/);
    terminal.type('/undo\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    await sendBehindCommand(chat, '/redo');
    await terminal.waitFor(/You said: first\r\nYou: [\s\S]*You said: first\r\nYou: $/);
    await expectNothingLeft(chat);
  });

  it('is nothing any more once /retry, which Enter sent, has an answer for it', async () => {
    const chat = await startFailed();
    await sendBehindCommand(chat, '/retry');
    await chat.terminal.waitFor(/You said: hello there\r\nThe other answer stays: \/branches\r\nYou: $/);
    await expectNothingLeft(chat);
  });

  it('is the edited prompt in place of an earlier one, which does not return', async () => {
    const { terminal } = await startFailed();
    terminal.type('first\r');
    await terminal.waitFor(/You said: first\r\nEnter alone sends: hello there\r\nYou: $/);
    terminal.type('/edit 1\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    terminal.type('first, better\r');
    await terminal.waitFor(/You said: first, better\r\nEnter alone sends: hello there\r\nYou: $/);
  });

  it('is a mistyped command once, and it returns behind a prompt', async () => {
    const { terminal } = await startPlain();
    terminal.type('/effort wrong\r');
    await terminal.waitFor(/Enter alone sends: \/effort wrong\r\n[\s\S]*You: $/);
    terminal.type('\r');
    await terminal.waitFor(/sends: [\s\S]*Enter alone sends: \/effort wrong\r\n[\s\S]*You: $/);
    terminal.type('instead\r');
    await terminal.waitFor(/You said: instead\r\nEnter alone sends: \/effort wrong\r\nYou: $/);
    terminal.type('\u0003');
    await terminal.waitFor(/Nothing was sent\.\r\nYou: $/);
  });

  it('is a prompt that was taken out of the queue, and returns behind another', async () => {
    const answer = { text: `First.\n\n${'and more '.repeat(600)}`, deltaLength: 12, tokensPerSecond: 50 };
    const { cli, terminal } = await startPlain({ answer });
    terminal.type('tell me\r');
    await terminal.waitFor(/First\./);
    terminal.type('second\r');
    await terminal.waitFor(/Queued: it is sent after this answer\./);
    terminal.type('\u0003');
    await terminal.waitFor(/1 prompt is queued[^\n]*\r\nYou: $/);
    cli.simulator.state.answer = {};
    terminal.type('/queue\r');
    await terminal.waitFor(/closes: $/);
    terminal.type('1\r');
    await terminal.waitFor(/Enter alone sends: second\r\n[\s\S]*You: $/);
    terminal.type('instead\r');
    await terminal.waitFor(/You said: instead\r\nEnter alone sends: second\r\nYou: $/);
    terminal.type('\u0004');
    await terminal.exitCode;
    expect(readHistory(cli)).toContain('second');
  });

  it('is a prompt that failed, and then the line that was kept at a question before', async () => {
    const { cli, terminal } = await startPlain(
      { answer: answerInTurn(callTools(['bash', { command: 'true' }]), { text: 'Done.' }) },
      { args: ['--use', 'shell'] },
    );
    terminal.type('do it\r');
    await terminal.waitFor(/stops: $/);
    await readQuestion();
    terminal.type('why is the sky blue\r');
    await terminal.waitFor(/Kept until you have answered: why[^\n]*\r\n[^\n]*stops: $/);
    cli.simulator.state.answer = { text: 'Done.', firstDelayMs: 800 };
    terminal.type('y\r');
    await terminal.waitFor(/Enter alone sends: why is the sky blue\r\n[\s\S]*Call: bash/);
    terminal.type('second\r');
    await terminal.waitFor(/Queued: it is sent after this answer\./);
    cli.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
    await terminal.waitFor(/Error: [\s\S]*Enter alone sends: second\r\nYou: $/);
    cli.simulator.state.answer = {};
    terminal.type('\r');
    await terminal.waitFor(/You said: second\r\nEnter alone sends: why is the sky blue\r\nYou: $/);
    terminal.type('instead\r');
    await terminal.waitFor(/You said: instead\r\nEnter alone sends: why is the sky blue\r\nYou: $/);
  });

  it('is kept for the next chat beside a queue, if a signal comes', async () => {
    const calls = callTools(['bash', { command: 'true' }]);
    const { cli, terminal } = await startPlain({ answer: calls }, { args: ['--use', 'shell'] });
    terminal.type('do it\r');
    await terminal.waitFor(/stops: $/);
    await readQuestion();
    terminal.type('why is the sky blue\r');
    await terminal.waitFor(/Kept until you have answered: why[^\n]*\r\n[^\n]*stops: $/);
    cli.simulator.state.answer = { text: 'word '.repeat(600), deltaLength: 5, tokensPerSecond: 20 };
    terminal.type('1\r');
    await terminal.waitFor(/Enter alone sends: why is the sky blue\r\n[\s\S]*Call: bash/);
    terminal.type('instead\r');
    await terminal.waitFor(/Queued/);
    terminal.signal('SIGTERM');
    await terminal.exitCode;
    expect(readHistory(cli)).toEqual(expect.arrayContaining(['why is the sky blue', 'instead']));
  });

  it('is what was begun before a question that Ctrl+C leaves', async () => {
    const calls = { ...callTools(['bash', { command: 'true' }]), firstDelayMs: 1000 };
    const { cli, terminal, prompts } = await startPlain({ answer: calls }, { args: ['--use', 'shell'] });
    terminal.type('do it\r');
    await cli.simulator.waitForRequest('/chat/completions');
    terminal.type('why is ');
    await terminal.waitFor(/Your next Enter ends the line that you have begun\.[^\n]*\r\n[^\n]*stops: $/);
    cli.simulator.state.answer = {};
    terminal.type('\u0003');
    await terminal.waitFor(/Your next line goes on behind: why is\r\n[\s\S]*Stopped\.[\s\S]*You: $/);
    terminal.type('the sky blue\r');
    await terminal.waitFor(/You said: why is the sky blue\r\nYou: $/);
    expect(prompts().at(-1)).toContain('why is the sky blue');
  });
});

describe.skipIf(process.platform === 'win32')('lines that are pasted in the plain chat', () => {
  const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;

  function addTemplate(cli: Cli, name: string, inputs: string[], body: string): void {
    const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
    mkdirSync(folder, { recursive: true });
    const named = inputs.map((input) => `  ${input}:\n`).join('');
    writeFileSync(join(folder, `${name}.md`), `---\ninputs:\n${named}---\n${body}`);
  }

  async function startTemplate(env: Record<string, string> = {}): Promise<Chat> {
    const cli = await createCli();
    await cli.signIn();
    addTemplate(cli, 'fix', ['text'], 'Fix {{text}}.');
    addTemplate(cli, 'tr', ['text', 'lang'], 'Put {{text}} into {{lang}}.');
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'chat'],
      cwd: cli.home,
      env: { ...cli.env, ACCESSIBLE: '1', ...env },
    });
    await terminal.waitFor(/answers\.\r\nYou: $/);
    return { cli, terminal, prompts: () => listPrompts(cli) };
  }

  it.each([
    ['one value', '/fix', ['value'], 'Fix value.'],
    ['each value', '/tr', ['value', 'French'], 'Put value into French.'],
    ['the rest', '/tr lang=French', ['value'], 'Put value into French.'],
  ])('leave a line that was begun before a queued template asks out of its values: %s', async (...given) => {
    const [, command, values, sent] = given;
    const { cli, terminal, prompts } = await startTemplate();
    cli.simulator.state.answer = { firstDelayMs: 1_000 };
    terminal.type('do it\r');
    await cli.simulator.waitForRequest('/chat/completions');
    terminal.type(`${command}\r`);
    await terminal.waitFor(/Queued/);
    terminal.type('half');
    await terminal.waitFor(
      /Your next Enter ends the line that you have begun\. Answer after it\.\r\ntext: $/,
    );
    cli.simulator.state.answer = {};
    terminal.type(' a line\r');
    await terminal.waitFor(/Kept until you have answered: half a line\r\ntext: $/);
    for (const [index, value] of values.entries()) {
      if (index > 0) await terminal.waitFor(/lang: $/);
      terminal.type(`${value}\r`);
    }
    await terminal.waitFor(/Enter alone sends: half a line[\s\S]*You said: (?:Fix|Put)[^\n]*\r\nYou: $/);
    expect(prompts().at(-1)).toContain(sent);
  });

  it.each([
    ['with marks', paste('one\rtwo\rthree'), {}],
    ['with a last line end', paste('one\rtwo\rthree\r'), {}],
    ['without marks', 'one\rtwo\rthree\r', { TERM: 'dumb' }],
  ])('are one answer to a question for text, at the next Enter: %s', async (_, pasted, env) => {
    const { terminal, prompts } = await startTemplate(env);
    terminal.type('/tr\r');
    await terminal.waitFor(/text: $/);
    terminal.type(pasted);
    await terminal.waitFor(/Pasted: \d lines\. [\s\S]*More: /);
    await setTimeout(6 * wordMs);
    expect(prompts()).toEqual([]);
    terminal.type('\r');
    await terminal.waitFor(/lang: $/);
    terminal.type('French\r');
    await terminal.waitFor(/You said: [\s\S]*\r\nYou: $/);
    expect(prompts()).toEqual([expect.stringContaining('Put one\\ntwo\\nthree into French.')]);
  });

  it('are dropped by Ctrl+C, and the question is asked again', async () => {
    const { terminal, prompts } = await startTemplate();
    terminal.type('/fix\r');
    await terminal.waitFor(/text: $/);
    terminal.type(paste('one\rtwo\r'));
    await terminal.waitFor(/Pasted: 2 lines\. [\s\S]*More: $/);
    terminal.type('\u0003');
    await terminal.waitFor(/More: [\s\S]*text: $/);
    expect(prompts()).toEqual([]);
  });

  it('are begun by a backslash at a question, too', async () => {
    const { terminal, prompts } = await startTemplate();
    terminal.type('/fix\r');
    await terminal.waitFor(/text: $/);
    terminal.type('three \\\r');
    await terminal.waitFor(/More: $/);
    terminal.type('four\r');
    await terminal.waitFor(/You said: [\s\S]*\r\nYou: $/);
    expect(prompts()).toEqual([expect.stringContaining('Fix three \\nfour.')]);
  });

  it('leave what was typed in front of them typed, however many they are', async () => {
    const { cli, terminal, prompts } = await startTemplate();
    writeFileSync(join(cli.home, 'notes.txt'), 'SEEN');
    terminal.type(`see @notes.txt: ${paste('p1\rp2\rp3 @notes.txt')}\r`);
    await terminal.waitFor(/Pasted: 3 lines\. [\s\S]*More: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: [\s\S]*\r\nYou: $/);
    expect(prompts()[0]).toMatch(/SEEN/);
    expect(prompts()[0]?.match(/SEEN/g)).toHaveLength(1);
    terminal.type(`!${paste('echo 1\recho 2\recho $((1 + 2))')}`);
    await terminal.waitFor(/More: $/);
    terminal.type('\r');
    await terminal.waitFor(/1\r\n2\r\n3\r\n[\s\S]*You: $/);
    expect(prompts()).toHaveLength(1);
  });
});

it.skipIf(process.platform === 'win32')(
  'what is typed while a command runs waits until the earlier prompt is changed',
  async () => {
    const { cli, terminal } = await startPlain();
    terminal.type('first\r');
    await terminal.waitFor(/You said: first\r\nYou: $/);
    terminal.type('/edit 1\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    terminal.type('!echo begun; while [ -d "$PWD" ] && [ ! -e go ]; do sleep 0.02; done\r');
    await terminal.waitFor(/lbegun\r\n/);
    terminal.type('look at @notes.txt\r');
    await setTimeout(4 * wordMs);
    writeFileSync(join(cli.home, 'go'), '');
    await terminal.waitFor(/Kept until the earlier prompt is sent: look at @notes.txt\r\n[\s\S]*You: $/);
    terminal.type('first, better\r');
    await terminal.waitFor(/You said: first, better[\s\S]*Enter alone sends: look at @notes.txt\r\nYou: $/);
  },
);

describe.skipIf(process.platform === 'win32')('a mention that names no file, in the plain chat', () => {
  const doubt = String.raw`Not sent\. No file @nots\.txt · did you mean @notes\.txt\? · Enter sends it as text\r\n`;

  async function startWithNotes(): Promise<Chat> {
    const chat = await startPlain();
    writeFileSync(join(chat.cli.home, 'notes.txt'), 'SEEN');
    return chat;
  }

  it.each(['look at @nots.txt', '/compare gpt-4.1 kimi-k2.7-code look at @nots.txt'])(
    'waits for a second Enter: %s',
    async (line) => {
      const { terminal, prompts } = await startWithNotes();
      terminal.type(`${line}\r`);
      await terminal.waitFor(
        new RegExp(`${doubt}Enter alone sends: ${line.replaceAll('.', '\\.')}\\r\\n[\\s\\S]*You: $`),
      );
      expect(prompts()).toEqual([]);
      terminal.type('\r');
      await terminal.waitFor(/You said: look at @nots\.txt[\s\S]*: $/);
      expect(prompts()).toHaveLength(line.startsWith('/') ? 2 : 1);
    },
  );

  it('is replaced by the line that is typed instead, and does not return', async () => {
    const { cli, terminal, prompts } = await startWithNotes();
    terminal.type('look at @nots.txt\r');
    await terminal.waitFor(new RegExp(`${doubt}[\\s\\S]*You: $`));
    terminal.type('look at @notes.txt\r');
    await terminal.waitFor(/You said: look at @notes\.txt[\s\S]*You: $/);
    expect(prompts()).toEqual([expect.stringContaining('SEEN')]);
    await expectNothingLeft({ terminal, prompts });
    expect(readHistory(cli)).toEqual(['look at @nots.txt', 'look at @notes.txt', '/exit']);
  });

  it('goes with a command, too, that is typed anew, and stays behind another one', async () => {
    const { cli, terminal, prompts } = await startWithNotes();
    terminal.type('/compare gpt-4.1 kimi-k2.7-code see @nots.txt\r');
    await terminal.waitFor(new RegExp(`${doubt}[\\s\\S]*You: $`));
    terminal.type('/rename pears\r');
    await terminal.waitFor(/now called pears\.[\s\S]*You: $/);
    terminal.type('/compare gpt-4.1 kimi-k2.7-code see @notes.txt\r');
    await terminal.waitFor(/Continue with which answer\?[\s\S]*: $/);
    terminal.type('1\r');
    await terminal.waitFor(/The conversation continues after[\s\S]*You: $/);
    expect(prompts()).toHaveLength(2);
    expect(prompts().join()).not.toContain('nots');
    terminal.type('and @nots.txt\r');
    await terminal.waitFor(/Enter alone sends: and @nots\.txt\r\n[\s\S]*You: $/);
    await setTimeout(4 * wordMs);
    terminal.type('/exit\r');
    await terminal.exitCode;
    expect(prompts()).toHaveLength(2);
    expect(readHistory(cli)).toContain('and @nots.txt');
  });

  it('replaces the earlier prompt that is being changed, at the second Enter', async () => {
    const { terminal, prompts } = await startWithNotes();
    terminal.type('first\r');
    await terminal.waitFor(/You said: first\r\nYou: $/);
    terminal.type('/edit 1\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    terminal.type('better @nots.txt\r');
    await terminal.waitFor(new RegExp(`${doubt}[\\s\\S]*You: $`));
    terminal.type('\r');
    await terminal.waitFor(/Replaces prompt 1\.[\s\S]*You said: better @nots\.txt[\s\S]*You: $/);
    expect(prompts()).toHaveLength(2);
  });
});

describe.skipIf(process.platform === 'win32')(
  'the attachments of a prompt that waits in the plain chat',
  () => {
    const fault = { path: '/chat/completions', status: 400, times: 1 };

    /** Attaches something, and sends a prompt that fails. */
    async function startFailed(
      attach: readonly string[],
      { names, fails = fault }: { names: string; fails?: Parameters<Cli['simulator']['faults']['add']>[0] },
    ): Promise<Chat> {
      const chat = await startPlain();
      const { cli, terminal } = chat;
      for (const name of ['lines', 'more', 'last'])
        writeFileSync(join(cli.home, `${name}.txt`), `IN-${name}`);
      for (const line of attach) await command(chat, line);
      cli.simulator.faults.add(fails);
      terminal.type('first\r');
      await terminal.waitFor(new RegExp(`Enter alone sends, with ${names}: first\\r\\nYou: $`));
      return chat;
    }

    async function command({ terminal }: Chat, line: string): Promise<void> {
      const before = terminal.output.length;
      terminal.type(`${line}\r`);
      await expect.poll(() => terminal.output.slice(before), { timeout: 5_000 }).toMatch(/\n[\s\S]*\nYou: $/);
    }

    async function send({ terminal }: Chat, prompt: string, behind = ''): Promise<void> {
      terminal.type(prompt === 'first' ? '\r' : `${prompt}\r`);
      await terminal.waitFor(new RegExp(`You said: [^\\n]*${prompt}[\\s\\S]*${behind}\\r\\nYou: $`));
    }

    const listKept = (cli: Cli): { prompt: string; attached?: { path: string }[] }[] =>
      readFileSync(join(cli.home, 'data', 'copilot-cli', 'prompt-history.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));

    const rateLimit = { ...fault, status: 429, headers: { 'retry-after': '9000' } };
    const network = { path: '/chat/completions', reset: true as const, times: 9 };

    it.each([
      ['a file', ['/attach lines.txt'], 'lines\\.txt', ['IN-lines'], fault],
      [
        'the output of a command',
        ['!echo B$((40 + 2))'],
        '!echo B\\S+ \\+ 2\\)\\): 1 line, ~1 token',
        ['B42'],
        fault,
      ],
      [
        'two',
        ['/attach lines.txt', '/attach more.txt'],
        'lines\\.txt, more\\.txt',
        ['IN-lines', 'IN-more'],
        fault,
      ],
      ['a file, at a rate limit', ['/attach lines.txt'], 'lines\\.txt', ['IN-lines'], rateLimit],
      ['a file, without a network', ['/attach lines.txt'], 'lines\\.txt', ['IN-lines'], network],
    ])('stay with it while others are sent: %s', async (_, attach, names, contents, fails) => {
      const chat = await startFailed(attach, { names, fails });
      const { cli, terminal, prompts } = chat;
      cli.simulator.faults.clear();
      for (const other of ['second', 'third'])
        await send(chat, other, `Enter alone sends, with ${names}: first`);
      await send(chat, 'first');
      const [second, third, first] = prompts().slice(-3);
      for (const content of contents) {
        expect(second).not.toContain(content);
        expect(third).not.toContain(content);
        expect(first).toContain(content);
      }
      expect(terminal.output.match(/Attached to your next prompt: !/g) ?? []).toHaveLength(
        attach.filter((line) => line.startsWith('!')).length,
      );
      await send(chat, 'fourth');
      expect(prompts().at(-1)).toBe('"fourth"');
    });

    it('are not those that were attached since, which go with what is sent next', async () => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      await command(chat, '/attach more.txt');
      await command(chat, '!echo B$((40 + 2))');
      await send(chat, 'second', 'Enter alone sends, with lines\\.txt: first');
      await send(chat, 'first');
      const [second, first] = chat.prompts().slice(-2);
      expect(second).toMatch(/IN-more[\s\S]*B42|B42[\s\S]*IN-more/);
      expect(second).not.toContain('IN-lines');
      expect(first).toContain('IN-lines');
      expect(first).not.toMatch(/IN-more|B42/);
    });

    it('go with it if it is sent next, with those that were attached since', async () => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      await command(chat, '/attach more.txt');
      await send(chat, 'first');
      expect(chat.prompts().at(-1)).toMatch(/IN-lines[\s\S]*IN-more/);
    });

    it('are those of each prompt if another one fails, too', async () => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      await command(chat, '/attach more.txt');
      chat.cli.simulator.faults.add(fault);
      chat.terminal.type('second\r');
      await chat.terminal.waitFor(/Enter alone sends, with more\.txt: second\r\nYou: $/);
      await send(chat, 'third', 'Enter alone sends, with more\\.txt: second');
      chat.terminal.type('\r');
      await chat.terminal.waitFor(/You said: [\s\S]*Enter alone sends, with lines\.txt: first\r\nYou: $/);
      await send(chat, 'first');
      const [third, second, first] = chat.prompts().slice(-3);
      expect(third).not.toContain('IN-');
      expect(second).toMatch(/IN-more/);
      expect(second).not.toContain('IN-lines');
      expect(first).toContain('IN-lines');
      expect(first).not.toContain('IN-more');
    });

    it('stay with it when it fails again', async () => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      await send(chat, 'second', 'Enter alone sends, with lines\\.txt: first');
      chat.cli.simulator.faults.add(fault);
      chat.terminal.type('\r');
      await chat.terminal.waitFor(
        /Error: [\s\S]*Error: [\s\S]*Enter alone sends, with lines\.txt: first\r\nYou: $/,
      );
      await send(chat, 'third', 'Enter alone sends, with lines\\.txt: first');
      await send(chat, 'first');
      const [third, first] = chat.prompts().slice(-2);
      expect(third).not.toContain('IN-lines');
      expect(first).toContain('IN-lines');
    });

    it('are none once /attach none has dropped them', async () => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      await command(chat, '/attach none');
      await send(chat, 'second', 'Enter alone sends: first');
      await send(chat, 'first');
      expect(chat.prompts().slice(-2).join()).not.toContain('IN-lines');
    });

    it('stay with it while an earlier prompt is changed', async () => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      await send(chat, 'second', 'Enter alone sends, with lines\\.txt: first');
      chat.terminal.type('/edit 1\r');
      await chat.terminal.waitFor(/Enter alone sends: second\r\n[\s\S]*You: $/);
      await send(chat, 'better', 'Enter alone sends, with lines\\.txt: first');
      await send(chat, 'first');
      const [better, first] = chat.prompts().slice(-2);
      expect(better).not.toContain('IN-lines');
      expect(first).toContain('IN-lines');
    });

    it.each([
      ['/quit behind the other answer', '/quit\r', 0],
      ['the end of the input during the other answer', '\u0004', 0],
      ['a signal during the other answer', 'SIGTERM', 143],
      ['an end that nothing can be done at, during the other answer', 'SIGKILL', undefined],
    ] as const)('are in the history of prompts after %s', async (_, end, code) => {
      const chat = await startFailed(['/attach lines.txt'], { names: 'lines\\.txt' });
      const { cli, terminal } = chat;
      if (end === '/quit\r') await send(chat, 'second', 'Enter alone sends, with lines\\.txt: first');
      else {
        cli.simulator.state.answer = { text: 'word '.repeat(600), deltaLength: 5, tokensPerSecond: 20 };
        terminal.type('second\r');
        await terminal.waitFor(/You: second\r\nAnswer:\r\n/);
        await setTimeout(500);
      }
      if (end === 'SIGTERM' || end === 'SIGKILL') terminal.signal(end);
      else terminal.type(end);
      if (code === undefined) await terminal.exitCode;
      else expect(await terminal.exitCode).toBe(code);
      const kept = listKept(cli).findLast(({ prompt }) => prompt === 'first');
      expect(kept?.attached?.map(({ path }) => path)).toEqual([join(cli.home, 'lines.txt')]);
    });
  },
);
