import { stdinFile } from '../attachments/collect-files.ts';
import type { Context } from '../context.ts';
import { stdinMark } from '../conversation/prompt.ts';
import { CliError } from '../errors.ts';
import { readStdinText } from '../terminal/stdin-text.ts';

/** How long a pipe that came along with a prompt may stay silent, in milliseconds, before the prompt goes out without it. */
const stdinPatienceMs = 3_000;

export type StdinInputOptions = {
  words: readonly string[];
  /** False leaves stdin alone. */
  stdin: boolean;
  /** Something to ask is there without it. */
  hasPrompt: boolean;
  signal: AbortSignal;
};

/** What was piped in, if it belongs to the prompt. Throws CliError `usage` where the words ask for it and the flags do not. */
export async function readStdinInput(
  context: Context,
  { words, stdin, hasPrompt, signal }: StdinInputOptions,
): Promise<string | undefined> {
  const input = context.io.stdin;
  const marked = words.includes(stdinMark);
  if (!stdin && marked) throw new CliError('usage', `--no-stdin and a "${stdinMark}" cannot both be given`);
  if (!stdin || (input.isTerminal && !marked)) return undefined;
  const patience = hasPrompt && !marked ? stdinPatienceMs : undefined;
  const text = await readStdinText(input, { patience, signal });
  if (text === undefined) {
    context.warn(
      `stdin is a pipe that stayed silent for ${stdinPatienceMs / 1000} s, so the prompt goes out without it. Wait for it with "${stdinMark}", or leave it alone with --no-stdin.`,
    );
  }
  return text;
}

/** What programs call stdin where they take files alone. */
const stdinPaths: readonly string[] = [stdinFile, '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

export type NamedSources = {
  words: readonly string[];
  files: readonly string[];
  attachments: readonly string[];
};

/**
 * The sources with one name for stdin, and whether it is one of them: then it is no part of the prompt besides. Throws CliError `usage` if
 * it is wanted twice, or not at all.
 */
export function nameStdin(
  { words, files, attachments }: NamedSources,
  stdin: boolean,
): { files: string[]; attachments: string[]; isNamed: boolean } {
  const toName = (path: string): string => (stdinPaths.includes(path) ? stdinFile : path);
  const named = { files: files.map(toName), attachments: attachments.map(toName) };
  const wanted = [...named.files, ...named.attachments].filter((path) => path === stdinFile).length;
  if (wanted > 0 && !stdin)
    throw new CliError('usage', '--no-stdin and a file that is stdin cannot both be given');
  if (wanted > 1 || (wanted === 1 && words.includes(stdinMark)))
    throw new CliError('usage', 'stdin can be read once only', {
      hint: `Give one "${stdinMark}": in the prompt, behind -f, or behind -a.`,
    });
  return { ...named, isNamed: wanted === 1 };
}
