import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binary, type Cli, collect, createCli } from '../helpers/cli.ts';

/** What a shell can make of stdin. A pipe that is open at both ends never ends and never speaks. */
const kinds = {
  'an idle pipe': 'mkfifo idle; exec 3<>idle; run <&3',
  'a closed stdin': 'run <&-',
  '/dev/null': 'run </dev/null',
  'a file': 'run <text',
  'an empty file': 'run <empty',
  'a pipe that ends': 'printf piped | run',
};

async function runInShell(cli: Cli, argv: string, line: string) {
  writeFileSync(join(cli.home, 'text'), 'from a file\n');
  writeFileSync(join(cli.home, 'empty'), '');
  const script = `run() { "${process.execPath}" "${binary}" ${argv}; }; ${line}`;
  const startedAt = performance.now();
  const child = spawn('bash', ['-c', script], {
    cwd: cli.home,
    env: cli.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { stdout: stdout(), stderr: stderr(), code, milliseconds: performance.now() - startedAt };
}

describe('nobody waits for ever', () => {
  it.each<[kind: keyof typeof kinds, stdout: string]>([
    ['an idle pipe', 'You said: words\n'],
    ['a closed stdin', 'You said: words\n'],
    ['/dev/null', 'You said: words\n'],
    ['a file', 'You said: words\n\nfrom a file\n'],
    ['an empty file', 'You said: words\n'],
    ['a pipe that ends', 'You said: words\n\npiped\n'],
  ])('with a prompt and %s', async (kind, stdout) => {
    const cli = await createCli();
    await cli.signIn();
    const run = await runInShell(cli, 'chat words', kinds[kind]);
    expect(run).toMatchObject({ stdout, code: 0 });
    expect(run.stderr).toMatch(kind === 'an idle pipe' ? /stayed silent for 3 s/ : /^$/);
    expect(run.milliseconds).toBeLessThan(8000);
  });

  it.each<[kind: keyof typeof kinds, outcome: object]>([
    ['a closed stdin', { stdout: '', code: 2 }],
    ['/dev/null', { stdout: '', code: 2 }],
    ['a file', { stdout: 'You said: from a file\n', code: 0 }],
    ['an empty file', { stdout: '', code: 2 }],
    ['a pipe that ends', { stdout: 'You said: piped\n', code: 0 }],
  ])('without a prompt and with %s', async (kind, outcome) => {
    const cli = await createCli();
    await cli.signIn();
    expect(await runInShell(cli, 'chat', kinds[kind])).toMatchObject(outcome);
  });
});
