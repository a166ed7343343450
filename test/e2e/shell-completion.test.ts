import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../src/find-program.ts';
import { notes } from '../../src/help/notes.ts';
import { binary, type Cli, createCli } from '../helpers/cli.ts';
import { startProgramInTerminal, type Terminal } from '../helpers/terminal.ts';

type Shell = { name: 'bash' | 'zsh' | 'fish'; argv: string[]; install: string };

/** The line that the help recommends for a shell. */
const readLine = (name: string): string =>
  (notes.completion ?? '')
    .split('\n')
    .find((line) => line.includes(`"$(copilot-cli completion ${name})"`))
    ?.trim() ?? '';

const shells: Shell[] = [
  { name: 'bash', argv: ['--norc', '--noprofile', '-i'], install: readLine('bash') },
  { name: 'zsh', argv: ['-f', '-i'], install: `bindkey -e; ${readLine('zsh')}` },
  { name: 'fish', argv: ['--no-config', '-i'], install: 'copilot-cli completion fish | source' },
];

const found = (name: string): string | undefined => findProgram(name, { env: process.env });

describe('the line in the settings of a shell', () => {
  it.each(['bash', 'zsh'])('is quiet in %s once the program is uninstalled', (name) => {
    // A shell that is missing here understands what sh does.
    const shell = found(name) ?? found('sh') ?? '';
    const ended = spawnSync(shell, ['-c', `${readLine(name)}\ntrue`], {
      encoding: 'utf8',
      env: { PATH: '' },
      // A shell whose stdin is a socket reads the settings of the person.
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(readLine(name)).toContain(' && eval ');
    expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('is what README recommends', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(`echo '${readLine('bash')}' >> ~/.bashrc`);
  });
});

describe.each(shells)('Tab in $name', ({ name, argv, install }) => {
  // CI has every shell; elsewhere one may be missing.
  const isMissing = found(name) === undefined && process.env.CI !== 'true';

  async function open(): Promise<{ cli: Cli; terminal: Terminal; place: string }> {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['models', '--quiet']);
    const place = join(cli.home, 'place');
    const programs = join(cli.home, 'programs');
    for (const folder of [place, programs]) mkdirSync(folder);
    for (const file of ['schema.json', 'a file.txt']) writeFileSync(join(place, file), '{}');
    symlinkSync(binary, join(programs, 'copilot-cli'));
    const terminal = startProgramInTerminal({
      program: found(name) ?? name,
      argv,
      env: { ...cli.env, PATH: `${programs}:${process.env.PATH}`, PS1: '$ ', PROMPT: '$ ' },
      cwd: place,
      columns: 120,
    });
    terminal.type(`${install}; echo rea''dy\r`);
    await terminal.waitFor(/ready/);
    return { cli, terminal, place };
  }

  let count = 0;

  /** Completes what is typed, and prints the line instead of running it. */
  async function expectLine(terminal: Terminal, typed: string, expected: string): Promise<void> {
    count += 1;
    const before = terminal.output.length;
    terminal.type(`${typed}\t\u0001echo "R${count}:" \r`);
    const printed = new RegExp(`R${count}: [^\n]*\n`);
    await terminal.waitFor(printed);
    const [line = ''] = printed.exec(terminal.output.slice(before)) ?? [];
    expect(line.trim()).toBe(`R${count}: ${expected}`);
  }

  it.skipIf(isMissing)('completes commands, flags and their values', async () => {
    const { cli, terminal } = await open();
    await cli.runHere(['chat', '--session', 'release notes', 'hello']);
    await expectLine(terminal, 'copilot-cli mod', 'copilot-cli models');
    await expectLine(terminal, 'copilot-cli models res', 'copilot-cli models resolve');
    await expectLine(terminal, 'copilot-cli chat --dry', 'copilot-cli chat --dry-run');
    await expectLine(terminal, 'copilot-cli --dry', 'copilot-cli --dry-run');
    await expectLine(terminal, 'copilot-cli chat -m claude-ha', 'copilot-cli chat -m claude-haiku-4.5');
    await expectLine(
      terminal,
      'copilot-cli chat --model=claude-ha',
      'copilot-cli chat --model=claude-haiku-4.5',
    );
    await expectLine(
      terminal,
      'copilot-cli chat -m gpt-5-mini --effort l',
      'copilot-cli chat -m gpt-5-mini --effort low',
    );
    await expectLine(terminal, 'copilot-cli chat --schema sch', 'copilot-cli chat --schema schema.json');
    await expectLine(
      terminal,
      'copilot-cli config set theme dark-',
      'copilot-cli config set theme dark-high-contrast',
    );
    // The shell takes the backslash away.
    await expectLine(terminal, 'copilot-cli sessions show rel', 'copilot-cli sessions show release notes');
    await expectLine(terminal, 'copilot-cli chat -f "a fi', 'copilot-cli chat -f a file.txt');
    await expectLine(terminal, 'copilot-cli serve --for openw', 'copilot-cli serve --for openwebui');
  });

  it.skipIf(isMissing)('never runs what stands in the line, or in a name', async () => {
    const { cli, terminal, place } = await open();
    await cli.runHere(['chat', '--session', 'x$(touch pwned)`touch pwned`', 'hello']);
    terminal.type('copilot-cli chat "$(touch pwned)" -m claude-ha\t\u0015');
    await expectLine(
      terminal,
      'copilot-cli sessions show x',
      'copilot-cli sessions show x$(touch pwned)`touch pwned`',
    );
    expect(existsSync(join(place, 'pwned'))).toBe(false);
  });
});

describe('what a script asks', () => {
  it('is answered with values of this machine, and no request', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['models', '--quiet']);
    await cli.runHere(['chat', '--session', 'release notes', 'hello']);
    const before = cli.simulator.requests.length;
    const ask = async (...words: string[]): Promise<string[]> =>
      (await cli.run(['__complete', 'fish', '--', ...words])).stdout.trimEnd().split('\n');
    expect(await ask('chat', '-m', '')).toEqual(expect.arrayContaining(['gpt-5-mini\tGPT-5 mini']));
    expect(await ask('sessions', 'show', '')).toContain('release notes');
    expect(await ask('logout', '--account', '')).toContain('octocat@github.com');
    expect(await ask('config', 'set', 'bell', '')).toContain('off');
    expect(await ask('chat', '-f', '')).toEqual(['\tfiles']);
    expect(cli.simulator.requests).toHaveLength(before);
  });

  it('of a shell that is not known is refused', async () => {
    const cli = await createCli();
    const { code, stdout, stderr } = await cli.run(['__complete', 'tcsh', '--', '']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('copilot-cli: __complete is for the scripts of: copilot-cli completion SHELL\n');
  });
});
