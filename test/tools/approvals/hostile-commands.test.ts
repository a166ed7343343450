import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect } from 'vitest';
import { parseShellCommand, type ShellCommand } from '../../../src/tools/approvals/shell-command.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRandom, type Random } from '../../helpers/random.ts';
import { itRepeats } from '../../helpers/sampled.ts';

/** Programs of the jail, each of which writes down that it ran, and with what. Those of the second row fail. */
const programs = [
  ...['git', 'ls', 'cat', 'make', 'npm', 'tee', 'node', 'x'],
  ...['rm', 'grep', 'curl', 'b'],
  // They would run others; here they only tell that they ran.
  ...['env', 'xargs', 'sudo', 'find'],
];
const failing = new Set(['rm', 'grep', 'curl', 'b']);

const plainWords = [
  ...[
    'status',
    '-a',
    '--all',
    'a.ts',
    'src/x.ts',
    'HEAD~1',
    'HEAD^',
    'a=b',
    '-',
    '--',
    '{}',
    '@',
    'a:b',
    '1',
    '%1',
    '+x',
    '.',
    '..',
    '!',
  ],
  ...[
    "'q r'",
    '"q r"',
    "''",
    '""',
    "'a\nb'",
    '"a\nb"',
    '"a\\"b"',
    '"a\\nb"',
    'a\\ b',
    '\\;',
    '\\$x',
    "a'b'c",
    'a"b"c',
    "'$x'",
    '\\a',
  ],
];

const strangeWords = [
  ...[
    '*',
    'src/*',
    '?',
    'a?',
    '[ab]',
    '-[a]',
    '{a,b}',
    'a{1..3}',
    '~',
    '~/x',
    '~root',
    'a~',
    '@(a|b)',
    '!(a)',
    '#c',
    'a#b',
  ],
  ...[
    '$x',
    '"$x"',
    '$[x]',
    '$[x:-y]',
    '$#',
    '$@',
    '$(rm c)',
    '`rm d`',
    '"$(rm e)"',
    '<(rm f)',
    '$((1+1))',
    '$[1]',
    "$'a\\x41'",
    '$"a"',
    '$[x:-$(rm g)]',
  ],
].map((word) => word.replace(/^\$\[(x.*)\]$/, '$${$1}'));

const separators = [
  ' ; ',
  ' && ',
  ' || ',
  ' | ',
  ' & ',
  '\n',
  ';',
  '|',
  '&',
  '&&',
  ' |& ',
  ' &\n',
  '\r\n',
  ';;',
  '\t',
  ' \\\n ',
];

const redirections = [
  ...[' >/dev/null ', ' 2>/dev/null ', ' 2>&1 ', ' >&2 ', ' &>/dev/null ', ' </dev/null '],
  ...[
    ' > out ',
    ' >> out ',
    ' < in ',
    ' <<< x ',
    ' 2> out ',
    ' >| out ',
    ' <> out ',
    ' {n}> out ',
    ' >& out ',
    ' <<E\nrm h\n$(rm i)\nE\n',
    " <<'E'\n$(rm j)\nE\n",
    ' <<-E\n\trm k\n\tE\n',
  ],
];

const prefixes = [
  'A=1 ',
  'PATH=. ',
  '! ',
  'time ',
  'command ',
  'builtin ',
  'exec ',
  'eval ',
  'env ',
  'sudo ',
  'coproc ',
  '\\',
  '( ',
  '{ ',
  '. ',
  'nohup ',
  'A=$(rm l) ',
  '-',
  '"" ',
  "'' ",
];

const noise = [
  ...';&|<>(){}$`"\'\\ \n\t#!*?[]=~-+,@%^',
  '$(',
  '`',
  '))',
  '}}',
  '<<',
  '<(',
  '\u00a0',
  '\u202e',
  '\r',
  ' # ',
  ' in ',
  ' do ',
  ' done ',
  ' then ',
  ' fi ',
  ' esac ',
  '\\\n',
];

/** Built from what a shell reads in more than one way, and then damaged. */
function createCommand(random: Random, depth = 0): string {
  const { pick, chance, integer } = random;
  const inner = (): string => createCommand(random, depth + 1);
  const simple = (): string => {
    const words = Array.from({ length: integer(3) }, () => pick(chance(0.75) ? plainWords : strangeWords));
    const name = chance(0.9)
      ? pick(programs)
      : pick([
          '$x',
          './x',
          'g\\it',
          "g'i't",
          '"git"',
          'gi?',
          '{git,a}',
          'true',
          ':',
          'echo',
          'cd src',
          '[ -f a ]',
          '[[ -f a ]]',
          '((1))',
        ]);
    const line = [name, ...words].join(' ');
    const before = chance(0.07) ? pick(prefixes) : '';
    return `${before}${line}${chance(0.2) ? pick(redirections) : ''}`;
  };
  const one = (): string => {
    if (depth > 2 || chance(0.7)) return simple();
    return pick([
      () => `(${inner()})`,
      () => `{ ${inner()}; }`,
      () => `if ${inner()}; then ${inner()}; else ${inner()}; fi`,
      () => `for i in a ${pick(chance(0.5) ? plainWords : strangeWords)}; do ${inner()}; done`,
      () => `for PATH in .; do ${inner()}; done`,
      () => `while ${inner()}; do ${inner()}; break; done`,
      () => `case a in a) ${inner()};; *) ${inner()};; esac`,
      () => `case a in (a|b) ${inner()} ;& b) ${inner()};; esac`,
      () => `f() { ${inner()}; }; f`,
      () => `function git { ${inner()}; }; git a`,
      () => `trap '${simple().replaceAll("'", '')}' EXIT`,
      () => `eval '${simple().replaceAll("'", '')}'`,
      () => `alias ls=rm; ls`,
      () => `! ${inner()}`,
    ])();
  };
  const count = 1 + integer(depth === 0 ? 3 : 1);
  let text = one();
  for (let index = 1; index < count; index += 1) text += pick(separators) + one();
  if (depth > 0) return text;
  for (let damage = chance(0.35) ? 1 + integer(2) : 0; damage > 0; damage -= 1)
    text = damageText(text, random);
  return text;
}

/** Files outside of the jail are named by `/dev/null` alone, which stays whole. */
function damageText(text: string, { integer, pick, chance }: Random): string {
  const at = integer(text.length);
  const piece = text.slice(Math.max(0, at - 12), at + 12);
  if (piece.includes('/dev/')) return text;
  return text.slice(0, at) + (chance(0.7) ? pick(noise) : '') + text.slice(at + integer(1));
}

type Jail = { run(shell: string, command: string): Promise<string[][]> };

/** In milliseconds. A loop without an end has shown by then what it runs. */
const longestRun = 700;

function createJail(): Jail {
  const folder = createFolder({
    'work/a.ts': '',
    'work/src/x.ts': '',
    'work/-c': '',
    'work/in': 'in\n',
    'work/a1': '',
  });
  const [work, bin] = [join(folder, 'work'), join(folder, 'bin')];
  let runs = 0;
  mkdirSync(bin);
  for (const name of programs) {
    // Appends in one write, which bash ends at a line feed. The names of this folder in PATH are no programs of the system.
    const text = `#!/bin/bash\nIFS=$'\\x1f'\nline="\${0##*/}$IFS$*"\nprintf '%s\\x1e' "\${line//$'\\n'/$'\\x1d'}" >> "\${JAIL_LOG:-${join(folder, 'lost')}}"\nexit ${failing.has(name) ? 1 : 0}\n`;
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(work, 'x'), readFileSync(join(bin, 'x')));
  chmodSync(join(work, 'x'), 0o755);
  return {
    async run(shell, command) {
      // What a killed command left behind may still write to its own log.
      const log = join(folder, `log-${runs++}`);
      const child = spawn(shell, ['-c', command], {
        cwd: work,
        env: { PATH: bin, HOME: folder, JAIL_LOG: log },
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        detached: true,
      });
      for (const stream of child.stdio) if (stream instanceof Readable) stream.resume();
      const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), longestRun);
      // A process in the background keeps the fourth pipe open, and is waited for.
      await once(child, 'close');
      clearTimeout(timer);
      expect(existsSync(join(folder, 'lost'))).toBe(false);
      if (!existsSync(log)) return [];
      const records = readFileSync(log, 'utf8').split('\x1e').slice(0, -1);
      return records.map((record) => record.replaceAll('\x1d', '\n').replace(/\x1f$/, '').split('\x1f'));
    },
  };
}

/** What ran without being in the list. */
function findUnlisted({ parts, hidden, doubt, isOpaque }: ShellCommand, ran: string[][]): string[][] {
  if (doubt === undefined)
    return ran.filter((record) => !parts.some((part) => isPart(part.words, part.isVague, record)));
  if (isOpaque) return [];
  const names = new Set([...parts, ...hidden].map(({ words }) => words[0]?.split('/').at(-1)));
  return ran.filter(([name]) => !names.has(name));
}

function isPart(words: readonly string[], isVague: boolean, [name, ...args]: string[]): boolean {
  if (words[0]?.split('/').at(-1) !== name) return false;
  if (isVague) return true;
  // The log cannot tell an empty last argument from none.
  const wanted = words.slice(1).join('\x1f').replace(/\x1f$/, '');
  return wanted === args.join('\x1f').replace(/\x1f$/, '') || hasHome(words, args);
}

/** A word with a `~` is listed as it was typed. */
function hasHome(words: readonly string[], args: string[]): boolean {
  return (
    words.length === args.length + 1 &&
    args.every((arg, index) => words[index + 1] === arg || words[index + 1]?.startsWith('~'))
  );
}

const shells = ['/bin/bash', '/bin/dash'].filter((path) => existsSync(path));

describe.runIf(process.platform !== 'win32' && shells.includes('/bin/bash'))('a hostile command', () => {
  itRepeats(600, 'runs nothing in a real shell that is not in the list of its parts', async (rounds) => {
    const random = createRandom(18);
    const jail = createJail();
    let plain = 0;
    let ranWhenPlain = 0;
    for (let round = 0; round < rounds; round += 1) {
      const command = createCommand(random);
      const shell = shells[round % shells.length] ?? '';
      const parsed = parseShellCommand(command, '/nowhere');
      const ran = await jail.run(shell, command);
      expect({ shell, command, unlisted: findUnlisted(parsed, ran) }).toEqual({
        shell,
        command,
        unlisted: [],
      });
      if (parsed.doubt !== undefined) continue;
      plain += 1;
      ranWhenPlain += ran.length;
    }
    // The parser does not doubt everything, and what it does not doubt runs.
    expect(plain).toBeGreaterThan(rounds / 20);
    expect(ranWhenPlain).toBeGreaterThan(plain / 10);
  });
});
