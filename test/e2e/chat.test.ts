import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  binary,
  type Cli,
  chatModel,
  createCli,
  expectNoSecret,
  parseOutput,
  type Run,
  type RunOptions,
} from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const chatPath = '/chat/completions';
const model = chatModel;

async function createSignedIn(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  await cli.signIn();
  return cli;
}

async function ask(
  options: SimulatorOptions,
  argv: string[],
  runOptions?: RunOptions,
): Promise<{ cli: Cli; run: Run }> {
  const cli = await createSignedIn(options);
  return { cli, run: await cli.runHere(argv, runOptions) };
}

function readBody(cli: Cli): {
  model: string;
  messages: { role: string; content: string }[];
  stream: boolean;
} {
  return cli.simulator.requestsTo(chatPath)[0]?.body as ReturnType<typeof readBody>;
}

describe('a prompt', () => {
  sampled.it.each([
    ['by the command', ['chat', 'why', 'is', 'the sky blue?'], undefined, 'why is the sky blue?'],
    ['without the command', ['why is the sky blue?'], undefined, 'why is the sky blue?'],
    ['without the command, after a flag', ['-m', model, 'why not'], undefined, 'why not'],
    ['on stdin', ['chat'], 'from stdin\n', 'from stdin'],
    ['on stdin without the command', [], 'from stdin\n', 'from stdin'],
    ['on both', ['chat', 'summarise'], 'line 1\nline 2\n', 'summarise\n\nline 1\nline 2'],
    [
      'with stdin where the mark is',
      ['chat', 'before', '-', 'after'],
      'middle\n',
      'before\n\nmiddle\n\nafter',
    ],
    ['after a terminator', ['--', 'chat'], undefined, 'chat'],
    ['after a terminator and the command', ['chat', '--', '--json'], undefined, '--json'],
    ['in UTF-8', ['chat'], 'grüße 世界 👩‍👩‍👧\n', 'grüße 世界 👩‍👩‍👧'],
  ])('comes %s', async (_, argv, stdin, prompt) => {
    const { cli, run } = await ask({}, argv, stdin === undefined ? {} : { stdin });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(`You said: ${prompt}\n`);
    expect(run.code).toBe(0);
    expect(readBody(cli).messages).toEqual([{ role: 'user', content: prompt }]);
  });

  it('carries the system prompt first, names the model, and counts as one request of a person', async () => {
    const { cli } = await ask({}, ['chat', '-s', 'Be brief.', '-m', 'Kimi-K2.7-Code-2026-01-01', 'hi']);
    expect(readBody(cli)).toEqual({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      stream: true,
    });
    expect(cli.simulator.counts().initiator).toEqual({ user: 1, agent: 0, none: 0 });
  });

  sampled.it.each([
    ['is missing', [], ''],
    ['is blank', [' \n '], ''],
    ['is only white space on stdin', ['chat'], ' \n\n'],
  ])('that %s is a usage error without a request', async (_, argv, stdin) => {
    const { cli, run } = await ask({}, argv, { stdin });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/^copilot-cli: there is no prompt\. Give one: /);
    expect(cli.simulator.requests).toEqual([]);
  });

  sampled.it.each([
    ['a NUL byte', new Uint8Array([104, 105, 0, 1])],
    ['bytes that are no UTF-8', new Uint8Array([0xc3, 0x28])],
  ])('with %s on stdin is a usage error without a request', async (_, stdin) => {
    const { cli, run } = await ask({}, ['chat', 'look'], { stdin });
    expect(run.code).toBe(2);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('that is one word close to a command is a usage error with the command, and no request', async () => {
    const { cli, run } = await ask({}, ['modles']);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      /modles is not a command; did you mean "copilot-cli models"\? To send it as a prompt: copilot-cli chat modles/,
    );
    expect(cli.simulator.requests).toEqual([]);
  });

  it('does not look at stdin with --no-stdin', async () => {
    const cli = await createSignedIn();
    const { child, done } = cli.start(['chat', '--no-stdin', 'hi'], { keepStdinOpen: true });
    const run = await done;
    child.stdin?.end();
    expect(run).toMatchObject({ stdout: 'You said: hi\n', stderr: '', code: 0 });
  });

  it('waits for a slow pipe once it has begun to speak', { tags: 'deep' }, async () => {
    const cli = await createSignedIn();
    const { child, done } = cli.start(['chat', 'hi'], { stdin: 'first ', keepStdinOpen: true });
    // The rest comes when the program has long been reading.
    setTimeout(() => child.stdin?.end('second'), 1_000);
    expect((await done).stdout).toBe('You said: hi\n\nfirst second\n');
  });
});

describe('an answer as text', () => {
  it('arrives while the model still speaks', async () => {
    const cli = await createSignedIn({ answer: { text: ['first ', 'second'], deltaDelayMs: 1_500 } });
    const { child, done } = cli.start(['chat', 'hi']);
    const first = await new Promise<string>((resolve) =>
      child.stdout?.once('data', (data) => resolve(String(data))),
    );
    const seenAt = performance.now();
    expect(first).toBe('first ');
    expect((await done).stdout).toBe('first second\n');
    expect(performance.now() - seenAt).toBeGreaterThan(700);
  });

  sampled.it.each([
    ['adds a newline where the text lacks one', 'text', 'text\n'],
    ['adds none where it has one', 'text\n', 'text\n'],
    ['leaves blank lines at the end', 'text\n\n', 'text\n\n'],
    [
      'leaves control characters to the reader of the pipe',
      'a\u001b[31mb\u0007\r\n',
      'a\u001b[31mb\u0007\r\n',
    ],
  ])('%s', async (_, text, stdout) => {
    expect((await ask({ answer: { text: [text] } }, ['chat', 'hi'])).run.stdout).toBe(stdout);
  });

  it('keeps reasoning and usage from stdout, and shows them on stderr where they are asked for', async () => {
    const answer = {
      reasoning: ['Let me ', 'think.'],
      text: 'Done.',
      usage: { inputTokens: 12, outputTokens: 34 },
    };
    const silent = await ask({ answer }, ['chat', 'hi']);
    expect(silent.run).toMatchObject({ stdout: 'Done.\n', stderr: '' });
    const told = await silent.cli.run(['chat', '--reasoning', '--usage', 'hi']);
    expect(told.stdout).toBe('Done.\n');
    expect(told.stderr).toMatch(
      /^Let me think\.\nusage: 12 tokens in.*, 34 tokens out.*, [\d.]+ credits\nquota: ~252 of 3000 AI credits left \(8\.4 %\)(?:, renewed on \d{4}-\d\d-\d\d)?\n$/,
    );
  });

  it('of 5 MB comes out byte for byte, through a reader that is slow', {
    tags: 'deep',
    timeout: 60_000,
  }, async () => {
    const piece = 'The quick brown 🦊 jumps over the lazy 犬.\n';
    const text = Array.from({ length: 110_000 }, () => piece);
    const cli = await createSignedIn({ answer: { text } });
    const wanted = createHash('sha256').update(text.join('')).digest('hex');
    const command = `"${process.execPath}" "${binary}" chat hi </dev/null | (sleep 1; cat) | sha256sum`;
    const { stdout, stderr } = await runShell(command, cli.env);
    expect(stderr).toBe('');
    expect(stdout.split(' ')[0]).toBe(wanted);
    expect(text.join('').length).toBeGreaterThan(4.5e6);
  });

  it('ends quietly, and stops the request, when its reader has seen enough', async () => {
    const text = Array.from({ length: 200_000 }, (_, index) => `line ${index}\n`);
    const cli = await createSignedIn({ answer: { text } });
    const command = `("${process.execPath}" "${binary}" chat hi </dev/null; echo "code $?" >&2) | head -1`;
    const { stdout, stderr } = await runShell(command, cli.env);
    expect(stdout).toBe('line 0\n');
    expect(stderr).toBe('code 0\n');
    expect(cli.simulator.requestsTo(chatPath)[0]?.closedByClient).toBe(true);
  });
});

describe('an answer that breaks off', () => {
  sampled.it.each([
    ['ends before its finish', { cutAfterEvents: 4 }],
    ['loses its connection', { resetAfterEvents: 4 }],
    ['ends where the finish should be', { cutBeforeFinish: true }],
  ])('and %s leaves the text that came, one line on stderr, and code 12', async (_, transport) => {
    const cli = await createSignedIn({ answer: { text: ['one ', 'two ', 'three ', 'four ', 'five '] } });
    cli.simulator.faults.add({ path: chatPath, transport });
    const run = await cli.run(['chat', 'hi']);
    expect(run.code).toBe(12);
    expect(run.stdout).toMatch(/^one two /);
    expect(run.stderr).toMatch(
      /^copilot-cli: the answer is not complete: the stream was disconnected before completion.*\n$/,
    );
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is an object with the partial text and the error in JSON', async () => {
    const cli = await createSignedIn({ answer: { text: ['one ', 'two ', 'three '] } });
    cli.simulator.faults.add({ path: chatPath, transport: { cutBeforeFinish: true } });
    const run = await cli.run(['chat', '--json', 'hi']);
    expect(run.code).toBe(12);
    expect(parseOutput(run)).toMatchObject({
      schema_version: 1,
      text: 'one two three ',
      error: { code: 'truncated', exit_code: 12 },
    });
  });

  it('is finished where only the [DONE] line is missing', async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: chatPath, transport: { omitDone: true } });
    expect(await cli.run(['chat', 'hi'])).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
  });

  it('keeps what came when Ctrl+C stops it, ends the request, and exits with 130', async () => {
    const cli = await createSignedIn({ answer: { text: ['first ', 'never'], deltaDelayMs: 400 } });
    cli.simulator.faults.add({ path: chatPath, transport: { dripMs: 2_000 } });
    const { child, done } = cli.start(['chat', 'hi']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGINT');
    const run = await done;
    expect(run).toMatchObject({ stdout: 'first \n', code: 130 });
    expect(cli.simulator.requestsTo(chatPath)[0]?.closedByClient).toBe(true);
  });

  sampled.it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('exits on %s with %i', async (signal, code) => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: chatPath, noAnswer: true });
    const { child, done } = cli.start(['chat', 'hi']);
    await cli.simulator.waitForRequest(chatPath);
    child.kill(signal);
    expect((await done).code).toBe(code);
  });

  it('warns where the model stopped at its output limit', async () => {
    const { run } = await ask({ answer: { text: 'half', finish: 'length' } }, ['chat', 'hi']);
    expect(run).toMatchObject({ stdout: 'half\n', code: 0 });
    expect(run.stderr).toMatch(/^warning: the answer reached the model's output limit/);
  });
});

describe('an answer survives every way of travelling', () => {
  const text = ['Grüße, ', '世界 ', '👩‍👩‍👧 ', '"quoted"\n', 'end'];
  sampled.it.each([
    ['in packets of one byte', { packetBytes: 1 }],
    ['in packets of seven bytes', { packetBytes: 7 }],
    ['with CRLF', { crlf: true }],
    ['with CRLF in packets of one byte', { crlf: true, packetBytes: 1 }],
    ['with comments between', { comments: true }],
  ])('%s', async (_, transport) => {
    const cli = await createSignedIn({ answer: { text } });
    cli.simulator.faults.add({ path: chatPath, transport });
    expect(await cli.run(['chat', 'hi'])).toMatchObject({
      stdout: `${text.join('')}\n`,
      stderr: '',
      code: 0,
    });
  });

  sampled.it.each(['openai', 'claude', 'gemini'] as const)('in the style of %s', async (style) => {
    const { run } = await ask({ answer: { style, text, reasoning: 'hm', usage: { outputTokens: 7 } } }, [
      'chat',
      '--usage',
      'hi',
    ]);
    expect(run).toMatchObject({ stdout: `${text.join('')}\n`, code: 0 });
    expect(run.stderr).toContain('7 tokens out');
  });
});

describe('an answer as JSON', () => {
  it('is one object with the text, the model, the usage and the reason for the end', async () => {
    const { run } = await ask({ answer: { text: 'Hi.', reasoning: 'hm' } }, [
      'chat',
      '--json',
      '-m',
      model,
      'hi',
    ]);
    expect(run.stderr).toBe('');
    expect(parseOutput(run)).toMatchObject({
      schema_version: 1,
      model_requested: model,
      text: 'Hi.',
      reasoning: 'hm',
      tool_calls: [],
      finish_reason: 'stop',
      usage: {
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        credits: expect.any(Number),
      },
    });
  });

  it('is one event a line with --jsonl, the error too', async () => {
    const cli = await createSignedIn({ answer: { text: ['a', 'b'] } });
    cli.simulator.faults.add({ path: chatPath, transport: { cutBeforeFinish: true } });
    const run = await cli.run(['chat', '--jsonl', 'hi']);
    const lines = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'error']);
    expect(lines.every((line) => line.schema_version === 1)).toBe(true);
    expect(lines.at(-1).error.code).toBe('truncated');
  });
});

function runShell(command: string, env: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('close', () => {
      expectNoSecret(stdout + stderr);
      resolve({ stdout, stderr });
    });
  });
}
