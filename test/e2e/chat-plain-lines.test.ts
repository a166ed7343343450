import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answerInTurn, callTools } from '../helpers/answers.ts';
import { binary, type Cli, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal, startProgramInTerminal, type Terminal } from '../helpers/terminal.ts';

const accessible = { ACCESSIBLE: '1' };

async function startPlain(
  options: Parameters<typeof createCli>[0] = {},
  env: Record<string, string> = accessible,
): Promise<{ cli: Cli; terminal: Terminal }> {
  const cli = await createCli(options);
  await cli.signIn();
  const terminal = startInTerminal(cli, ['chat'], { env });
  await terminal.waitFor(/kimi-k2\.7-code answers\.\r\nYou: $/);
  return { cli, terminal };
}

/** A question takes an answer once somebody can have read it. */
const readQuestion = (): Promise<void> => setTimeout(500);

/** Asks the terminal to mark what is pasted, and takes that back. It moves and paints nothing. */
const pasteMode = /\u001b\[\?2004[hl]/g;

/** Not one, not even for colour. */
function expectNoEscapeSequence(output: string): void {
  const text = output.replaceAll(pasteMode, '');
  expect(text).not.toContain('\u001b');
  // A carriage return alone would go back in the line.
  expect(text.replaceAll('\r\n', '\n')).not.toContain('\r');
}

describe('the chat in plain lines', () => {
  sampled.it.each([
    ['where ACCESSIBLE is set', accessible],
    ['where the terminal has no cursor', { TERM: 'dumb' }],
  ])('%s asks, answers block by block and writes no escape sequence', async (_, env) => {
    const answer = {
      text: 'One *word*.\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |',
    };
    const { terminal } = await startPlain({ answer }, env);
    terminal.type('hello there\r');
    await terminal.waitFor(/\| 1 \| 2 \|\r\nYou: $/);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
    expectNoEscapeSequence(terminal.output);
    expect(terminal.output.replaceAll(pasteMode, '').replaceAll('\r\n', '\n')).toContain(
      `You: hello there\nAnswer:\n${answer.text}\nYou: /exit\nTo continue this conversation: `,
    );
  });

  it('asks once for lines that were pasted, and goes on after a backslash', async () => {
    const { cli, terminal } = await startPlain();
    terminal.type('first\rsecond\rthird\r');
    await terminal.waitFor(/Pasted: 3 lines[^\n]*\nMore: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: first\r\nsecond\r\nthird\r\nYou: $/);
    terminal.type('one \\\r');
    await terminal.waitFor(/More: $/);
    terminal.type('two\r');
    await terminal.waitFor(/You said: one \r\ntwo\r\nYou: $/);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
    terminal.type('\u0004');
    expect(await terminal.exitCode).toBe(0);
    expectNoEscapeSequence(terminal.output);
  });

  it.skipIf(process.platform === 'win32')(
    'takes the output of a command along with the next line, asks nothing and says so',
    async () => {
      const { cli, terminal } = await startPlain({}, { ...accessible, DEPLOY_TOKEN: 'secret words' });
      terminal.type('!echo "token: $DEPLOY_TOKEN"\r');
      await terminal.waitFor(
        /Attached to your next prompt: !echo .*: 1 line, .*1 secret masked\. \/attach none drops it\.\r\nYou: $/,
      );
      terminal.type('yes\r');
      await terminal.waitFor(/You said: yes[\s\S]*You: $/);
      const sent = JSON.stringify(cli.simulator.requestsTo('/chat/completions')[0]?.body);
      expect(sent).toContain('token: [secret]');
      expect(sent).not.toContain('secret words');
      terminal.type('/exit\r');
      expect(await terminal.exitCode).toBe(0);
      expectNoEscapeSequence(terminal.output);
    },
  );

  it('takes lines that were pasted for data, and a typed one for words', { tags: 'deep' }, async () => {
    const { cli, terminal } = await startPlain();
    writeFileSync(join(cli.home, 'notes.txt'), 'NOTES');
    const path = join(cli.home, 'notes.txt');
    terminal.type(`see @${path}\rand more\r`);
    await terminal.waitFor(/More: $/);
    terminal.type('\r');
    await terminal.waitFor(/and more\r\nYou: $/);
    expect(JSON.stringify(cli.simulator.requestsTo('/chat/completions')[0]?.body)).not.toContain('NOTES');
    terminal.type(`see @${path}\r`);
    await terminal.waitFor(/notes\.txt, 1 line\r\nAnswer:/);
    expect(JSON.stringify(cli.simulator.requestsTo('/chat/completions')[1]?.body)).toContain('NOTES');
  });

  it('sends what was pasted at an Enter that somebody presses, as one prompt, and runs nothing of it', {
    tags: 'deep',
  }, async () => {
    const { cli, terminal } = await startPlain();
    terminal.type('first line\r!touch pasted\rlast line');
    await terminal.waitFor(/last line\r\nPasted: 3 lines\. Enter sends it, Ctrl\+C drops it\.\r\nMore: $/);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
    terminal.type('\r');
    await terminal.waitFor(/Answer:[\s\S]*You: $/);
    const [request, ...others] = cli.simulator.requestsTo('/chat/completions');
    expect(JSON.stringify(request?.body)).toContain('first line\\n!touch pasted\\nlast line');
    expect(others).toEqual([]);
  });

  sampled.it.each(['/status', '!echo typed', 'exit'])(
    'runs a command that is typed behind pasted lines, and they wait: %s',
    async (command) => {
      const { cli, terminal } = await startPlain();
      terminal.type('!echo hi\rnext line\r');
      await terminal.waitFor(/Pasted: 2 lines\. Enter sends it, Ctrl\+C drops it\.\r\nMore: $/);
      terminal.type(`${command}\r`);
      if (command === 'exit') {
        expect(await terminal.exitCode).toBe(0);
        expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
        return;
      }
      await terminal.waitFor(
        /(?:Account|!echo typed: 1 line)[\s\S]*Pasted: 2 lines\. Enter sends it, Ctrl\+C drops it\.\r\nMore: $/,
      );
      expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
      terminal.type('\r');
      await terminal.waitFor(/You said: [\s\S]*You: $/);
      const sent = JSON.stringify(cli.simulator.requestsTo('/chat/completions')[0]?.body);
      expect(sent).toMatch(/!echo hi\\nnext line(?:"|\\n\\n)/);
      expect(sent).not.toContain('/status');
    },
  );

  it('has lists to pick from by number or words, and questions to be answered by y or n', async () => {
    const { terminal } = await startPlain();
    terminal.type('/model\r');
    await terminal.waitFor(/Which model\?\r\n1: [\s\S]*Enter alone closes: $/);
    terminal.type('sonnet\r');
    await terminal.waitFor(
      /Which model\?\r\n1: claude-sonnet[^\r]*\r\n(?:\d: [^\r]*\r\n)*After [^\r]*\r\nNumber, [^\r]*: $/,
    );
    terminal.type('1 high\r');
    await terminal.waitFor(/From now on claude-sonnet-\S+ answers with effort high\.\r\nYou: $/);
    terminal.type('/effort\r');
    await terminal.waitFor(/5: high\. current\r\n[\s\S]*Enter alone closes: $/);
    terminal.type('\r');
    await terminal.waitFor(/Enter alone closes: \r\nThe effort is still high\.\r\nYou: $/);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
    expectNoEscapeSequence(terminal.output);
  });

  it('stops the answer at Ctrl+C, and leaves at two of them', { tags: 'deep' }, async () => {
    const answer = {
      text: `First words.\n\n${'and more '.repeat(600)}`,
      deltaLength: 12,
      tokensPerSecond: 50,
    };
    const { terminal } = await startPlain({ answer });
    terminal.type('tell me\r');
    await terminal.waitFor(/First words\./);
    terminal.type('\u0003');
    await terminal.waitFor(/Stopped\. \/retry asks again\.\r\nYou: $/);
    terminal.type('\u0003');
    await terminal.waitFor(/Ctrl\+C again leaves\.\r\nYou: $/);
    terminal.type('\u0003');
    expect(await terminal.exitCode).toBe(0);
    expectNoEscapeSequence(terminal.output);
  });

  it('tells of prompts that wait after Ctrl+C, and sends them at Enter alone', { tags: 'deep' }, async () => {
    const answer = { text: `First.\n\n${'and more '.repeat(600)}`, deltaLength: 12, tokensPerSecond: 50 };
    const { cli, terminal } = await startPlain({ answer });
    terminal.type('tell me\r');
    await terminal.waitFor(/First\./);
    terminal.type('second\r');
    await terminal.waitFor(/Queued: it is sent after this answer\./);
    terminal.type('third\r');
    await terminal.waitFor(/after this answer\.\r\n[\s\S]*after this answer\./);
    terminal.type('\u0003');
    await terminal.waitFor(
      /Stopped\. \/retry asks again\.\r\n2 prompts are queued; Enter sends them, and a prompt follows them\.\r\nYou: $/,
    );
    terminal.type('\r');
    await terminal.waitFor(/You: second\r\nAnswer:\r\nFirst\./);
    terminal.type('\u0003');
    await terminal.waitFor(/1 prompt is queued; Enter sends it, and a prompt follows it\.\r\nYou: $/);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
    terminal.type('\u0004');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/1 queued prompt was not sent\.\r\nTo continue/);
  });

  it('signs in without a countdown that is drawn again and again', async () => {
    const cli = await createCli({ device: { approveAfterMs: 300, interval: 0.1 } });
    const terminal = startInTerminal(cli, ['chat'], { env: accessible });
    await terminal.waitFor(/You are not signed in\. Sign in now\? Y\/n: $/);
    await readQuestion();
    terminal.type('y\r');
    await terminal.waitFor(/Waiting for you to approve it\.\r\n[\s\S]*Signed in as octocat/);
    await terminal.waitFor(/answers\.\r\nYou: $/);
    terminal.type('\u0004');
    expect(await terminal.exitCode).toBe(0);
    // What makes the code bold, and what offers it to the clipboard, move nothing.
    expectNoEscapeSequence(terminal.output.replaceAll(/\u001b(?:\[\d*m|\]52;[^\u0007]*\u0007)/g, ''));
  });

  it('keeps a line that answers no question of yes or no, and asks again', async () => {
    const { cli, terminal } = await startPlain();
    terminal.type('/logout\r');
    await terminal.waitFor(/Forget the sign-in on this machine\? y\/N: $/);
    await readQuestion();
    terminal.type('why is the sky blue\r');
    await terminal.waitFor(/Kept until you have answered: why is the sky blue\r\n[^\n]*y\/N: $/);
    terminal.type('n\r');
    await terminal.waitFor(
      /y\/N: n\r\nEnter alone sends: why is the sky blue\r\nYou are still signed in\.\r\nYou: $/,
    );
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
    terminal.type('\r');
    await terminal.waitFor(/You said: why is the sky blue\r\nYou: $/);
  });

  it('brings a kept line back behind a prompt that a command puts in its place', async () => {
    const { cli, terminal } = await startPlain();
    terminal.type('first\r');
    await terminal.waitFor(/You said: first\r\nYou: $/);
    terminal.type('/logout\r');
    await terminal.waitFor(/Forget the sign-in on this machine\? y\/N: $/);
    await readQuestion();
    terminal.type('why is the sky blue\r');
    await terminal.waitFor(/Kept until you have answered: [\s\S]*y\/N: $/);
    terminal.type('n\r');
    await terminal.waitFor(/still signed in\.\r\nYou: $/);
    terminal.type('/edit 1\r');
    await terminal.waitFor(/Enter alone sends: first\r\n[\s\S]*You: $/);
    terminal.type('\u0003');
    await terminal.waitFor(/stays as it was\.\r\nEnter alone sends: why is the sky blue\r\nYou: $/);
    terminal.type('second\r');
    await terminal.waitFor(/You said: second\r\nEnter alone sends: why is the sky blue\r\nYou: $/);
    terminal.type('/undo\r');
    await terminal.waitFor(/You: \/undo\r\n[\s\S]*Enter alone sends: second\r\n[\s\S]*You: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: second\r\nEnter alone sends: why is the sky blue\r\nYou: $/);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(3);
    terminal.type('\r');
    await terminal.waitFor(/You said: why is the sky blue\r\nYou: $/);
  });

  it.each([
    ['the last of several lines', 'what is this\rmore of it\r', '!touch HOME/ran'],
    ['a mention', 'what is this\rmore of it\r', 'see @HOME/notes.txt'],
    ['the first of two', '!touch HOME/ran\r', 'more of it'],
  ])(
    'runs nothing of a paste whose last line has no end, where none is marked: %s',
    async (_, lines, rest) => {
      const { cli, terminal } = await startPlain({}, { TERM: 'dumb' });
      writeFileSync(join(cli.home, 'notes.txt'), 'NOTES');
      terminal.type((lines + rest).replaceAll('HOME', cli.home));
      await terminal.waitFor(/\r\nPasted: [23] lines\. Enter sends it, Ctrl\+C drops it\.\r\nMore: $/);
      terminal.type('\r');
      await terminal.waitFor(/Answer:[\s\S]*You: $/);
      expect(existsSync(join(cli.home, 'ran'))).toBe(false);
      const [request, ...others] = cli.simulator.requestsTo('/chat/completions');
      expect(others).toEqual([]);
      expect(JSON.stringify(request?.body)).toContain('more of it');
      expect(JSON.stringify(request?.body)).not.toContain('NOTES');
      terminal.type('/exit\r');
      expect(await terminal.exitCode).toBe(0);
    },
  );

  it('tells a failure, and sends the same again at Enter alone', { tags: 'deep' }, async () => {
    const { cli, terminal } = await startPlain();
    cli.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
    terminal.type('hello there\r');
    await terminal.waitFor(/Error: [\s\S]*Enter alone sends: hello there\r\nYou: $/);
    terminal.type('\r');
    await terminal.waitFor(/You: hello there\r\nAnswer:\r\nYou said: hello there\r\nYou: $/);
    terminal.type('\u0004');
    expect(await terminal.exitCode).toBe(0);
  });
});

describe.skipIf(process.platform === 'win32')('calls of tools in the plain chat', () => {
  sampled.it.each([
    ['where ACCESSIBLE is set', accessible],
    ['where the terminal has no cursor', { TERM: 'dumb' }],
  ])('%s are asked about, shown and refused in whole lines', async (_, env) => {
    const answers = [
      callTools(['view', { path: 'notes.md' }], ['view', { path: 'none.md' }]),
      callTools(['edit', { path: 'notes.md', old_str: 'two', new_str: 'TWO' }]),
      callTools(['bash', { command: 'echo first; echo second' }]),
      callTools(['bash', { command: 'echo $((6 * 7)); exit 3' }]),
      { text: 'That is all.' },
    ];
    const cli = await createCli({ answer: answerInTurn(...answers) });
    await cli.signIn();
    writeFileSync(join(cli.home, 'notes.md'), 'one\ntwo\nthree\n');
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'chat', '--use', 'read,write,shell'],
      cwd: cli.home,
      env: { ...cli.env, ...env },
    });
    await terminal.waitFor(/You: $/);
    terminal.type('do it\r');
    await terminal.waitFor(/stops: $/);
    await readQuestion();
    terminal.type('2\r');
    await terminal.waitFor(/Make this change\?[\s\S]*stops: $/);
    await readQuestion();
    terminal.type('1\r');
    await terminal.waitFor(/echo second[\s\S]*stops: $/);
    await readQuestion();
    terminal.type('what?\r');
    await terminal.waitFor(/Kept until you have answered: what\?\r\n[\s\S]*stops: $/);
    terminal.type('7\r');
    await terminal.waitFor(/Type a number from 1 to \d\.\r\nNumber: $/);
    terminal.type('4\r');
    await terminal.waitFor(/What to do instead\? $/);
    terminal.type('count\r');
    await terminal.waitFor(/6 \* 7[\s\S]*stops: $/);
    await readQuestion();
    terminal.type('1\r');
    await terminal.waitFor(/That is all\.\r\nYou: $/);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
    expectNoEscapeSequence(terminal.output);
    const lines = terminal.output.replaceAll(pasteMode, '').split('\r\n');
    expect(lines.filter((line) => /^(?:Call|Removed|Added|Make|Run)/.test(line))).toEqual([
      'Call: view notes.md; done, 3 lines.',
      'Call: view none.md; failed, none.md does not exist.',
      'Make this change? edit notes.md',
      'Removed: two',
      'Added: TWO',
      'Call: edit notes.md; done.',
      'Removed: two',
      'Added: TWO',
      expect.stringMatching(/^Run/),
      expect.stringMatching(/^Call: bash echo first; echo second; refused, You said no.*count\.$/),
      expect.stringMatching(/^Run/),
      expect.stringMatching(/^Call: bash echo \$\(\(6 \* 7\)\); exit 3; failed, 42 · \[Exit code 3/),
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('a question about a call in the plain chat', () => {
  const command = `echo ${'0123456789 '.repeat(80)}the end`;

  async function startAsking(env: Record<string, string> = accessible): Promise<Terminal> {
    const cli = await createCli({
      answer: answerInTurn(
        { ...callTools(['bash', { command }]), firstDelayMs: 1500 },
        { text: 'That is all.' },
      ),
    });
    await cli.signIn();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'chat', '--use', 'shell'],
      cwd: cli.home,
      env: { ...cli.env, ...env },
    });
    await terminal.waitFor(/You: $/);
    terminal.type('do it\r');
    await cli.simulator.waitForRequest('/chat/completions');
    return terminal;
  }

  it('is not answered by a number that was begun before, and shows all of a long command', async () => {
    const terminal = await startAsking();
    terminal.type('1');
    await terminal.waitFor(/Your next Enter ends the line that you have begun\.[^\n]*\r\n[^\n]*stops: $/);
    // In rows that each say that they go on.
    expect(terminal.output.replaceAll('\r\nmore: ', '')).toContain(command);
    await readQuestion();
    terminal.type('\r');
    await terminal.waitFor(/Kept until you have answered: 1\r\nNumber[^\n]*stops: $/);
    expect(terminal.output).not.toContain('Call: bash');
    terminal.type('1\r');
    await terminal.waitFor(/Enter alone sends: 1\r\n[\s\S]*Call: bash[\s\S]*That is all\.\r\nYou: $/);
    terminal.type('\u0003');
    await terminal.waitFor(/Nothing was sent\.\r\nYou: $/);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
  });

  it('is not answered by a number that was meant for a list in whose place it comes', async () => {
    const terminal = await startAsking();
    terminal.type('/theme\r');
    await terminal.waitFor(/Enter alone closes: $/);
    await terminal.waitFor(/The question before this one is gone\.[^\n]*\r\nRun [\s\S]*stops: $/);
    await readQuestion();
    terminal.type('1\r');
    await terminal.waitFor(/Kept until you have answered: 1\r\n[^\n]*stops: $/);
    await setTimeout(2_000);
    terminal.type('1\r');
    await terminal.waitFor(/Call: bash[\s\S]*That is all\.\r\nYou: $/);
    terminal.type('\u0003');
    terminal.type('/exit\r');
    await terminal.exitCode;
  });

  it.each([
    ['last', 'steps to do:\r1', 'steps to do: 1'],
    ['first', '1\rsteps to do', '1 steps to do'],
  ])('is not answered by the %s line of a paste without marks', async (_, pasted, kept) => {
    const terminal = await startAsking({ TERM: 'dumb' });
    await terminal.waitFor(/stops: $/);
    await readQuestion();
    terminal.type(pasted);
    await terminal.waitFor(new RegExp(`Kept until you have answered: ${kept}\\r\\n[^\\n]*stops: $`));
    terminal.type('\r');
    await terminal.waitFor(/Type a number from 1 to \d\.\r\nNumber: $/);
    expect(terminal.output).not.toContain('Call: bash');
    terminal.signal('SIGTERM');
    await terminal.exitCode;
  });

  it('is not answered by what nobody can have meant for it', async () => {
    const terminal = await startAsking();
    await terminal.waitFor(/stops: $/);
    // At once, and so before anybody can have read it.
    terminal.type('1\r');
    await terminal.waitFor(/Kept until you have answered: 1\r\n[^\n]*stops: $/);
    await readQuestion();
    terminal.type('\u001b[200~1\u001b[201~\r');
    await terminal.waitFor(/Kept until you have answered: 1\r\n[\s\S]*answered: 1\r\n[^\n]*stops: $/);
    terminal.type('\r');
    await terminal.waitFor(/Type a number from 1 to \d\.\r\nNumber: $/);
    terminal.type('\u0003');
    await terminal.waitFor(
      /Enter alone sends: 1 1\r\nCall: bash [\s\S]*; not made\.\r\nStopped\.[\s\S]*You: $/,
    );
    terminal.type('\u0004');
    await terminal.exitCode;
  });
});

describe.skipIf(process.platform === 'win32')('a single line that was pasted in the plain chat', () => {
  const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;

  sampled.it.each([
    ['a command', '!touch HOME/ran'],
    ['a mention', 'see @HOME/notes.txt'],
    ['a slash command', '/exit'],
    ['a word that leaves', 'exit'],
    ['a command with its line end', '!touch HOME/ran\r'],
    ['a command behind an end mark', 'x\u001b[201~\r!touch HOME/ran\r'],
    ['a command behind an end mark at its beginning', '\u001b[201~!touch HOME/ran'],
  ])('is text, whatever it looks like: %s', async (_, pasted) => {
    const { cli, terminal } = await startPlain();
    const text = pasted.replace('HOME', cli.home);
    writeFileSync(join(cli.home, 'notes.txt'), 'NOTES');
    terminal.type(paste(text));
    if (text.includes('\r')) await terminal.waitFor(/Pasted: [\s\S]*More: [^\n]*$/);
    terminal.type('\r');
    await terminal.waitFor(/Answer:[\s\S]*You: $/);
    expect(existsSync(join(cli.home, 'ran'))).toBe(false);
    const [request, ...others] = cli.simulator.requestsTo('/chat/completions');
    expect(others).toEqual([]);
    expect(JSON.stringify(request?.body)).not.toContain('NOTES');
    expect(JSON.stringify(request?.body)).toContain(text.split(/[\r\u001b]/)[0]);
    terminal.type('!echo typed\r');
    await terminal.waitFor(/Attached to your next prompt: !echo typed[\s\S]*You: $/);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
    // The shell's own line editor decides about pastes again.
    expect(terminal.output.match(pasteMode)?.at(-1)).toBe('\u001b[?2004l');
  });

  it.each([
    ['Ctrl+Z', ['\u001a']],
    ['SIGSTOP', ['SIGSTOP', 'SIGCONT']],
  ])('is text behind %s and fg, too', async (_, keys) => {
    const { cli, terminal } = await startPlain();
    for (const key of keys) {
      if (key === 'SIGSTOP' || key === 'SIGCONT') terminal.signal(key);
      else terminal.type(key);
      await setTimeout(100);
    }
    // The shell stops the marks, and here is none.
    await terminal.waitFor(/\u001b\[\?2004h[\s\S]*\u001b\[\?2004l[\s\S]*\u001b\[\?2004hYou: $/);
    await readQuestion();
    terminal.type(`${paste(`!touch ${join(cli.home, 'ran')}\r`)}`);
    await terminal.waitFor(/Pasted: 1 line\. [\s\S]*More: [^\n]*$/);
    expect(existsSync(join(cli.home, 'ran'))).toBe(false);
    terminal.signal('SIGTERM');
    await terminal.exitCode;
  });

  it.each(['!touch HOME/ran', 'see @HOME/notes.txt'])(
    'waits for an Enter if it came while the chat started: %s',
    async (pasted) => {
      const cli = await createCli();
      await cli.signIn();
      writeFileSync(join(cli.home, 'notes.txt'), 'NOTES');
      const terminal = startInTerminal(cli, ['chat'], { env: accessible });
      const text = pasted.replace('HOME', cli.home);
      terminal.type(`${text}\r`);
      await terminal.waitFor(/Enter alone sends: (?:!touch|see) [\s\S]*You: $/);
      expect(existsSync(join(cli.home, 'ran'))).toBe(false);
      expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
      terminal.type('\r');
      await terminal.waitFor(/(?:You said: see|You: !touch)[\s\S]*You: $/);
      terminal.type('/exit\r');
      expect(await terminal.exitCode).toBe(0);
      expect(existsSync(join(cli.home, 'ran'))).toBe(pasted.startsWith('!'));
    },
  );

  it('is sent at once if it came while the chat started, and is words alone', async () => {
    const cli = await createCli();
    await cli.signIn();
    const terminal = startInTerminal(cli, ['chat'], { env: accessible });
    terminal.type('hello there\r');
    await terminal.waitFor(/You said: hello there\r\nYou: $/);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
  });

  it('is text where its last line stands behind an end mark of its own', async () => {
    const { cli, terminal } = await startPlain();
    terminal.type(paste(`look\u001b[201~\r!touch ${join(cli.home, 'ran')}`));
    await terminal.waitFor(/Answer:[\s\S]*You said: look[\s\S]*You: /);
    terminal.type('\r');
    await terminal.waitFor(/You said: !touch [\s\S]*You: $/);
    expect(existsSync(join(cli.home, 'ran'))).toBe(false);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
  });

  it('is not sent if the terminal has cut it, and the next one is as ever', async () => {
    const { cli, terminal } = await startPlain();
    const text = `the log: ${'word '.repeat(1_500)}IMPORTANT`;
    terminal.type(`${text}\r`);
    await terminal.waitFor(/Nothing is sent of this: the terminal cuts lines to [\d,]+ bytes[\s\S]*You: $/);
    terminal.type(`${paste(text)}\r`);
    await terminal.waitFor(/terminal cuts lines[\s\S]*terminal cuts lines[\s\S]*You: $/);
    terminal.type('hello\r');
    await terminal.waitFor(/You said: hello/);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
  });

  it.each([
    ['a line that has not ended', ['half a prompt', '\u0004', '\u0004'], 'half a prompt', 0],
    ['lines that end in backslashes, and a signal', ['one\\\r', 'two\\\r', 'SIGTERM'], 'one\ntwo', 143],
    ['a paste, and a signal', [`${paste('one\rtwo\r')}\r`, 'SIGHUP'], 'one\ntwo', 129],
    [
      'a paste that Enter has not sent',
      [`${paste('one\rtwo\r')}\r`, 'rest', '\u0004', '\u0004'],
      'one\ntwo\n\nrest',
      0,
    ],
  ])('is kept for the next chat if the person leaves behind it: %s', async (_, keys, kept, code) => {
    const { cli, terminal } = await startPlain();
    for (const key of keys) {
      if (key === 'SIGTERM' || key === 'SIGHUP') terminal.signal(key);
      else terminal.type(key);
      await setTimeout(200);
    }
    expect(await terminal.exitCode).toBe(code);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
    const history = readFileSync(join(cli.home, 'data', 'copilot-cli', 'prompt-history.jsonl'), 'utf8');
    expect(JSON.parse(history.trim().split('\n').at(-1) ?? '')).toMatchObject({ prompt: kept });
  });

  it('is not asked to be marked where the terminal has no cursor', { tags: 'deep' }, async () => {
    const { terminal } = await startPlain({}, { TERM: 'dumb' });
    terminal.type('/exit\r');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).not.toContain('\u001b');
  });

  it('is held behind an answer that failed, as in the drawn chat', { tags: 'deep' }, async () => {
    const { cli, terminal } = await startPlain({
      answer: { text: 'word '.repeat(40), deltaLength: 5, tokensPerSecond: 40, finish: 'content_filter' },
    });
    terminal.type('first\r');
    await cli.simulator.waitForRequest('/chat/completions');
    terminal.type('second\r');
    await terminal.waitFor(/it is sent after this answer/);
    cli.simulator.state.answer = {};
    await terminal.waitFor(/1 prompt is queued; Enter sends it, and a prompt follows it\.\r\nYou: $/);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
    terminal.type('\r');
    await terminal.waitFor(/You said: second/);
  });
});
