import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binary, type Cli, canary, chatModel, collect, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';

/** Text as Windows shells and editors write it. */
const encodings: [name: string, encode: (text: string) => Buffer][] = [
  ['UTF-8 with a byte-order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16, little-endian', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, big-endian', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];

sampled.describe.each(encodings)('%s', (_, encode) => {
  it('is read in config.json, and a setting can be added', async () => {
    const cli = await createCli();
    const file = join(dirname(cli.credentialsFile), 'config.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, encode('{"theme":"dark"}\r\n'));
    expect((await cli.run(['config', 'get', 'theme'])).stdout).toBe('dark\n');
    const set = await cli.run(['config', 'set', 'motion', 'reduced']);
    expect(set.code).toBe(0);
    expect((await cli.run(['config', 'get', 'theme'])).stdout).toBe('dark\n');
    expect((await cli.run(['config', 'get', 'motion'])).stdout).toBe('reduced\n');
  });

  it('is read in credentials.json', async () => {
    const cli = await createCli();
    await cli.signIn();
    writeFileSync(cli.credentialsFile, encode(JSON.stringify(cli.readCredentials())));
    const run = await cli.runHere(['chat', 'hi']);
    expect(run.stdout).toBe('You said: hi\n');
  });

  it('is read in a template, a schema, a file of tools and an .env file', async () => {
    const cli = await createCli();
    await cli.signIn();
    const write = (name: string, text: string): void => writeFileSync(join(cli.home, name), encode(text));
    write('ask.md', `---\r\nmodel: ${chatModel}\r\n---\r\nhello there`);
    write('tools.json', '[{"name":"f","parameters":{"type":"object","properties":{}}}]');
    write('.env', 'GITHUB_COPILOT_API_VERSION=2026-01-02\r\n');
    const at = { cwd: cli.home };
    expect((await cli.runHere(['run', './ask.md'], at)).stdout).toBe('You said: hello there\n');
    const tools = await cli.runHere(['chat', 'hi', '--tools', 'tools.json', '--dry-run'], at);
    expect(tools.code, tools.stderr).toBe(0);
    const env = await cli.runHere(['--env-from', '.env', 'config', 'get', 'api-version'], at);
    expect(env.stdout).toBe('2026-01-02\n');

    const kept = join(cli.home, 'config', 'copilot-cli', 'templates');
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, 'mine.md'), encode('---\ndescription: of mine\n---\nhello'));
    expect((await cli.runHere(['templates', 'list'])).stdout).toMatch(/^mine\tof mine\t/);
  });
});

describe('a config folder that cannot be read', () => {
  it('does not stop a token of the environment, and is told once', async () => {
    const cli = await createCli();
    const token = `gho_${canary}fromTheEnvironment`;
    cli.simulator.state.account.githubTokens[token] = {};
    // A circle of links cannot be read by anybody, root included.
    mkdirSync(join(cli.home, 'config'));
    symlinkSync('copilot-cli', join(cli.home, 'config', 'copilot-cli'));
    const run = await cli.runHere(['chat', 'hi'], { env: { GITHUB_COPILOT_TOKEN: token } });
    expect(run.stdout).toBe('You said: hi\n');
    expect(run.code).toBe(0);
    expect(
      run.stderr.match(/config\.json cannot be read or written: its links lead in a circle/g),
    ).toHaveLength(1);
    const without = await cli.runHere(['chat', 'hi']);
    expect(without.code).toBe(3);
    expect(without.stderr).toContain('Check the links in the path.');
  });
});

/** Runs the program where a script of bash has gone, as `"$@"`. */
async function runBehind(script: string, cli: Cli, { argv, cwd }: { argv: string[]; cwd: string }) {
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, '--', binary, ...argv], {
    cwd,
    env: cli.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout: stdout(), stderr: stderr() };
}

describe('a folder that was removed meanwhile', () => {
  async function runInRemoved(argv: string[]) {
    const cli = await createCli();
    await cli.signIn();
    const gone = join(cli.home, 'gone');
    mkdirSync(gone);
    return runBehind('rmdir "$PWD" && exec "$@"', cli, { argv, cwd: gone });
  }

  sampled.it.each([[['status']], [['models']], [['config', 'list']], [['sessions', 'list']], [['logout']]])(
    'does not matter to %j',
    async (argv) => {
      const run = await runInRemoved(argv);
      expect(run.stderr).not.toContain('bug');
      expect(run.code, run.stderr).toBe(0);
    },
  );

  it('is named where a command needs it', async () => {
    const run = await runInRemoved(['chat', '-f', 'x.txt', 'hi']);
    expect(run.stderr).toMatch(
      /the folder that this command was started in no longer exists\. Go to a folder that exists/,
    );
    expect(run.code).toBe(2);
  });
});

it.skipIf(process.platform !== 'linux')(
  'a folder whose name is not UTF-8 is not taken for another',
  async () => {
    const cli = await createCli();
    await cli.signIn();
    mkdirSync(Buffer.concat([Buffer.from(join(cli.home, 'd')), Buffer.from([0xff])]));
    symlinkSync('/etc', join(cli.home, 'd\ufffd'));
    const script = `cd d$'\\xff' && exec "$@"`;
    const run = await runBehind(script, cli, { argv: ['chat', '--no-stdin', 'see @passwd'], cwd: cli.home });
    expect(run.stderr).toMatch(/the name of the folder .* is not UTF-8/);
    expect(run.code).toBe(2);
    expect(cli.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  },
);
