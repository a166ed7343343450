import { stdinFile } from '../attachments/collect-files.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, flag, type Hint } from '../hint.ts';
import { stdinMark } from '../prompt-text.ts';
import { findStdinOrigin, type StdinOrigin } from '../terminal/stdin-origin.ts';
import {
  findStdinKind,
  isBehindExec,
  isPartlyRead,
  isStdinEmpty,
  readStdinText,
  type StdinKind,
} from '../terminal/stdin-text.ts';
import { describeSilence, waitForStdin } from './waiting.ts';

/** How long a pipe that was not made for this command may stay silent before the prompt is sent without it, in milliseconds. */
const inheritedPatienceMs = 3_000;
/** The same for a pipe that may have been made for it, before the command ends. */
const unknownPatienceMs = 10_000;

export type StdinInputOptions = {
  words: readonly string[];
  /** False leaves stdin alone. */
  stdin: boolean;
  /** Something to ask is there without it. */
  hasPrompt: boolean;
  signal: AbortSignal;
  /** Called with what happened to stdin, if unexpected. */
  onNotice: (sentence: string) => void;
};

/**
 * The piped data for the prompt. Throws CliError `usage` if the words ask for data that is empty or forbidden by flags, and for a silent
 * pipe that may be meant for the prompt: nobody should pay for a prompt without its data.
 */
export async function readStdinInput(
  context: Context,
  { words, stdin, hasPrompt, signal, onNotice }: StdinInputOptions,
): Promise<string | undefined> {
  const input = context.io.stdin;
  const isMarked = words.includes(stdinMark);
  if (!stdin && isMarked) throw new CliError('usage', `--no-stdin and a "${stdinMark}" cannot both be given`);
  const kind = stdin ? findStdinKind(input) : 'nothing';
  if (!stdin || (kind === 'terminal' && !isMarked)) return undefined;
  const isOptional = hasPrompt && !isMarked;
  const origin = isMarked ? madeForUs : findOrigin(input, kind);
  if (origin.kind === 'script') {
    // Behind `exec` it is not certain.
    if (origin.isPartlyRead && hasPrompt) onNotice(execNotice);
    return undefined;
  }
  const { kind: from, isShared, isPartlyRead: isBegun } = isOptional ? origin : madeForUs;
  const tell = (): void => context.warn(describeSilence(isOptional ? withoutStdin : ''));
  const text = await waitForStdin(context, () =>
    readStdinText(input, {
      patience: patience[from],
      signal,
      unreadableHint: advise`Nothing was sent. Redirect a file, pipe text, or ignore it with ${flag('--no-stdin')}.`,
      onSilence: from === 'unknown' ? undefined : tell,
      onStall: tell,
    }),
  );
  if (text === undefined && from === 'unknown') throw createSilentError();
  if (text === undefined) {
    onNotice(
      `stdin is an inherited pipe and stayed silent for ${inheritedPatienceMs / 1000} s: the prompt is sent without it. Wait for it with "${stdinMark}", or ignore it with --no-stdin.`,
    );
  } else if (text.trim() === '') {
    if (isMarked) throw createEmptyError();
    if (hasPrompt && kind !== 'nothing')
      onNotice(
        `stdin is empty: the prompt is sent without it. Where that makes no sense, put "${stdinMark}" behind the prompt: then nothing is sent.`,
      );
  } else if (isShared) {
    onNotice(isBegun ? sharedNotice : maybeSharedNotice);
  }
  return text;
}

/** For commands without stdin. Throws CliError `usage` for data piped to them; leaves a surrounding script's stdin unread. */
export async function refuseStdinData(context: Context, signal: AbortSignal): Promise<void> {
  const input = context.io.stdin;
  const kind = findStdinKind(input);
  if (kind === 'terminal' || kind === 'nothing') return;
  const { kind: from, isShared } = findOrigin(input, kind);
  if (from === 'inherited' || isShared) return;
  const isEmpty = await waitForStdin(context, () =>
    isStdinEmpty(input, {
      patience: from === 'unknown' ? inheritedPatienceMs : undefined,
      signal,
      unreadableHint: advise`Nothing was sent. Ignore it with ${flag('--no-stdin')}.`,
      onSilence: () => context.warn(describeSilence(withoutStdin)),
    }),
  );
  if (isEmpty) return;
  throw new CliError('usage', 'stdin has data, but --each-file asks only about the files of -f', {
    hint: advise`Nothing was sent. Put it into a file and add it with ${flag('-f')}, or ignore it with ${flag('--no-stdin')}.`,
  });
}

/** Reads stdin for commands that require it. Throws CliError `usage` with `hint` if a pipe made for another program stays silent. */
export async function readWantedStdin(context: Context, hint: Hint): Promise<string> {
  const input = context.io.stdin;
  const { kind: from } = findOrigin(input, findStdinKind(input));
  if (from === 'script') throw createScriptError(hint);
  const text = await waitForStdin(context, () =>
    readStdinText(input, {
      patience: from === 'made' ? undefined : unknownPatienceMs,
      signal: context.signal,
      onSilence: () => context.warn(describeSilence()),
    }),
  );
  if (text !== undefined) return text;
  throw new CliError('usage', `stdin is a pipe that stayed silent for ${unknownPatienceMs / 1000} s`, {
    hint,
  });
}

/** The error for a command that lives on stdin, and would read the commands of a shell in place of data. */
export function createScriptError(hint: Hint): CliError {
  return new CliError('usage', 'stdin is the script that runs this command, and has no data for it', {
    hint,
  });
}

/** Whom stdin was made for. A file has no maker, but a loop or a shell may be in the middle of it. */
function findOrigin(input: Context['io']['stdin'], kind: StdinKind): StdinOrigin {
  if (kind === 'pipe') return findStdinOrigin(input.stream.fd);
  if (kind !== 'file') return madeForUs;
  const origin = findStdinOrigin(input.stream.fd);
  if (origin.isOpenedAnew) return origin;
  if (!isPartlyRead(input)) return madeForUs;
  if (origin.kind === 'script') return origin;
  if (!origin.isShared && isBehindExec(input)) return { kind: 'script', isShared: true, isPartlyRead: true };
  return { ...madeForUs, isShared: true, isPartlyRead: true };
}

/** Whom the lines on stdin are for, as far as that can be seen: a loop may go through them, a shell may run them. */
export function findLinesOrigin({ io }: Context): StdinOrigin {
  return findOrigin(io.stdin, findStdinKind(io.stdin));
}

const sharedNotice =
  'stdin belongs to the script or loop that runs this command; the rest of it is sent with the prompt, and the script cannot read it any more. Ignore it with --no-stdin.';

const execNotice = `stdin is the rest of the script that started this command with "exec", and is not sent. If it is data, put "${stdinMark}" behind the prompt.`;

/** A shell that has redirected its own stdin runs a loop, or only this command with a here-document. */
const maybeSharedNotice =
  'what is on stdin is sent with the prompt. If stdin belongs to the script or loop that runs this command, the script cannot read the rest of it any more. Ignore it with --no-stdin.';

const madeForUs: StdinOrigin = { kind: 'made', isShared: false };
const patience: Record<StdinOrigin['kind'], number | undefined> = {
  made: undefined,
  script: undefined,
  inherited: inheritedPatienceMs,
  unknown: unknownPatienceMs,
};

const withoutStdin = 'To ask without it, use --no-stdin.';

function createSilentError(): CliError {
  return new CliError(
    'usage',
    `stdin is a pipe that stayed silent for ${unknownPatienceMs / 1000} s, and the prompt may need it`,
    {
      hint: advise`Nothing was sent. Wait for it with "${stdinMark}", or ignore it with ${flag('--no-stdin')}.`,
    },
  );
}

function createEmptyError(): CliError {
  return new CliError('usage', `stdin is empty, but the prompt uses it ("${stdinMark}")`, {
    hint: `Nothing was sent. Check the program that writes to it, or leave out the "${stdinMark}".`,
  });
}

/** Names of stdin for programs that take only files. */
const stdinPaths: readonly string[] = [stdinFile, '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

export function isStdinPath(path: string): boolean {
  return stdinPaths.includes(path);
}

export type NamedSources = {
  words: readonly string[];
  files: readonly string[];
  attachments: readonly string[];
  /** Files that say how to ask, such as a schema. Among these, `-` is the name of a file. */
  settings: readonly (string | undefined)[];
};

/**
 * Gives stdin one name, and tells whether a source is stdin: `none` of them; `sent`, as a file or an attachment; `kept`, because it says how
 * to ask and is no data. Throws CliError `usage` if it is named twice, or not readable.
 */
export function nameStdin(
  { words, files, attachments, settings }: NamedSources,
  stdin: boolean,
): { files: string[]; attachments: string[]; named: 'none' | 'sent' | 'kept' } {
  const toName = (path: string): string => (isStdinPath(path) ? stdinFile : path);
  const named = { files: files.map(toName), attachments: attachments.map(toName) };
  const wanted = [...named.files, ...named.attachments].filter((path) => path === stdinFile).length;
  if (wanted > 0 && !stdin)
    throw new CliError('usage', '--no-stdin and a file that is stdin cannot both be given');
  const kept = settings.filter(
    (path) => path !== undefined && path !== stdinFile && isStdinPath(path),
  ).length;
  const uses = wanted + kept;
  if (uses > 1 || (uses === 1 && words.includes(stdinMark)))
    throw new CliError('usage', 'stdin can be read only once', {
      hint:
        kept === 0
          ? advise`Use "${stdinMark}" once: in the prompt, after ${flag('-f')}, or after ${flag('-a')}.`
          : 'Put one of the two into a file.',
    });
  return { ...named, named: wanted === 1 ? 'sent' : kept === 1 ? 'kept' : 'none' };
}
