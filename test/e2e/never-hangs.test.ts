import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPseudoTerminal } from '../emulator/pseudo-terminal.ts';
import { binary, type Cli, chatModel, collect, createCli, type Run } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';
import { sampled } from '../helpers/sampled.ts';

/** For how long a command may go on after its time is over or a signal came, in milliseconds. */
const grace = 2_000;

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

/** Of a long answer, which is not slow because it comes word by word. */
const deltaLength = 500;

/** A model that takes images, and answers where the default one does. */
const seeing = ['-m', 'gemini-3.5-flash'];

async function createSignedIn(): Promise<Cli> {
  const cli = await createCli();
  await cli.signIn();
  return cli;
}

function createPipe(name = 'pipe'): string {
  const path = join(createFolder(), name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** Becomes a writer that says nothing, as soon as somebody reads. */
async function openSilently(pipe: string): Promise<void> {
  const fd = await vi.waitFor(() => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK), {
    timeout: 10_000,
    interval: 10,
  });
  onTestFinished(() => closeSync(fd));
}

/** Lets somebody read a word to its end, so that they go on to what follows. */
async function waitUntilRead(pipe: string): Promise<void> {
  const open = (): number => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const fd = await vi.waitFor(open, { timeout: 10_000, interval: 10 });
  writeSync(fd, 'word');
  closeSync(fd);
  // Nobody has it open for reading any more.
  await vi.waitFor(
    () =>
      expect(() => {
        closeSync(open());
      }).toThrow('ENXIO'),
    { timeout: 10_000, interval: 5 },
  );
}

/** Sends a signal when the command is where the test wants it, and gives the time that it took from then on. */
async function stop(
  { child, done }: ReturnType<Cli['start']>,
  signal: Signal,
  isThere: () => Promise<unknown>,
): Promise<Run> {
  onTestFinished(() => void child.kill('SIGKILL'));
  await isThere();
  const sentAt = performance.now();
  child.kill(signal);
  const run = await done;
  return { ...run, milliseconds: performance.now() - sentAt };
}

describe('a named pipe that nobody writes to', () => {
  const uses: [string, (pipe: string) => string[]][] = [
    ['-f', (pipe) => ['chat', '-f', pipe, 'q']],
    ['-a', (pipe) => ['chat', ...seeing, '-a', pipe, 'q']],
    ['--schema', (pipe) => ['chat', '--schema', pipe, 'q']],
    ['--tools', (pipe) => ['chat', '--json', '--tools', pipe, 'q']],
    ['run', (pipe) => ['run', pipe]],
  ];

  it('ends at once by a signal behind --env-from, which has no time', async () => {
    const cli = await createSignedIn();
    const pipe = createPipe();
    const run = await stop(cli.start(['--env-from', pipe, 'status']), 'SIGTERM', () => openSilently(pipe));
    expect(run.code).toBe(143);
    expect(run.milliseconds).toBeLessThan(grace);
  });

  sampled.it.each(['config.json', 'credentials.json'])(
    'keeps nobody waiting in the place of %s',
    async (name) => {
      const cli = await createCli();
      const folder = join(cli.home, 'config', 'copilot-cli');
      mkdirSync(folder, { recursive: true });
      execFileSync('mkfifo', [join(folder, name)]);
      const { child, done } = cli.start(['status']);
      onTestFinished(() => void child.kill('SIGKILL'));
      const run = await done;
      expect(run.milliseconds).toBeLessThan(5_000);
      expect(run.stderr).toContain(name);
    },
  );

  sampled.it.each(uses)('ends with 124 when the time is over, behind %s', async (_, toArgv) => {
    const cli = await createSignedIn();
    const { child, done } = cli.start([...toArgv(createPipe('pipe.md')), '--timeout', '1']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const run = await done;
    expect(run.code).toBe(124);
    expect(run.milliseconds).toBeLessThan(1_000 + grace);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });

  sampled.it.each(
    uses.flatMap(([name, toArgv]) =>
      (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, name, toArgv] as const),
    ),
  )('ends at once by %s behind %s, though its writer is there and silent', async (signal, _, toArgv) => {
    const cli = await createSignedIn();
    const pipe = createPipe('pipe.md');
    const run = await stop(cli.start(toArgv(pipe)), signal, () => openSilently(pipe));
    expect(run.code).toBe(exitCodes[signal]);
    expect(run.milliseconds).toBeLessThan(grace);
  });
});

describe('a device or a pipe under the name of a file of our own', () => {
  async function runToEnd(cli: Cli, argv: string[]): Promise<Run> {
    const { child, done } = cli.start(argv);
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const run = await done;
    clearTimeout(timer);
    return run;
  }

  sampled.it.each([
    ['config/copilot-cli/config.json', ['status'], 3],
    ['config/copilot-cli/config.json', ['chat', '--timeout', '2', 'hi'], 3],
    ['config/copilot-cli/config.json', ['config', 'set', 'motion', 'reduced'], 3],
    ['config/copilot-cli/credentials.json', ['status'], 3],
    ['data/copilot-cli/index.jsonl', ['sessions', 'list'], 3],
    ['data/copilot-cli/search.txt', ['sessions', 'search', 'hi'], 3],
  ] as const)('ends with words instead of being read: %s, behind %s', async (name, argv, code) => {
    const cli = await createSignedIn();
    await cli.run(['chat', 'hello']);
    const path = join(cli.home, name);
    for (const makeOdd of [
      () => symlinkSync('/dev/zero', path),
      () => execFileSync('mkfifo', [path]),
      () => {
        writeFileSync(path, '');
        truncateSync(path, 3 * 1024 ** 3);
      },
    ].slice(0, name.endsWith('.json') ? 3 : 2)) {
      rmSync(path, { force: true });
      makeOdd();
      const run = await runToEnd(cli, [...argv]);
      expect(run).toMatchObject({ code, stdout: expect.any(String) });
      expect(run.stderr).toMatch(new RegExp(`${name}.*(not a regular file|too large)`));
    }
    rmSync(path);
  });

  sampled.it.each([
    ['chat', ['chat', '--timeout', '3', 'hi'], ''],
    ['sessions list', ['sessions', 'list'], 'is not a regular file'],
    ['sessions search', ['sessions', 'search', 'hello'], 'is not a regular file'],
    ['chat -c', ['chat', '-c', '--timeout', '3', 'hi'], 'is not a regular file'],
    ['sessions delete --all', ['sessions', 'delete', '--all', '--yes'], ''],
  ])('does not stop %s in the place of a conversation', async (_, argv, words) => {
    const cli = await createSignedIn();
    await cli.run(['chat', '--session', 'first', 'hello']);
    const folder = join(cli.home, 'data', 'copilot-cli', 'conversations');
    execFileSync('mkfifo', [join(folder, '20261128-0755-aaaaa.jsonl')]);
    symlinkSync('/dev/zero', join(folder, '20261128-0755-bbbbb.jsonl'));
    const run = await runToEnd(cli, argv);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain(words);
  });
});

describe('a reader that does not read', () => {
  /** Several times what a pipe and its reader hold. */
  const long = 'word '.repeat(100_000);

  /** Starts the program with outputs that nobody reads; resolves when it is stuck in the middle of its answer or at its end. */
  async function startUnread(argv: string[], { stdin = 'q', reasoning = '' } = {}) {
    const answer = reasoning === '' ? { text: long } : { reasoning, text: 'short' };
    const cli = await createCli({ answer: { ...answer, deltaLength } });
    await cli.signIn();
    const child = spawn(process.execPath, ['--', binary, ...argv], {
      env: { ...cli.env, GITHUB_COPILOT_MODEL: 'claude-sonnet-4.6' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    const startedAt = performance.now();
    const ended = new Promise<{ code: number | null; signal: string | null; endedAt: number }>((resolve) => {
      child.on('exit', (code, signal) => resolve({ code, signal, endedAt: performance.now() }));
    });
    return { cli, child, startedAt, ended };
  }

  /** Until it has written something: then the pipe is filled at once. */
  const waitUntilStuck = (stream: Readable): Promise<unknown> => once(stream, 'readable');

  const uses: [string, string[], { stdin?: string; reasoning?: string }][] = [
    ['text', ['chat', '--no-save', '-'], {}],
    ['--json', ['chat', '--json', '-'], {}],
    ['--jsonl', ['chat', '--jsonl', '-'], {}],
    ['--render', ['chat', '--render', '-'], {}],
    ['--each-line', ['chat', '--each-line', '--', 'Say it'], { stdin: 'q\n'.repeat(3) }],
    ['reasoning on stderr', ['chat', '--reasoning', '--effort', 'high', '-'], { reasoning: long }],
  ];

  sampled.it.each(uses)('does not outlast --timeout: %s', async (_, argv, options) => {
    const run = await startUnread([...argv.slice(0, 1), '--timeout', '3', ...argv.slice(1)], options);
    const { code, endedAt } = await run.ended;
    expect(code).toBe(124);
    expect(endedAt - run.startedAt).toBeLessThan(3_000 + grace);
    expect(run.cli.simulator.requests.length).toBeGreaterThan(0);
  });

  sampled.it.each(
    uses.flatMap(([name, argv, options]) =>
      (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, name, argv, options] as const),
    ),
  )('does not outlast %s: %s', async (signal, _, argv, options) => {
    const { child, ended } = await startUnread(argv, options);
    await waitUntilStuck('reasoning' in options ? child.stderr : child.stdout);
    const sentAt = performance.now();
    child.kill(signal);
    const { code, endedAt } = await ended;
    expect(code).toBe(exitCodes[signal]);
    expect(endedAt - sentAt).toBeLessThan(grace);
  });

  it('gets everything in time if it is only slow', async () => {
    const { child } = await startUnread(['chat', '--no-save', '-']);
    await waitUntilStuck(child.stdout);
    const text = collect(child.stdout);
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(text()).toContain(long.trim());
  });
});

describe.skipIf(process.platform === 'win32')('a terminal that takes nothing', () => {
  /** Several times what a terminal holds. */
  const long = `${'word '.repeat(12)}\n`.repeat(20_000);

  /** Starts the program in a terminal that stands still from the first words of the answer on. */
  async function startStanding(argv: string[], keys?: string[]) {
    const cli = await createCli({ answer: { text: long, deltaLength } });
    await cli.signIn();
    let shown = '';
    let isStanding = false;
    let stand = (): void => {};
    const stands = new Promise<void>((resolve) => {
      stand = resolve;
    });
    const pty = openPseudoTerminal({
      argv: ['--', binary, ...argv],
      env: { ...cli.env, GITHUB_COPILOT_MODEL: chatModel },
      onWrite({ text }) {
        shown += text;
        if (keys !== undefined && shown.includes('Ask')) pty.write(keys.shift() ?? '');
        if (isStanding || !shown.includes('word')) return;
        isStanding = true;
        pty.pause();
        stand();
      },
    });
    onTestFinished(() => pty.close());
    await stands;
    return pty;
  }

  const isGone = (pid: number): void => expect(() => process.kill(pid, 0)).toThrow('ESRCH');

  sampled.it.each<[string, string[], string[] | undefined]>([
    ['a prompt', ['chat', '--no-save', 'q'], undefined],
    ['a prompt that is not rendered', ['chat', '--no-save', '--raw', 'q'], undefined],
    ['JSON', ['chat', '--jsonl', 'q'], undefined],
    ['the chat', ['chat', '--no-save'], ['hello', '\r']],
  ])('does not keep %s from ending at a signal', async (_, argv, keys) => {
    const pty = await startStanding(argv, keys);
    // Until all that the terminal holds is full.
    await pause(500);
    pty.signal('SIGTERM');
    await vi.waitFor(() => isGone(pty.pid), { timeout: grace, interval: 20 });
    pty.resume();
    expect(await pty.exit).toEqual({ code: 143, signal: undefined });
  });

  it('does not outlast --timeout', async () => {
    const pty = await startStanding(['chat', '--no-save', '--timeout', '3', 'q']);
    await vi.waitFor(() => isGone(pty.pid), { timeout: 3_000 + grace, interval: 20 });
    pty.resume();
    expect(await pty.exit).toEqual({ code: 124, signal: undefined });
  });

  it('gets everything if it is only slow', async () => {
    const pty = await startStanding(['chat', '--no-save', '--raw', '--usage', 'q']);
    await pause(1_000);
    pty.resume();
    expect(await pty.exit).toEqual({ code: 0, signal: undefined });
    const shown = pty.writes.map(({ text }) => text.replaceAll('\r', '')).join('');
    expect(shown).toContain(long);
    // What goes to stderr does not come before it.
    expect(shown.indexOf('usage:')).toBeGreaterThan(shown.indexOf(long) + long.length - 1);
  });
});

describe('a batch that writes to a pipe', () => {
  it('is refused before it asks if nobody reads the pipe', async () => {
    const cli = await createSignedIn();
    const pipe = createPipe();
    const { child, done } = cli.start(['chat', '--each-line', '-o', pipe, '--', 'q'], { stdin: 'a\n' });
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const run = await done;
    clearTimeout(timer);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('no program reads');
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });

  it('does not outlast --timeout if the reader stops reading', async () => {
    const cli = await createSignedIn();
    const pipe = createPipe();
    const fd = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(fd));
    const { child, done } = cli.start(['chat', '--each-line', '-o', pipe, '--timeout', '3', '--', 'q'], {
      stdin: `${'word '.repeat(40_000)}\n`,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const run = await done;
    expect(run.code).toBe(124);
    expect(run.milliseconds).toBeLessThan(3_000 + grace);
  });
});

describe('what stays silent', { tags: 'deep' }, () => {
  const uses: [string, (path: string) => string[]][] = [
    ['-f', (path) => ['chat', '-f', path, 'q']],
    ['-a', (path) => ['chat', ...seeing, '-a', path, 'q']],
    ['--schema', (path) => ['chat', '--schema', path, 'q']],
    ['--tools', (path) => ['chat', '--json', '--tools', path, 'q']],
    ['run', (path) => ['run', path]],
    ['a batch', (path) => ['chat', '--each-line', '-f', path, '--', 'q']],
  ];

  it('is named on stderr, where that is no terminal, too', async () => {
    const cli = await createSignedIn();
    const runs = await Promise.all(
      uses.map(async ([name, toArgv]) => {
        const pipe = createPipe('pipe.md');
        const { child, done } = cli.start(toArgv(pipe), { stdin: 'a line\n' });
        await hearLine(child);
        child.kill('SIGTERM');
        return [name, (await done).stderr.split('\n')[0]?.replace(pipe, 'PIPE')];
      }),
    );
    const sentence = 'warning: still waiting for PIPE after 5 s. Ctrl+C ends the wait, --timeout limits it.';
    expect(runs).toEqual(uses.map(([name]) => [name, sentence]));
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });

  it('is given up if it is a server, before and in its answer', async () => {
    const cli = await createSignedIn();
    const url = await serveSilence();
    const runs = await Promise.all(
      ['-f', '-a'].flatMap((flag) =>
        ['before', 'within'].map((path) => cli.run(['chat', ...seeing, flag, `${url}${path}`, '--', 'q'])),
      ),
    );
    for (const run of runs) {
      expect(run).toMatchObject({ stdout: '', code: 13 });
      expect(run.stderr).toMatch(/^warning: still waiting for http.* after 5 s\./);
      expect(run.stderr).toMatch(
        /^copilot-cli: http\S+ stayed silent for 30 s.*--timeout ends a command sooner\.$/m,
      );
    }
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  }, 60_000);
});

/** Resolves with the first line on stderr. */
async function hearLine(child: ReturnType<Cli['start']>['child']): Promise<void> {
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: Buffer) => text.includes('\n') && resolve());
  });
}

/** A server that says nothing, or no more than a word. */
async function serveSilence(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/within') response.writeHead(200, { 'content-type': 'text/plain' }).write('word');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a folder without an end', { tags: 'deep' }, () => {
  sampled.it.each([
    ['-f', ['-f', '/usr', 'q']],
    ['a mention', ['read @usr']],
    ['a glob', ['-f', '/usr/**/*', 'q']],
  ])('ends with 124 when the time is over, behind %s', async (_, argv) => {
    const cli = await createSignedIn();
    const run = await cli.run(['chat', '--timeout', '0.7', ...argv], { cwd: '/' });
    expect(run.code).toBe(124);
    expect(run.milliseconds).toBeLessThan(700 + grace);
  });

  sampled.it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends at once by %s', async (signal) => {
    const cli = await createSignedIn();
    const pipe = createPipe();
    const run = await stop(cli.start(['chat', '-f', pipe, '-f', '/usr', 'q']), signal, () =>
      waitUntilRead(pipe),
    );
    expect(run.code).toBe(exitCodes[signal]);
    expect(run.milliseconds).toBeLessThan(grace);
  });
});

describe('a pattern of thirty stars', () => {
  const stars = `${'*a'.repeat(30)}b`;
  const name = 'a'.repeat(80);

  sampled.it.each<[string, Record<string, string>, string[]]>([
    [
      'an ignore file',
      { '.gitignore': `${stars}\nsecret\n`, [name]: 'text', secret: 'left out' },
      ['-f', '.'],
    ],
    ['the command line', { [name]: 'text' }, ['-f', `${'*a'.repeat(30)}*`]],
    [
      'an instruction file',
      {
        '.git/HEAD': '',
        '.github/instructions/x.instructions.md': `---\napplyTo: "${stars}"\n---\nleft out`,
        [name]: 'text',
      },
      ['-f', name],
    ],
  ])('from %s is answered as any other', async (_, files, argv) => {
    const cli = await createSignedIn();
    const run = await cli.run(['chat', ...argv, 'q'], { cwd: createFolder(files) });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.milliseconds).toBeLessThan(5_000);
    const [request] = cli.simulator.requestsTo('/chat/completions');
    const sent = JSON.stringify(request?.body);
    expect(sent).toContain(`File: ${name}`);
    expect(sent).not.toContain('left out');
  });
});

/** The address of a page, which is told when it was fetched. */
async function servePage(html: string): Promise<{ url: string; fetched: Promise<void> }> {
  let tell = (): void => {};
  const fetched = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(html, tell);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, fetched };
}

describe('a hostile page', { tags: 'deep' }, () => {
  sampled.it.each([
    ['a cell over many columns', '<table><tr><td colspan=100000>x<td>word</table>'],
    [
      'cells over many columns and rows',
      `<table>${'<tr><td colspan=9999 rowspan=9999>word'.repeat(500)}</table>`,
    ],
    ['a span that is no number', '<table><tr><td colspan=1e99 rowspan=-5>word</table>'],
    ['a hundred thousand elements in one another', `word${'<div>'.repeat(100_000)}`],
    ['a hundred thousand tables in one another', `word${'<table><tr><td>'.repeat(100_000)}`],
  ])('of %s is sent as text', async (_, html) => {
    const cli = await createSignedIn();
    const { url } = await servePage(html);
    const run = await cli.run(['chat', '-f', url, 'q']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.milliseconds).toBeLessThan(10_000);
    expect(JSON.stringify(cli.simulator.requestsTo('/chat/completions')[0]?.body)).toContain('word');
  });

  const slow = `<table><tr>${'<td>1'.repeat(400_000)}</table>`;

  it('that takes long is given up when the time is over', async () => {
    const cli = await createSignedIn();
    const { url } = await servePage(slow);
    const run = await cli.run(['chat', '-f', url, '--timeout', '2', 'q']);
    expect(run.code).toBe(124);
    expect(run.milliseconds).toBeLessThan(2_000 + grace);
  });

  sampled.it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that takes long is given up by %s',
    async (signal) => {
      const cli = await createSignedIn();
      const { url, fetched } = await servePage(slow);
      const run = await stop(cli.start(['chat', '-f', url, 'q']), signal, () => fetched);
      expect(run.code).toBe(exitCodes[signal]);
      expect(run.milliseconds).toBeLessThan(grace);
    },
  );
});

describe('a schema with a pattern that goes back and tries again', { tags: 'deep' }, () => {
  const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
  const answer = { text: JSON.stringify({ a: `${'a'.repeat(60)}!` }) };

  it('does not outlast the time', async () => {
    const cli = await createCli({ answer });
    await cli.signIn();
    const cwd = createFolder({ 'schema.json': JSON.stringify(schema) });
    const run = await cli.run(['chat', '--schema', 'schema.json', '--timeout', '2', 'q'], { cwd });
    expect(run.code).toBe(124);
    expect(run.milliseconds).toBeLessThan(2_000 + grace);
  });

  it('does not outlast a signal', async () => {
    const cli = await createCli({ answer });
    await cli.signIn();
    const cwd = createFolder({ 'schema.json': JSON.stringify(schema) });
    const run = await stop(cli.start(['chat', '--schema', 'schema.json', 'q'], { cwd }), 'SIGTERM', () =>
      cli.simulator.waitForRequest('/chat/completions'),
    );
    expect(run.code).toBe(143);
    expect(run.milliseconds).toBeLessThan(grace);
  });
});

describe('an image that takes long to be made smaller', { tags: 'deep' }, () => {
  async function createHuge(): Promise<string> {
    const path = join(createFolder(), 'huge.png');
    const plain = sharp({ create: { width: 16_000, height: 16_000, channels: 4, background: '#80808080' } });
    // What follows its end makes the file too large to be sent as it is.
    writeFileSync(path, Buffer.concat([await plain.png().toBuffer(), Buffer.alloc(4 * 1024 * 1024)]));
    return path;
  }

  it('is given up when the time is over, and by a signal', async () => {
    const cli = await createSignedIn();
    const env = { GITHUB_COPILOT_MODEL: 'gpt-5-mini' };
    const image = await createHuge();
    const late = await cli.run(['chat', '-a', image, '--timeout', '1.5', 'q'], { env });
    expect(late.code).toBe(124);
    expect(late.milliseconds).toBeLessThan(1_500 + grace);
    const pipe = createPipe();
    const stopped = await stop(cli.start(['chat', '-f', pipe, '-a', image, 'q'], { env }), 'SIGINT', () =>
      waitUntilRead(pipe),
    );
    expect(stopped.code).toBe(130);
    expect(stopped.milliseconds).toBeLessThan(grace);
  }, 60_000);
});

describe('an instruction file that cannot be used', () => {
  it('is named, and does not end the command', async () => {
    const cli = await createSignedIn();
    const cwd = createFolder({
      '.git/HEAD': '',
      '.github/copilot-instructions.md': 'a\0b',
      '.github/instructions/x.instructions.md': '---\napplyTo: [\n---\nx',
      'src/a': '',
      'src/AGENTS.md/folder': '',
    });
    execFileSync('mkfifo', [join(cwd, 'AGENTS.md')]);
    const run = await cli.run(['chat', 'q'], { cwd: join(cwd, 'src') });
    expect(run.code).toBe(0);
    expect(run.stderr.match(/\S+ is left out/g)).toEqual([
      '.github/copilot-instructions.md is left out',
      'src/AGENTS.md is left out',
      'AGENTS.md is left out',
      '.github/instructions/x.instructions.md is left out',
    ]);
  });
});
