import { readlinkSync } from 'node:fs';
import { shells, wrappers } from '../shells.ts';
import {
  createProcessTable,
  findCommandLine,
  isOne,
  type ProcessFacts,
  type ProcessTable,
} from './process-table.ts';
import { hasCommandsAside, hasRedirected } from './set-aside.ts';
import { parseShellArguments, sourcesStdin } from './shell-arguments.ts';
import { readsLines } from './shell-text.ts';
import { isEndlessFifo } from './stdin-text.ts';

/**
 * `made`: a shell made the pipe for this command. `inherited`: another program, or a shell loop, may be reading it. `unknown`: either. `script`:
 * the shell that runs this command reads its commands from it, and nobody means them as data.
 */
export type StdinOrigin = {
  kind: 'made' | 'inherited' | 'unknown' | 'script';
  /** A shell has it, too, and may read it. */
  isShared: boolean;
  /** It has read lines of it. */
  isPartlyRead?: boolean;
  /** It opened the script by a name of stdin, and has not moved the position of a file on stdin. */
  isOpenedAnew?: boolean;
};

/** Programs that pass their stdin on to another program. */
const passing: ReadonlySet<string> = new Set([
  ...wrappers,
  ...'npm npx pnpm pnpx yarn yarnpkg corepack bun bunx npm-cli npx-cli copilot-cli tsx volta volta-shim mise asdf dotenv op doppler'.split(
    ' ',
  ),
]);
/** `busybox` names no other program in its process. */
const shellPrograms: ReadonlySet<string> = new Set([...shells, 'busybox']);
/** What pipes data into a command: shells, and programs such as `split --filter` and `tar --to-command`, which make a pipe for that alone. */
const feeders: ReadonlySet<string> = new Set([...shellPrograms, 'split', 'tar', 'parallel', 'git']);
/** Programs that connect a command to a person or program on another machine, who may send nothing. */
const remoteLogins = new Set('sshd sshd-session dropbear rshd in.rshd'.split(' '));

const mostAncestors = 64;

/**
 * Where the pipe on stdin comes from. If the parent does not have it as stdin, the pipe was made for us. If it has, the pipe was made for
 * the parent, unless the parent only starts other programs.
 */
export function judgeStdin(table: ProcessTable): StdinOrigin {
  const own = table.find(table.self);
  if (own?.stdin === undefined) return unknown;
  let child = own;
  /** A shell between us and the maker has the pipe, and may read it. */
  let isShared = false;
  /** One of these shells has commands that take lines of it. */
  let isTaken = false;
  for (let step = 0; step < mostAncestors; step += 1) {
    const pid = child.parent;
    const parent = table.find(pid);
    if (!parent) return unknown;
    if (isOne(parent, remoteLogins)) return { kind: 'inherited', isShared };
    if (isOne(parent, passing)) {
      // Some wrappers change their own stdin.
      child = parent;
      continue;
    }
    if (parent.stdin === undefined) return unknown;
    if (parent.stdin !== own.stdin) {
      if (hasSetAside(table, pid, parent, own.stdin)) return { kind: 'unknown', isShared: true };
      return judgeMaker(parent, isShared, isTaken || takesLines(table, pid, parent, own.stdin));
    }
    if (!isOne(parent, shellPrograms)) return unknown;
    const grandparent = table.find(parent.parent);
    if (grandparent && isFork(parent, grandparent) && grandparent.stdin !== own.stdin)
      return judgeFork(judgeReader(parent, table.findReads(pid)), isShared, isTaken);
    const script = findScript(table, pid, parent);
    if (script) return script;
    // `done < <(…)`, or a here-document: the loop may be reading it, too.
    if (grandparent && hasRedirected(table, pid, parent)) return { kind: 'unknown', isShared: true };
    isShared ||= !isSimpleCommand(parent.argv);
    isTaken ||= takesLines(table, pid, parent, own.stdin);
    child = parent;
  }
  return unknown;
}

const unknown: StdinOrigin = { kind: 'unknown', isShared: false };

/** Judges by the first ancestor that has another stdin. */
function judgeMaker(maker: ProcessFacts, isShared: boolean, isTaken: boolean): StdinOrigin {
  // The data was piped into a script. It is for the script, or for a command in it.
  if (isOne(maker, feeders)) return { kind: isShared ? 'unknown' : 'made', isShared: isTaken };
  // Programs give their scripts a pipe that nobody writes to. A program they start directly may get data at some time.
  return isShared ? { kind: 'inherited', isShared } : unknown;
}

/** Whose lines a forked shell has, if a script of another shell may stand between it and us. */
function judgeFork(origin: StdinOrigin, isShared: boolean, isTaken: boolean): StdinOrigin {
  return isShared ? { kind: 'unknown', isShared: isTaken || origin.isShared } : origin;
}

/**
 * A forked shell runs a compound command of a pipeline. If it has read nothing, the pipe is for the commands in it. `read` in a loop reads
 * single bytes, so as not to take more than a line.
 */
function judgeReader(reader: ProcessFacts, reads: { bytes: number; calls: number } | undefined): StdinOrigin {
  if (!reads) return unknown;
  const words = isOne(reader, new Set(['zsh'])) ? countWordsOfChildren(reads) : 0;
  const bytes = reads.bytes - words * childWordBytes;
  const calls = reads.calls - words;
  if (bytes === 0) return { kind: 'made', isShared: false };
  return calls * 2 >= bytes ? { kind: 'inherited', isShared: true, isPartlyRead: true } : unknown;
}

/** What zsh reads from each child that it starts. */
const childWordBytes = 8;

/** How many of the reads were these, if all others took one byte. */
function countWordsOfChildren({ bytes, calls }: { bytes: number; calls: number }): number {
  const count = (bytes - calls) / (childWordBytes - 1);
  return Number.isInteger(count) && count >= 0 ? count : 0;
}

/**
 * With `lastpipe`, bash runs the last part of a pipeline itself. If that is a loop with a second pipeline in it, bash sets the loop's pipe
 * aside and uses the second one.
 */
function hasSetAside(table: ProcessTable, pid: number, shell: ProcessFacts, stdin: string): boolean {
  return isOne(shell, new Set(['bash'])) && table.listKept(pid).some(({ file }) => file === stdin);
}

/**
 * Whether a shell has commands that take lines of the pipe: of its stdin, or in fish of the pipe that it keeps for a loop or function at the
 * end of a pipeline. How much an `exec`ed shell has read from a pipe cannot be told from what else it has read.
 */
function takesLines(table: ProcessTable, pid: number, shell: ProcessFacts, stdin: string): boolean {
  if (shell.stdin === stdin) return readsLines(table.readCommands(pid));
  const isKept = isOne(shell, new Set(['fish'])) && table.listKept(pid).some(({ file }) => file === stdin);
  return isKept && readsLines(table.readCommands(pid), true);
}

function isFork(child: ProcessFacts, parent: ProcessFacts): boolean {
  return child.name === parent.name && child.argv.join('\0') === parent.argv.join('\0');
}

/** What stdin is if a shell reads its commands from it, as in `curl … | bash`, or would if it were not in a loop with other lines. */
function findScript(table: ProcessTable, pid: number, shell: ProcessFacts): StdinOrigin | undefined {
  const shellArguments = parseShellArguments(shell.name, shell.argv);
  const script: StdinOrigin = { kind: 'script', isShared: true };
  if (shellArguments.source === 'elsewhere') {
    const isSourced = sourcesStdin(table.readCommands(pid)) && !hasRedirected(table, pid, shell);
    return isSourced ? { ...script, isOpenedAnew: true } : undefined;
  }
  if (hasCommandsAside(table, pid, shell, shellArguments)) return { kind: 'unknown', isShared: true };
  return shellArguments.source === 'stdin' ? script : { ...script, isOpenedAnew: true };
}

/** Whether a shell runs a single command: `sh -c 'copilot-cli chat hi'`. */
function isSimpleCommand([, ...argv]: readonly string[]): boolean {
  const line = findCommandLine(argv);
  if (line === undefined) return false;
  const bare = line.replaceAll(/'[^']*'|"(?:\\.|[^"\\`$])*"|\\./g, '_').trim();
  return !/[;&|<>(){}`\n]|^(?:while|until|for|if|case|select|time|!)\b/.test(bare);
}

/** False on systems that do not report it. */
export function isShell(pid: number): boolean {
  const facts = createProcessTable(process.pid, 0).find(pid);
  return facts !== undefined && isOne(facts, shellPrograms);
}

/** Where this process got the pipe on its stdin. Only Linux reports this. */
export function findStdinOrigin(fd = 0): StdinOrigin {
  const self = findSelf();
  if (self === undefined) return unknown;
  const origin = judgeStdin(createProcessTable(self, fd));
  // The end of it would never come, whoever made it.
  return origin.kind === 'made' && isEndlessFifo(fd) ? { ...origin, kind: 'unknown' } : origin;
}

function findSelf(): number | undefined {
  try {
    return Number(readlinkSync('/proc/self'));
  } catch {
    return undefined;
  }
}
