import { splitCommand, typedWord } from '../command-line.ts';
import type { Env } from '../env.ts';
import { toOneLine } from '../terminal-text.ts';
import type { Candidate, Completion } from './complete.ts';
import type { ShellName } from './shell-names.ts';

/** The words behind the program's name, the last of which is being typed. `raw` is that word as the person typed it, with quotes. */
export type Typed = { words: string[]; raw: string };

/**
 * Reads the words that a script of `scripts.ts` sends. bash sends the line up to the cursor, because it has cut it at `=` and `:`, and
 * PowerShell sends the words in a variable, because it loses empty ones on the way to a program.
 */
export function readTyped(shell: ShellName, sent: readonly string[], env: Env): Typed {
  const words = shell === 'powershell' ? (env.COPILOT_CLI_WORDS ?? '').split('\n') : [...sent];
  if (shell !== 'bash') return { words, raw: words.at(-1) ?? '' };
  const [line = ''] = sent;
  // bash reads words in one way on every system.
  const last = [...line.matchAll(typedWord)].at(-1);
  const raw = last && last.index + last[0].length === line.length ? last[0] : '';
  const before = line.slice(0, line.length - raw.length);
  return { words: [...splitCommand(before, 'linux').slice(1), splitCommand(raw, 'linux')[0] ?? ''], raw };
}

/** The lines that a script reads: the candidates in the form of its shell, and behind a tab what the shell adds by itself. */
export function toLines(shell: ShellName, { candidates, adds }: Completion, { words, raw }: Typed): string[] {
  const current = words.at(-1) ?? '';
  const lines = candidates
    .filter(({ value }) => isPlain(value))
    .filter(({ value }) => !filters.has(shell) || value.toLowerCase().startsWith(current.toLowerCase()))
    .map((candidate) => toLine(shell, candidate, raw));
  return [...new Set(lines), `\t${adds}`];
}

/** Values come from files, too. One with a control character could pass for another line. */
function isPlain(value: string): boolean {
  return value !== '' && toOneLine(value) === value;
}

/** Shells that show everything that they get. */
const filters = new Set<ShellName>(['bash', 'powershell']);

function toLine(shell: ShellName, { value, about = '' }: Candidate, raw: string): string {
  switch (shell) {
    case 'bash':
      return toBashWord(value, raw);
    case 'zsh':
      return [value, about].map((text) => text.replaceAll(/[\\:]/g, '\\$&')).join(about && ':');
    case 'fish':
      return about === '' ? value : `${value}\t${about}`;
    case 'powershell':
      return `${/^[\w./:@+-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`}\t${about || value}`;
    default:
      return shell satisfies never;
  }
}

/** bash replaces what stands behind the last `=` or `:`, and takes the words for typed: what it would expand has a backslash. */
function toBashWord(value: string, raw: string): string {
  const [quote] = raw;
  if (quote === "'") return value.replaceAll("'", "'\\''");
  if (quote === '"') return value.replaceAll(/[$`"\\!]/g, '\\$&');
  const at = Math.max(raw.lastIndexOf('='), raw.lastIndexOf(':')) + 1;
  const kept = value.slice(0, at) === raw.slice(0, at) ? value.slice(at) : value;
  return kept.replaceAll(/[^\w./:=@%+,-]/g, '\\$&');
}
