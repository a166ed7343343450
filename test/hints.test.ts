import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { nameCommand } from '../src/command-words.ts';
import type { Context } from '../src/context.ts';
import { createProgram } from '../src/program.ts';

/** Where a text ends that names a command, or the next one begins. */
const endOfCommand = /["'`\n;]|\.(?:\s|$)|, | \(|\\n|: |<|$| (?:to|lists|for|with) |\) /;
/** Not commands: the program by its name, and a line that a person completes. */
const names = /^copilot-cli (?:answers|wrote|needs|and|\$\{version\}|\$\{context\.version\}|\.\.\.)/;

function listCommands(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const commands = files.flatMap((file) => {
    const code = readFileSync(join('src', file), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line))
      .join('\n');
    return [...code.matchAll(/\bcopilot-cli (?=[a-z$-])/g)].map(({ index }) => {
      const text = code.slice(index, index + 200);
      return names.test(text) ? '' : text.slice(0, text.search(endOfCommand)).trim();
    });
  });
  return [...new Set(commands)]
    .filter((command) => command !== '' && !/^copilot-cli \$\{/.test(command))
    .sort();
}

/** What is between braces is a value that the program knows when it says so. */
function toArgv(command: string): string[] {
  return command
    .replaceAll(/\$\{[^}]*\}/g, 'X')
    .split(/\s+/)
    .slice(1);
}

const program = createProgram({ version: '0', cwd: tmpdir() } as Context, { out: () => {}, err: () => {} });

function findCommand(argv: readonly string[]): { command: Command; rest: string[] } {
  let command = program;
  const rest = [...argv];
  for (;;) {
    const next = command.commands.find((candidate) => candidate.name() === rest[0]);
    if (!next) return { command, rest };
    command = next;
    rest.shift();
  }
}

it('there are commands in the texts of the program', () => {
  expect(listCommands().length).toBeGreaterThan(30);
});

it.each(listCommands())('what the program says to type is a command line that it takes: %s', (text) => {
  const argv = toArgv(text);
  const named = nameCommand(program, argv, { cwd: tmpdir() });
  expect(['chat', 'help', '--help'].includes(named[0] ?? '') || named[0] === argv[0]).toBe(true);
  const { command, rest } = findCommand(named);
  // A command of its own with flags of its own, which are not ours to check.
  if (rest.includes('--')) return;
  const flags = [...(command.parent?.options ?? []), ...command.options].flatMap(({ short, long }) => [
    short,
    long,
  ]);
  const given = rest.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0]);
  expect(given.filter((flag) => flag !== '--help' && !flags.includes(flag))).toEqual([]);
  const isKnown = command !== program || rest.every((word) => word.startsWith('-'));
  expect(isKnown).toBe(true);
});
