import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listHelpTexts } from '../../scripts/help-texts.ts';
import { binary, createCli } from '../helpers/cli.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

const { version } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
);

const readBuilt = (columns: number): Record<string, string> =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../dist/help/${columns}.json`, import.meta.url)), 'utf8'),
  );

describe('the help that was made at build time', () => {
  it.each([80, 100, 120])('is what the program lays out for %i columns', (columns) => {
    expect(readBuilt(columns)).toEqual(listHelpTexts(version, columns));
  });

  it('is the same as the program prints itself', async () => {
    const cli = await createCli();
    for (const command of ['', 'chat', 'run', 'sessions', 'config set', 'serve run']) {
      const argv = command.split(' ').filter(Boolean);
      // A global flag keeps the entrance from answering by itself.
      const live = await cli.run(['--debug', ...argv, '--help']);
      expect(live.code).toBe(0);
      for (const asked of [
        [...argv, '--help'],
        [...argv, '-h'],
        ['help', ...argv],
        [...argv, 'help'],
      ])
        expect(await cli.run(asked)).toMatchObject({ stdout: live.stdout, stderr: '', code: 0 });
    }
  });

  it.each([
    [60, 60],
    [80, 80],
    [99, 80],
    [100, 100],
    [150, 120],
  ])('fits a terminal of %i columns', async (columns, width) => {
    const cli = await createCli();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'chat', '--help'],
      env: cli.env,
      columns,
    });
    expect(await terminal.exitCode).toBe(0);
    const text = listHelpTexts(version, width).chat ?? '';
    expect(terminal.output.replaceAll('\r\n', '\n')).toBe(text);
  });

  it('needs nothing of the bundle', async () => {
    const cli = await createCli();
    const root = fileURLToPath(new URL('../..', import.meta.url));
    for (const path of ['bin', 'package.json', 'dist/help'])
      cpSync(join(root, path), join(cli.home, path), { recursive: true });
    const run = (argv: string[]) =>
      spawnSync(process.execPath, [join(cli.home, 'bin', 'copilot-cli.js'), ...argv], { encoding: 'utf8' });
    for (const argv of [['--help'], ['help', 'chat'], ['sessions', 'list', '-h'], ['version']])
      expect(run(argv)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/./) });
    expect(run(['status']).stderr).toContain('main.js');
  });
});
