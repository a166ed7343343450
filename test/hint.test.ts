import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { nameCommand } from '../src/command-words.ts';
import type { Context } from '../src/context.ts';
import {
  addFile,
  advise,
  askModel,
  flag,
  type Hint,
  type HintWords,
  joinHints,
  login,
  readHint,
  run,
  type StepName,
  shellWords,
  wordHint,
} from '../src/hint.ts';
import { createProgram } from '../src/program.ts';
import { chatWords } from '../src/repl/hint-words.ts';
import { createSlashCommands } from '../src/repl/slash/commands.ts';
import { callerWords } from '../src/server/hint-words.ts';
import { readCommandValues, readFile, readHintSites } from './helpers/hint-sites.ts';

const { sites, steps } = readHintSites();

/** Where a text ends that names a command, or the next one begins. */
const endOfCommand = /["'`\n;]|\.(?:\s|$)|, | \(|\\n|: |<|$| (?:to|lists|for|with) |\) /;
/** Not commands: the program by its name, and a line that a person completes. */
const names =
  /^copilot-cli (?:answers|wrote|needs|and|help (?:TOPIC|\$\{)|\$\{version\}|\$\{context\.version\}|\.\.\.)/;

function listCommands(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    // test/e2e/help.test.ts reads the examples as a shell does, and other tests run the scripts of shells.
    (file) => /\.tsx?$/.test(file) && !['help/examples.ts', 'shell-completion/scripts.ts'].includes(file),
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
  const run = steps.flatMap(({ step, text }) =>
    step === 'run' ? `copilot-cli ${text.split(' < ')[0]}` : [],
  );
  return [...new Set([...commands, ...run])]
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

const flags = new Set(
  listAll(program).flatMap(({ options }) => options.flatMap(({ short, long }) => [short, long])),
);

function listAll(command: Command): Command[] {
  return [command, ...command.commands.flatMap(listAll)];
}

/** Command lines of other programs, whose flags are not ours, flags of Node, and the program by its name. */
const foreignLines =
  /npm install --global [\w@-]+|iconv -t UTF-8|code --wait|ulimit -[nv]|--(?:jitless|no-expose-wasm|disable-wasm-trap-handler|allow-net|permission)\b|copilot-cli wrote/g;

function isOurs(text: string): boolean {
  const own = text.replaceAll(foreignLines, '');
  const words = own.match(/(?<![\w/<-])--?[a-z][a-z-]*/gi) ?? [];
  return (
    /\bcopilot-cli (?=[a-z-]|$)/.test(own) || words.some((word) => word.startsWith('--') || flags.has(word))
  );
}

describe('a hint of the source', () => {
  it('is found wherever one is made', () => {
    const text = `
      const again = \`Start \${name} again: copilot-cli login\`;
      throw new CliError('usage', 'no', { hint: isFirst ? 'Use -f.' : again });
      error.addHint(describe());
      function describe() { return 'Use -a.'; }
      const hint = advise\`Use \${flag('-o')}.\`;
    `;
    const found = readFile('a.ts', text).sites.map(({ line, texts }) => [line, texts]);
    expect(found).toEqual([
      [3, ['Use -f.', 'Start ', ' again: copilot-cli login']],
      [4, ['Use -a.']],
      [6, ['Use ', '.']],
    ]);
    expect(new Set(sites.map(({ file }) => file)).size).toBeGreaterThan(70);
    expect(sites.length).toBeGreaterThan(250);
  });

  it('has a command line or a flag of ours as a step, never as plain text', () => {
    expect(sites.filter(({ texts }) => texts.some(isOurs))).toEqual([]);
  });

  it.each(steps.filter(({ step, text }) => step === 'flag' && text.startsWith('-')))(
    'names a flag that there is: $text',
    ({ text }) => {
      expect(flags).toContain(text.split(/[ =]/)[0]);
    },
  );
});

/** What we name ourselves, and numbers. */
const ownValues = new Set([
  ...[
    'port',
    'port + 1',
    'await findFreePort(host)',
    'named',
    'client',
    'ability',
    'shell',
    'tool',
    'type',
    'meant',
  ],
  ...['names[0]', "names.join(', ')", 'conversation.id', 'others', 'words', 'toMissing(name)'],
]);
/** A choice of such values. */
const ownChoices = /^(?:port === (?:usualPort|String\(usualPort\))|isAge|host === text\.toLowerCase\(\)) \?/;
/** Names of endpoints, settings, topics and flags have letters, digits and dashes alone. */
const plainNames = /^(?:name|endpoint(?:\.toLowerCase\(\))?)$/;
const filesOfPlainNames =
  /endpoints?\b|^config\/settings|^commands\/(?:config-run|help-run)|^chat\/shell-words|^copilot\/model-choice/;

describe('what a command line in a text names', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !['help/examples.ts', 'shell-completion/scripts.ts'].includes(file),
  );
  const found = files.flatMap((file) =>
    readCommandValues(file, readFileSync(join('src', file), 'utf8')).map((value) => ({ file, value })),
  );

  it('is found', () => {
    expect(
      readCommandValues('a.ts', 'run(`get $\u007Bname}`); warn(`$\u007Ba}: copilot-cli get $\u007Bb}`)'),
    ).toEqual(['name', 'b']);
    expect(found.length).toBeGreaterThan(30);
  });

  it('is in quotes if somebody else may have chosen it', () => {
    const isPlain = (file: string, value: string): boolean =>
      ownValues.has(value) ||
      ownChoices.test(value) ||
      (plainNames.test(value) && filesOfPlainNames.test(file));
    const open = found.filter(
      ({ file, value }) => !/toShellWord|toFlag\(/.test(value) && !isPlain(file, value),
    );
    expect(open).toEqual([]);
  });
});

describe('the words of a surface', () => {
  const names = Object.keys(shellWords.steps) as StepName[];
  const word = ({ steps: words }: HintWords, name: StepName, what: string) => words[name](what);

  it.each<[string, HintWords]>([
    ['shell', shellWords],
    ['chat', chatWords],
    ['server', callerWords],
  ])('of the %s say each step', (_, words) => {
    expect(Object.keys(words.steps).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(word(words, name, 'X'), name).toMatch(/\S/);
    }
  });

  it('name commands of the chat that there are', () => {
    const commands = createSlashCommands({ templatesFolder: tmpdir() }).map(({ name }) => `/${name}`);
    const named = names.flatMap((name) => word(chatWords, name, 'X').match(/(?<!\w)\/[a-z]+/g) ?? []);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it('tell a caller of the server nothing that only a shell takes', () => {
    const shellOnly: StepName[] = ['run', 'flag', 'debug'];
    const said = names
      .filter((name) => !shellOnly.includes(name))
      .map((name) => word(callerWords, name, 'X'));
    expect(said.filter((text) => / --?[a-z]/.test(text))).toEqual([]);
  });
});

describe('a hint', () => {
  it.each<[Hint, string]>([
    ['Check the path.', 'Check the path.'],
    [login, 'Run: copilot-cli login'],
    [advise`See: ${run('config list')}, for ${2} of them.`, 'See: copilot-cli config list, for 2 of them.'],
    [['Nothing was sent', advise`Name a file with ${flag('-f')}`], 'Nothing was sent. Name a file with -f'],
    [askModel('local/a b; c'), "Run: copilot-cli chat -m 'local/a b; c'"],
    [addFile("a'; touch $(x).txt"), "Run: -f 'a'\\''; touch $(x).txt'"],
    [advise`Name one with ${addFile()}.`, 'Name one with -f.'],
    [joinHints(undefined, login), 'Run: copilot-cli login'],
    [joinHints(login, 'The sign-in is kept.'), 'Run: copilot-cli login. The sign-in is kept.'],
  ])('%j is worded for a shell', (hint, worded) => {
    expect(wordHint(hint, shellWords)).toBe(worded);
    expect(readHint(JSON.parse(JSON.stringify(hint)))).toEqual(hint);
  });

  it.each([[undefined], [1], [{ do: 'dance' }], [{ parts: [1] }], [['x', null]], [{ do: 'toString' }]])(
    'is not read from %j',
    (value) => {
      expect(readHint(value)).toBeUndefined();
    },
  );
});
