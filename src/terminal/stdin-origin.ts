import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { shells, wrappers } from '../shells.ts';
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

/** What the system shows of a process. */
type ProcessFacts = {
  parent: number;
  name: string;
  argv: readonly string[];
  /** Identifies the pipe. Undefined if it cannot be seen, as for another user's process. */
  stdin: string | undefined;
};

/** The processes of this machine, if they can be seen. */
export type ProcessTable = {
  self: number;
  /** Identifies the pipe to which our answer goes. Undefined if it goes to no pipe. */
  answerPipe: string | undefined;
  find(pid: number): ProcessFacts | undefined;
  /** What the process itself, without children, has read since its fork: bytes, and the system calls for them. */
  findReads(pid: number): { bytes: number; calls: number } | undefined;
  /** Open files at the numbers where shells keep redirected stdin. The same text means the same file. */
  listKept(pid: number): KeptFile[];
  /** The commands of a shell, as far as they can be seen: what is behind `-c`, or in its script. */
  readCommands(pid: number): string;
};

export type KeptFile = {
  fd: number;
  file: string;
  isTerminal: boolean;
  isNull?: boolean;
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

/**
 * What stdin is if a shell reads its commands from it, as in `curl … | bash`. One that has set another file aside is in a loop with lines, unless it
 * is the pipe from which zsh takes what it puts in the place of `$(copilot-cli …)`.
 */
function findScript(table: ProcessTable, pid: number, shell: ProcessFacts): StdinOrigin | undefined {
  const { source, keepsTerminal } = parseShellArguments(shell.name, shell.argv);
  const script: StdinOrigin = { kind: 'script', isShared: true };
  if (source === 'elsewhere') {
    const isSourced = sourcesStdin(table.readCommands(pid)) && !hasRedirected(table, pid, shell);
    return isSourced ? { ...script, isOpenedAnew: true } : undefined;
  }
  const known = [shell.stdin, table.answerPipe];
  const hasOwn = source === 'stdin' && isOne(shell, new Set(['bash', 'rbash', 'sh']));
  const others = listSetAside(table, pid, shell).filter(
    ({ fd, file }) => !known.includes(file) && !(hasOwn && fd === bashOwnFile),
  );
  const terminals = keepsTerminal ? table.listKept(pid).filter(({ isTerminal }) => isTerminal) : [];
  if (!others.every(({ isTerminal }) => isTerminal && terminals.length === 1)) return undefined;
  return source === 'stdin' ? script : { ...script, isOpenedAnew: true };
}

/** Where bash keeps its script, or with `-i` its terminal or what it takes for one. */
const bashOwnFile = 255;

/** What a shell keeps that it was not started with. */
function listSetAside(table: ProcessTable, pid: number, { parent }: ProcessFacts): KeptFile[] {
  const given = table.listKept(parent);
  return table
    .listKept(pid)
    .filter(({ fd, file }) => !given.some((other) => other.fd === fd && other.file === file));
}

/** Whether a shell has set its original stdin aside. The pipe is then from a redirection in the shell, such as `done < <(…)`. */
function hasRedirected(table: ProcessTable, pid: number, shell: ProcessFacts): boolean {
  const stdin = table.find(shell.parent)?.stdin;
  const kept = listSetAside(table, pid, shell);
  const terminals = kept.filter(({ isTerminal }) => isTerminal);
  const others = kept.filter(({ file, isTerminal }) => !isTerminal && file === stdin);
  // zsh keeps its terminal, and with `-c` /dev/null in place of a script.
  if (!isOne(shell, new Set(['zsh']))) return terminals.length + others.length > 0;
  const isNull = others.some((one) => one.isNull) && shell.argv.some((word) => /^-[a-z]*c$/.test(word));
  return terminals.length > 1 || others.length > (isNull ? 1 : 0);
}

function isOne({ name, argv }: ProcessFacts, names: ReadonlySet<string>): boolean {
  // npm rewrites its command line to `npm exec …`; a server writes `sshd: …`.
  const [first = ''] = toBaseName(argv[0] ?? '').split(/[ :]/);
  const script = /^(?:node|bun|deno)$/.test(first) ? toBaseName(argv[1] ?? '').replace(/\.[cm]?js$/, '') : '';
  return [name, name.split(' ')[0] ?? '', first, script].some((word) => names.has(word));
}

function toBaseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^-/, '');
}

/** Whether a shell runs a single command: `sh -c 'copilot-cli chat hi'`. */
function isSimpleCommand([, ...argv]: readonly string[]): boolean {
  const line = findCommandLine(argv);
  if (line === undefined) return false;
  const bare = line.replaceAll(/'[^']*'|"(?:\\.|[^"\\`$])*"|\\./g, '_').trim();
  return !/[;&|<>(){}`\n]|^(?:while|until|for|if|case|select|time|!)\b/.test(bare);
}

/** What a shell runs with `-c`. */
function findCommandLine(argv: readonly string[]): string | undefined {
  const flag = argv.findIndex((word) => /^-[a-z]*c$/.test(word));
  return flag === -1 ? undefined : argv.slice(flag + 1).find((word) => !word.startsWith('-'));
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

function createProcessTable(self: number, fd: number): ProcessTable {
  return {
    self,
    answerPipe: findAnswerPipe(),
    find(pid) {
      if (pid <= 0) return undefined;
      const stat = read(`/proc/${pid}/stat`);
      const end = stat.lastIndexOf(')');
      if (end === -1) return undefined;
      return {
        parent: Number(stat.slice(end + 2).split(' ')[1]),
        name: stat.slice(stat.indexOf('(') + 1, end),
        argv: read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1),
        stdin:
          pid === self ? toIdentity(() => fstatSync(fd)) : toIdentity(() => statSync(`/proc/${pid}/fd/0`)),
      };
    },
    findReads(pid) {
      const [, bytes, calls] =
        /^rchar: (\d+)[\s\S]*^syscr: (\d+)/m.exec(read(`/proc/${pid}/task/${pid}/io`)) ?? [];
      return bytes === undefined ? undefined : { bytes: Number(bytes), calls: Number(calls) };
    },
    listKept(pid) {
      const folder = `/proc/${pid}/fd`;
      return list(folder)
        .map(Number)
        .filter((number) => number >= firstKept && !isLink(`${folder}/${number}`, zshLibrary))
        .map((number) => {
          const path = `${folder}/${number}`;
          return {
            fd: number,
            file: toIdentity(() => statSync(path)) ?? '',
            isTerminal: isLink(path, /^\/dev\/(?:pts\/|tty|console)/),
            isNull: isLink(path, /^\/dev\/null$/),
          };
        });
    },
    readCommands(pid) {
      const [, ...argv] = read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
      // A script may have a `-c` of its own.
      return `${findCommandLine(argv) ?? ''}\n${readScript(`/proc/${pid}/fd`, argv)}`;
    },
  };
}

/** How much of a script is looked at, in bytes. */
const longestScript = 32 * 1024;

/** The file that a shell was started with, which it keeps open. It may have another current folder by now. */
function readScript(openFiles: string, argv: readonly string[]): string {
  const names = argv.filter((word) => !word.startsWith('-')).map(toBaseName);
  try {
    const path = list(openFiles)
      .map((number) => `${openFiles}/${number}`)
      .find((one) => names.includes(toBaseName(readLink(one))) && statSync(one).isFile());
    if (path === undefined) return '';
    const file = openSync(path, 'r');
    try {
      const start = Buffer.alloc(longestScript);
      return start.toString('utf8', 0, readSync(file, start, 0, start.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

function findAnswerPipe(): string | undefined {
  try {
    const stats = fstatSync(1);
    return stats.isFIFO() ? toIdentity(() => stats) : undefined;
  } catch {
    return undefined;
  }
}

/** A compiled file of functions, which zsh keeps open. */
const zshLibrary = /\.zwc$/;

/** Shells set files aside above the numbers that scripts use. */
const firstKept = 10;

function toIdentity(stat: () => { dev: number; ino: number }): string | undefined {
  try {
    const { dev, ino } = stat();
    return `${dev}:${ino}`;
  } catch (error) {
    // The process has closed its stdin.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'closed' : undefined;
  }
}

function isLink(path: string, target: RegExp): boolean {
  return target.test(readLink(path));
}

/** Empty if there is none. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
