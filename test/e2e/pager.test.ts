import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../src/find-program.ts';
import { type Cli, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal, type Terminal } from '../helpers/terminal.ts';

/** A pager that keeps what it gets, and waits for a line from the person. */
function createPager(cli: Cli): { pager: string; read: () => string } {
  const [pager, kept] = [join(cli.home, 'pager'), join(cli.home, 'kept')];
  writeFileSync(pager, `#!/bin/sh\ncat > '${kept}'\necho "--$1--"\nread -r _ < /dev/tty\n`, { mode: 0o755 });
  return { pager, read: () => readFileSync(kept, 'utf8') };
}

async function startPaged(
  argv: string[],
  env: Record<string, string> = {},
  rows = 12,
): Promise<{ terminal: Terminal; read: () => string }> {
  const cli = await createCli();
  await cli.signIn();
  const { pager, read } = createPager(cli);
  return {
    terminal: startInTerminal(cli, argv, { rows, env: { PAGER: `${pager} 'two words'`, ...env } }),
    read,
  };
}

describe('a list that is longer than the terminal', () => {
  it('is shown in the pager, whole, and Ctrl+C is for the pager', async () => {
    const { terminal, read } = await startPaged(['config', 'list', '--color', 'always']);
    await terminal.waitFor(/--two words--/);
    terminal.type('\u0003');
    terminal.type('\n');
    expect(await terminal.exitCode).toBe(0);
    expect(read()).toMatch(/NAME.*\n(.*\n){15,}/);
    expect(read()).toMatch(/screen-reader/);
  });

  it.each([
    ['--no-pager', ['config', 'list', '--no-pager'], {}],
    ['an empty PAGER', ['config', 'list'], { PAGER: '' }],
    ['PAGER=cat', ['config', 'list'], { PAGER: 'cat' }],
    ['a terminal without a cursor', ['config', 'list'], { TERM: 'dumb' }],
    ['a screen reader', ['config', 'list'], { ACCESSIBLE: '1' }],
    ['JSON', ['config', 'list', '--json'], {}],
  ])('is printed with %s', async (_, argv, env) => {
    const { terminal } = await startPaged(argv, env);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toContain('screen-reader');
    expect(terminal.output).not.toContain('--two words--');
  });

  it('is printed, with a warning, if the pager is not installed', async () => {
    const { terminal } = await startPaged(['config', 'list'], { PAGER: 'nosuchpager -R' });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/the pager nosuchpager of PAGER is not installed/);
    expect(terminal.output).toContain('screen-reader');
  });

  it('is no failure if the person leaves the pager at once', async () => {
    const { terminal } = await startPaged(['config', 'list'], { PAGER: 'true' });
    expect(await terminal.exitCode).toBe(0);
  });

  it.skipIf(findProgram('less', { env: process.env }) === undefined)(
    'opens in less where no other pager was chosen',
    async () => {
      const cli = await createCli();
      const terminal = startInTerminal(cli, ['config', 'list'], {
        rows: 12,
        env: { PATH: process.env.PATH ?? '' },
      });
      await terminal.waitFor(/^:/m);
      terminal.type('q');
      expect(await terminal.exitCode).toBe(0);
    },
  );
});

describe('a help that is longer than the terminal', () => {
  sampled.it.each([
    [['chat', '--help'], 40],
    [['help', 'chat'], 40],
    [['help'], 40],
    [['sessions', 'export', '-h'], 12],
    [['--help'], 20],
  ])('is shown in the pager, whole: %j', async (argv, rows) => {
    const { terminal, read } = await startPaged(argv, {}, rows);
    await terminal.waitFor(/--two words--/);
    terminal.type('\n');
    expect(await terminal.exitCode).toBe(0);
    expect(read()).toMatch(/^Usage: copilot-cli[\s\S]*\nBugs: .*\n$/);
  });

  it('is printed with --no-pager', async () => {
    const { terminal } = await startPaged(['chat', '--help', '--no-pager']);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/Usage: copilot-cli chat[\s\S]*Bugs: /);
    expect(terminal.output).not.toContain('--two words--');
  });

  it('is printed if it fits', async () => {
    const { terminal } = await startPaged(['--help'], {}, 24);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/Usage: copilot-cli[\s\S]*Bugs: /);
    expect(terminal.output).not.toContain('--two words--');
  });
});

describe('a list that fits', () => {
  sampled.it.each([[['models']], [['sessions', 'list']], [['accounts', 'list']]])(
    'stays out of the pager: %j',
    async (argv) => {
      const { terminal } = await startPaged(argv, {}, 40);
      expect(await terminal.exitCode).toBe(0);
      expect(terminal.output).not.toContain('--two words--');
    },
  );
});
