import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createHelp, listCommands, listHelpTexts } from '../../scripts/help-texts.ts';
import { splitCommand } from '../../src/command-line.ts';
import { nameCommand } from '../../src/command-words.ts';
import { findProgram } from '../../src/find-program.ts';
import { commandGroups } from '../../src/help/command-groups.ts';
import { examples } from '../../src/help/examples.ts';
import { parseInvocation } from '../../src/program.ts';
import { binary, createCli } from '../helpers/cli.ts';
import { readHelpPages } from '../helpers/command-docs.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

const { version } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
);

const builtTexts = readHelpPages(80);
const columnsOf = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

/** The innermost command that the words name, between flags. */
function findCommand(command: Command, [word, ...rest]: readonly string[]): Command {
  if (word === undefined || word === '--') return command;
  const found = command.commands.find((one) => one.name() === word);
  return findCommand(found ?? command, rest);
}

describe('the help', () => {
  it('of the program fits a screen of 80 columns and 24 rows, above the next prompt', () => {
    const rows = (builtTexts[''] ?? '').trimEnd().split('\n');
    expect(rows.length).toBeLessThanOrEqual(23);
    expect(columnsOf(rows.join('\n'))).toBeLessThanOrEqual(80);
  });

  it('names every command once, in a group', () => {
    const grouped = Object.values(commandGroups).flatMap((group) => Object.keys(group));
    const program = createHelp(version, 80);
    expect([...grouped].sort()).toEqual(
      listCommands(program)
        .filter(({ parent }) => parent === program)
        .map((command) => command.name())
        .sort(),
    );
  });

  it.each(Object.keys(readHelpPages(80)).filter(Boolean))(
    'of "%s" has examples, and ends with where to go',
    (words) => {
      const text = builtTexts[words] ?? '';
      expect(text).toMatch(/^Usage: copilot-cli /);
      expect(text).toMatch(/\nExamples:\n {2}\$ /);
      expect(text).toMatch(/\nDocs: \S[\s\S]*\nBugs: https:\S+\/issues\n$/);
      const [commands, flags] = [text.indexOf('\nCommands:'), text.indexOf('\nFlags')];
      expect(commands).toBeLessThan(flags);
    },
  );

  it.each(Object.keys(readHelpPages(80)).filter(Boolean))(
    'of "%s" names the flags of every command',
    (words) => {
      const text = (builtTexts[words] ?? '').replaceAll(/\n +/g, ' ');
      for (const { long } of createHelp(version, 80).options)
        if (long !== '--version')
          expect(text).toMatch(new RegExp(`^.*Flags of every command:[\\s\\S]*${long}`, 'm'));
    },
  );

  it('of chat has its flags in groups', () => {
    const headings = [...(builtTexts.chat ?? '').matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'Arguments',
      'What is asked',
      'Which model',
      'What comes out',
      'What the model may do',
      'Many prompts',
      'Limits',
      'Conversation',
      'Examples',
    ]);
  });

  it.each(
    Object.values(examples)
      .flat()
      .filter((line) => line.includes('copilot-cli ')),
  )('has an example that the program can read: %s', (line) => {
    for (const [, part = ''] of line.matchAll(/copilot-cli ((?:"[^"]*"|'[^']*'|[^|&<>)])*)/g)) {
      const { argv } = parseInvocation(splitCommand(part.trim()));
      const program = createHelp(version, 80);
      const named = nameCommand(program, argv, { cwd: '/' });
      const command = findCommand(program, named);
      expect(command).not.toBe(program);
      const around = [command, command.parent, program].flatMap((one) => one?.options ?? []);
      const known = ['--help', ...around.flatMap(({ long, short }) => [long, short])];
      const end = named.indexOf('--');
      const flags = named.slice(0, end === -1 ? undefined : end).filter((word) => /^-./.test(word));
      expect(flags.filter((flag) => !known.includes(flag.split('=')[0]))).toEqual([]);
    }
  });

  it.skipIf(findProgram('jq', { env: process.env }) === undefined && process.env.CI !== 'true').each(
    Object.values(examples)
      .flat()
      .filter((line) => /--json \| jq /.test(line)),
  )('has an example whose field is there: %s', async (line) => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'hello']);
    const [command = '', filter = ''] = line.split(' | jq ');
    const { stdout } = await cli.runHere(splitCommand(command).slice(1));
    const jq = spawnSync('jq', ['--exit-status', ...splitCommand(filter)], {
      input: stdout,
      encoding: 'utf8',
    });
    expect(jq.stderr).toBe('');
    expect(jq.status).toBe(0);
  });

  it.each([
    ['-v', `${version}\n`],
    ['-V', `${version}\n`],
    ['--version', `${version}\n`],
    ['version', `${version}\n`],
  ])('or the version: %s', async (flag, stdout) => {
    const cli = await createCli();
    expect(await cli.run([flag])).toMatchObject({ stdout, code: 0 });
    // Here the program itself answers, and not its entrance.
    expect(await cli.runHere([flag])).toMatchObject({ stdout, code: 0 });
  });

  it.each([
    ['120', 120],
    ['100', 100],
    ['90', 80],
    ['64', 64],
    ['nonsense', 80],
  ])('is laid out for COLUMNS=%s in a pipe, too', async (COLUMNS, width) => {
    const cli = await createCli();
    const { stdout } = await cli.run(['chat', '--help'], { env: { COLUMNS } });
    expect(stdout).toBe(listHelpTexts(version, width).chat);
    const here = await cli.runHere(['chat', '--help'], { env: { COLUMNS } });
    expect(here.stdout).toBe(stdout);
  });
});

describe('the help that was made at build time', () => {
  it.each([80, 100, 120])('is what the program lays out for %i columns', (columns) => {
    expect(readHelpPages(columns)).toEqual(listHelpTexts(version, columns));
  });

  it('is the same as the program prints itself', async () => {
    const cli = await createCli();
    for (const command of ['chat', 'run', 'sessions', 'config set', 'serve run', 'help']) {
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
      rows: 200,
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
    rmSync(join(cli.home, 'dist'), { recursive: true });
    for (const argv of [
      ['status'],
      ['--help'],
      ['help', 'chat'],
      ['__complete', 'bash', '--', 'copilot-cli '],
    ])
      expect(run(argv)).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/^copilot-cli: parts of it are gone.*\n$/),
      });
  });
});
