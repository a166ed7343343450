import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settingDefinitions } from '../src/config/settings.ts';
import { binary, type Cli, collect, createCli } from './helpers/cli.ts';
import { sampled } from './helpers/sampled.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The lines that a reader would type into a shell. */
const examples = [...readme.matchAll(/```console\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line.startsWith('$ '))
  .map((line) => line.slice(2));

/** Runs a line in a shell that finds copilot-cli, in a folder of its own. */
async function runLine(cli: Cli, line: string): Promise<{ code: number | null; stderr: string }> {
  const shims = join(cli.home, 'bin');
  const folder = join(cli.home, 'work');
  mkdirSync(shims);
  mkdirSync(folder);
  symlinkSync(binary, join(shims, 'copilot-cli'));
  copyFileSync(join(root, 'README.md'), join(folder, 'README.md'));
  const env = { ...cli.env, PATH: `${shims}${delimiter}${cli.env.PATH}` };
  const child = spawn('bash', ['-c', `set -o pipefail; git init --quiet .; ${line}`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stderr = collect(child.stderr);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr: stderr() })));
}

describe('README.md', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(8));

  sampled.it.each(examples)('shows a line that works: %s', async (line) => {
    const cli = await createCli();
    await cli.signIn();
    expect(await runLine(cli, line)).toMatchObject({ code: 0 });
  });

  it.each(Object.values(settingDefinitions).flatMap(({ variables }) => [...variables]))(
    'names the variable %s',
    (variable) => {
      expect(readme).toContain(`\`${variable}\``);
    },
  );
});
