import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, type RunOptions } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';

type Named = {
  by: string;
  argv: (path: string) => string[];
  env?: (path: string) => Record<string, string>;
  /** For a pipe that nobody writes to, and for a device without an end. */
  codes: { pipe: number; device: number };
};

const ask = ['chat', '--timeout', '1', '--dry-run'];

/** With `--timeout`, a pipe is waited for until the time is over: `<(…)` is one. What is read at once must be a regular file. */
const named: Named[] = [
  {
    by: '--env-from',
    argv: (path) => [...ask, '--env-from', path, 'hi'],
    codes: { pipe: 124, device: 3 },
  },
  {
    by: '--env-from= before the command',
    argv: (path) => [`--env-from=${path}`, ...ask, 'hi'],
    codes: { pipe: 124, device: 3 },
  },
  { by: '--schema', argv: (path) => [...ask, '--schema', path, 'hi'], codes: { pipe: 124, device: 9 } },
  { by: '--tools', argv: (path) => [...ask, '--tools', path, 'hi'], codes: { pipe: 124, device: 9 } },
  {
    by: '--mcp-config',
    argv: (path) => [...ask, '--mcp-config', path, 'hi'],
    codes: { pipe: 124, device: 9 },
  },
  {
    by: '--mcp-config @',
    argv: (path) => [...ask, '--mcp-config', `@${path}`, 'hi'],
    codes: { pipe: 124, device: 9 },
  },
  { by: '-f', argv: (path) => [...ask, '-f', path, '--', 'hi'], codes: { pipe: 124, device: 2 } },
  {
    by: '-a',
    argv: (path) => [...ask, '-m', 'gemini-3.5-flash', '-a', path, '--', 'hi'],
    codes: { pipe: 124, device: 9 },
  },
  {
    by: 'run',
    argv: (path) => ['run', path, '--timeout', '1', '--dry-run'],
    codes: { pipe: 124, device: 9 },
  },
  {
    by: 'the schema of a prompt',
    argv: (path) => {
      const isDevice = path.startsWith('/dev/');
      const prompt = join(isDevice ? createFolder() : dirname(path), 'prompt.md');
      writeFileSync(prompt, `---\nschema: ${isDevice ? path : basename(path)}\n---\nhi`);
      return ['run', prompt, '--timeout', '1', '--dry-run'];
    },
    // A prompt names only schemas of its own folder.
    codes: { pipe: 124, device: 3 },
  },
  {
    by: 'endpoints add --adapt',
    argv: (path) => ['endpoints', 'add', 'mine', 'http://127.0.0.1:9/v1', '--adapt', path],
    codes: { pipe: 2, device: 2 },
  },
  {
    by: 'COPILOT_CLI_CLIENT_CERT',
    argv: () => ['models'],
    env: (path) => ({ COPILOT_CLI_CLIENT_CERT: path }),
    codes: { pipe: 3, device: 3 },
  },
  {
    by: 'SSL_CERT_FILE',
    argv: () => ['doctor'],
    env: (path) => ({ SSL_CERT_FILE: path }),
    codes: { pipe: 0, device: 0 },
  },
  {
    by: 'NODE_EXTRA_CA_CERTS',
    argv: () => ['doctor'],
    env: (path) => ({ NODE_EXTRA_CA_CERTS: path }),
    codes: { pipe: 0, device: 0 },
  },
];

async function createSignedIn(): Promise<Cli> {
  const cli = await createCli();
  await cli.signIn();
  return cli;
}

function createPipe(): string {
  const path = join(createFolder(), 'pipe.md');
  execFileSync('mkfifo', [path]);
  return path;
}

describe.runIf(process.platform === 'linux')('a file that is named by', () => {
  it.each(named)('$by, and is a silent pipe, does not hold the command', async ({ argv, env, codes }) => {
    const cli = await createSignedIn();
    const path = createPipe();
    const startedAt = performance.now();
    const run = await cli.runHere(argv(path), toOptions(env?.(path)));
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: codes.pipe });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(cli.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each(named)('$by, and has no end, is not read into memory', async ({ argv, env, codes }) => {
    const cli = await createSignedIn();
    const before = process.memoryUsage().rss;
    const run = await cli.runHere(argv('/dev/zero'), toOptions(env?.('/dev/zero')));
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: codes.device });
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });
});

function toOptions(env: Record<string, string> | undefined): RunOptions {
  return env === undefined ? {} : { env };
}

it.each([
  ['-f FOLDER', ['-f', 'some', '--', 'hi'], ''],
  ['-f GLOB', ['-f', 'some/*', '--', 'hi'], ''],
  ['@FOLDER', ['see @some'], ''],
  [
    '@FOLDER of empty files',
    ['see @none'],
    'warning: none has only empty files: only their names are sent.\n',
  ],
  ['-f FILE', ['-f', 'some/e.txt', '--', 'hi'], 'warning: some/e.txt is empty: only its name is sent.\n'],
  ['@FILE', ['see @some/e.txt'], 'warning: some/e.txt is empty: only its name is sent.\n'],
])('an empty file has a warning where it is named, or is all there is: %s', async (_, argv, stderr) => {
  const cli = await createCli();
  await cli.signIn();
  const cwd = createFolder({ 'some/e.txt': '', 'some/t.txt': 't', 'none/n.txt': '' });
  expect(await cli.runHere(['chat', ...argv], { cwd })).toMatchObject({ code: 0, stderr });
});
