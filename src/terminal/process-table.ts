import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';

/** What the system shows of a process. */
export type ProcessFacts = {
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
  /** Whether our stdin is a socket. */
  isSocket?: boolean;
  find(pid: number): ProcessFacts | undefined;
  /** What the process itself, without children, has read since its fork: bytes, and the system calls for them. */
  findReads(pid: number): { bytes: number; calls: number } | undefined;
  /** Open files at the numbers where shells keep redirected stdin. The same text means the same file. */
  listKept(pid: number): KeptFile[];
  /** What is on stdout and stderr. */
  listOutputs(pid: number): Output[];
  /** Whether a child of the process writes to the file. */
  isFedByChild(pid: number, file: string): boolean;
  /** The commands of a shell, as far as they can be seen: what is behind `-c`, or in its script. */
  readCommands(pid: number): string;
};

export type KeptFile = {
  fd: number;
  file: string;
  isTerminal: boolean;
  isNull?: boolean;
  /** Whether it was opened as `/dev/tty`. */
  isDevTty?: boolean;
  isSocket?: boolean;
  /** Undefined if the system does not tell. */
  access?: { canRead: boolean; isClosedOnExec: boolean } | undefined;
};

type Output = Pick<KeptFile, 'file' | 'isTerminal'>;

export function isOne({ name, argv }: ProcessFacts, names: ReadonlySet<string>): boolean {
  // npm rewrites its command line to `npm exec …`; a server writes `sshd: …`.
  const [first = ''] = toBaseName(argv[0] ?? '').split(/[ :]/);
  const script = /^(?:node|bun|deno)$/.test(first) ? toBaseName(argv[1] ?? '').replace(/\.[cm]?js$/, '') : '';
  return [name, name.split(' ')[0] ?? '', first, script].some((word) => names.has(word));
}

function toBaseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^-/, '');
}

/** What a shell runs with `-c`. */
export function findCommandLine(argv: readonly string[]): string | undefined {
  const flag = argv.findIndex((word) => /^-[a-z]*c$/.test(word));
  return flag === -1 ? undefined : argv.slice(flag + 1).find((word) => !word.startsWith('-'));
}

export function createProcessTable(self: number, fd: number): ProcessTable {
  return {
    self,
    answerPipe: findAnswerPipe(),
    isSocket: isSocket(() => fstatSync(fd)),
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
            ...toOutput(path),
            isNull: isLink(path, /^\/dev\/null$/),
            isDevTty: isLink(path, /^\/dev\/tty$/),
            isSocket: isSocket(() => statSync(path)),
            access: findAccess(pid, number),
          };
        });
    },
    listOutputs: (pid) => [1, 2].map((number) => toOutput(`/proc/${pid}/fd/${number}`)),
    isFedByChild(pid, file) {
      const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
      return children.some((child) => toIdentity(() => statSync(`/proc/${child}/fd/1`)) === file);
    },
    readCommands(pid) {
      const [, ...argv] = read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
      // A script may have a `-c` of its own.
      return `${findCommandLine(argv) ?? ''}\n${readScript(`/proc/${pid}/fd`, argv)}`;
    },
  };
}

function toOutput(path: string): Output {
  return {
    file: toIdentity(() => statSync(path)) ?? '',
    isTerminal: isLink(path, /^\/dev\/(?:pts\/|tty|console)/),
  };
}

/** From the octal `flags` of an open file, as proc(5) has them. */
function findAccess(pid: number, fd: number): KeptFile['access'] {
  const [, octal] = /^flags:\s*(\d+)/m.exec(read(`/proc/${pid}/fdinfo/${fd}`)) ?? [];
  if (octal === undefined) return undefined;
  const flags = Number.parseInt(octal, 8);
  return {
    canRead: (flags & (constants.O_WRONLY | constants.O_RDWR)) !== constants.O_WRONLY,
    isClosedOnExec: (flags & closeOnExec) !== 0,
  };
}

/** `O_CLOEXEC`, which Node does not name. */
const closeOnExec = 0o2000000;

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

function isSocket(stat: () => Stats): boolean {
  try {
    return stat().isSocket();
  } catch {
    return false;
  }
}

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
