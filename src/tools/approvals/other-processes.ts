import { compileGlob } from '../../glob.ts';
import { UnknownPlacesError } from './disk.ts';
import type { RuleBase } from './match.ts';
import { listFolders, listPaths, listTargets, mostPaths, unique } from './named-paths.ts';
import { listMarks, walkers } from './own-folders.ts';
import { mayStartAny, toProgram } from './runners.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';
import { isOfProc, walkPath } from './walk-path.ts';

/** In the folder of a process: its variables, memory, files and folders. */
const insides = ['environ', 'mem', 'fd', 'root', 'cwd', 'task', 'map_files', 'auxv'];
/** Those of them that lead to any other place. */
const doors = ['root', 'cwd', 'task', 'map_files'];

/** Words of a program of which any may be the name of another one. */
const mostStarts = 200;

/** All that a command may run, also by a program that is not known, but for `isTrusted`: it may start what follows in its words. */
export function listRun(
  { parts, hidden, carried }: ShellCommand,
  isTrusted: (part: ShellPart) => boolean = () => false,
): ShellPart[] {
  const all = [...parts, ...hidden, ...carried].filter((part) => !isTrusted(part));
  const started = all
    .filter(({ words, isWhole }) => isWhole && mayStartAny(words))
    .flatMap(({ words, isVague }) =>
      words.slice(1, mostStarts).map((_, at) => ({ words: words.slice(at + 1), isVague })),
    );
  // Alone, it may be any word.
  return [...all, ...started.filter(({ words }) => words.length > 1)];
}

/** Whether a command reads the variables of other processes, ours among them, where tokens may be. */
export function readsOtherProcesses(command: ShellCommand, place: RuleBase): boolean {
  const { parts, hidden, words } = command;
  const all = [...parts, ...hidden];
  if (listRun(command).some(({ words: [name = '', ...args] }) => showsVariables(toProgram(name), args)))
    return true;
  // In code.
  if (words.some((word) => /\/proc\/(?!(?:thread-)?self\/)[^/\s]+\/environ/.test(word))) return true;
  const folders = [...listFolders(all, place).folders, ...listOpenFolders(all, place)];
  const marks = all.flatMap(listMarks);
  const named = unique(
    [...words, ...all.flatMap((part) => part.words)].flatMap((word) => [
      word,
      ...marks.map((mark) => word.replaceAll(mark, '$x')),
    ]),
  ).flatMap(listPaths);
  const fillIn = createFiller(named, place);
  const paths = unique(named.flatMap((path) => [path, ...fillIn(path)]));
  if (paths.length > mostPaths) throw new UnknownPlacesError();
  const isReadWhole =
    paths.some((path) => /(?:^|\/)environ$/.test(path)) ||
    all.some(({ words: [name = ''] }) => isReader(toProgram(name)));
  return folders.some((folder) =>
    paths.some((path) => walkPath(folder, path).some((at) => isOfOthers(at, isReadWhole))),
  );
}

/** Folders of processes that a variable names: `cd /proc/$PPID`. */
function listOpenFolders(parts: readonly ShellPart[], place: RuleBase): string[] {
  const targets = parts.flatMap(({ words }) => listTargets(words)).map(({ path }) => path);
  const fillIn = createFiller(
    parts.flatMap(({ words }) => words),
    place,
  );
  const held = targets.flatMap((path) => [path, ...fillIn(path)]);
  return unique(held.filter((path) => /^\/proc\/.*[$`]/.test(path)));
}

/** Tells what a path means if its first variable stands for a word of the command that is, or leads into, the folder of processes. */
function createFiller(words: readonly string[], place: RuleBase): (path: string) => string[] {
  let held: string[] | undefined;
  return (path) => {
    const variable = /\$(?:\{\w+\}|\w+)/.exec(path);
    if (!variable) return [];
    if (/^[^/]*\/environ$/.test(path)) return ['/proc/$x/environ'];
    held ??= unique(words).filter(
      (word) =>
        /^\/?proc(?:\/|$)/.test(word) || (!/[$`]/.test(word) && walkPath(place.folder, word).some(isOfProc)),
    );
    const { index, 0: name } = variable;
    return held.map((word) => path.slice(0, index) + word + path.slice(index + name.length));
  };
}

/** Programs that type into terminals and windows, and what they do without that. */
const typers: Record<string, RegExp> = {
  tmux: /^(?:ls|list-(?:sessions|windows|panes|clients|commands|keys)|has-session|-[aV])$/,
  screen: /^-(?:ls|list|v|-version)$/,
  kitty: /^--version$/,
  kitten: /^--version$/,
  wezterm: /^(?:--version|cli|list)$/,
  zellij: /^(?:--version|ls|list-sessions)$/,
  ...Object.fromEntries(
    [
      'xdotool',
      'ydotool',
      'wtype',
      'dotool',
      'dotoolc',
      'osascript',
      'reptyr',
      'dtach',
      'abduco',
      'mosh-server',
    ].map((name) => [name, /^--?(?:version|help)$/]),
  ),
};

/** Whether a part may type into the terminal where a person is asked: the answer would be the model's own. */
export function maySayYes({ words: [name = '', ...args] }: ShellPart): boolean {
  const program = toProgram(name);
  const harmless = Object.hasOwn(typers, program) ? typers[program] : undefined;
  return harmless !== undefined && !(args.length > 0 && args.every((arg) => harmless.test(arg)));
}

/** Whether it reads all files of a folder that it is given. Others of `walkers` only list their names. */
function isReader(program: string): boolean {
  return walkers.test(program) && !/^(?:find|fd|fdfind|git)$/.test(program);
}

/** `path` is absolute; below `/proc` its links are not followed. */
function isOfOthers(path: string, isReadWhole: boolean): boolean {
  const [root, process = '', inside = '', ...further] = path.split(/[/\\]/).filter(Boolean);
  // All memory of the machine.
  if (/^\/(?:proc\/kcore|dev\/k?mem)$/.test(path)) return true;
  if (root !== 'proc') return false;
  if (path.includes('/..')) return true;
  const means = (names: readonly string[]): boolean => {
    const glob = compileGlob(inside, { dot: true, braces: true });
    return /[$`]/.test(inside) || names.some((name) => glob?.matches(name) ?? true);
  };
  // A command was given its own variables by us.
  if (process === 'self' || process === 'thread-self')
    return further.length > 0 && (means(doors) || (means(['fd']) && further.length > 1));
  if (process !== '' && /^[a-z][a-z_-]*$/.test(process)) return false;
  return inside === '' ? isReadWhole : means(insides);
}

/** Debuggers also in a build for another system, or with printers for a language. */
const debuggers = /^(?:[\w.]+-)*(gdb|lldb)(?:tui|-[\w.-]+|[\d.]+)?$/;

function showsVariables(program: string, args: readonly string[]): boolean {
  switch (debuggers.exec(program)?.[1] ?? program) {
    case 'ps':
      return showsThemByPs(args);
    case 'gcore':
    case 'procenv':
    case 'penv':
    case 'gdbserver':
      return true;
    case 'pargs':
    case 'procstat':
      return args.some((arg) => /^-[A-Za-z\d#:]*e|^p?env/.test(arg));
    case 'gdb':
      return args.some((arg) => /^--?p|^\d+$|^\$/.test(arg)) || !listsKnownSteps(args, /^--?i?(?:ex|eval)/);
    case 'lldb':
      return (
        args.some((arg) => /^-[A-Za-z\d#:]*[pnw]|^--(?:a|w)|^\d+$|^\$/.test(arg)) ||
        !listsKnownSteps(args, /^-[A-Za-z]*[oOkKQ]$|^--one-line/)
      );
    case 'strace':
    case 'ltrace':
    case 'truss':
      return attaches(args);
    // Node starts its own debugger in the other process.
    case 'node':
      return args[0] === 'inspect' && args.some((arg) => /^-p|^--p/.test(arg));
    // A second folder of processes, below any name.
    case 'unshare':
      return args.some((arg) => /^--mount-p/.test(arg));
    case 'mount':
      return args.some((arg) => /^(?:-[A-Za-z\d#:]*t|--types=)?proc$|^\/proc(?:\/|$)/.test(arg));
    case 'bwrap':
      return args.includes('--proc');
    case 'docker':
    case 'podman':
    case 'nerdctl':
      return args.some(
        (arg, at) => /^--pid(?:=host)?$/.test(arg) && (arg !== '--pid' || args[at + 1] === 'host'),
      );
    // They make it write all of its memory into a file, or read that.
    case 'prlimit':
      return (
        args.some((arg) => /^-[A-Za-z\d#:]*p|^--p/.test(arg)) &&
        args.some((arg) => /^-[A-Za-z\d#:]*c|^--c/.test(arg))
      );
    case 'kill':
      return args.some(isDumpingSignal) && !args.every((arg) => /^-|^[A-Z]/.test(arg) || isOtherProcess(arg));
    case 'pkill':
    case 'killall':
    case 'skill':
      return args.some(isDumpingSignal);
    case 'coredumpctl':
      return !/^(?:list|info|--version|--help)$/.test(args[0] ?? 'list');
    case 'r2':
    case 'radare2':
    case 'rizin':
      return args.some((arg) => /^-[A-Za-z\d#:]*d/.test(arg));
    case 'dlv':
    case 'rr':
      return args.includes('attach');
    case 'perf':
      return args[0] === 'trace' && args.some((arg) => /^-[A-Za-z\d#:]*[pa]|^--(?:p|all)/.test(arg));
    case 'criu':
      return args.some((arg) => /^(?:pre-)?dump$/.test(arg));
    case 'frida':
    case 'frida-trace':
    case 'scanmem':
    case 'bpftrace':
    case 'stap':
    case 'sysdig':
      return !args.every((arg) => /^--(?:version|help)$/.test(arg));
    case 'nsenter':
      return args.some((arg) => /^-[A-Za-z\d#:]*e|^--e/.test(arg));
    case 'systemctl':
      return args.includes('show-environment');
    case 'tmux':
      return args.some((arg) => /^show-?env/.test(arg));
    case 'launchctl':
      return args.some((arg) => arg === 'getenv' || arg === 'export' || arg === 'procinfo');
    default:
      return false;
  }
}

/** Signals that end a program with a file of its memory. */
function isDumpingSignal(arg: string): boolean {
  return /^(?:-s?|--signal=|-n)?(?:SIG)?(?:ABRT|IOT|SEGV|QUIT|BUS|FPE|ILL|SYS|TRAP|XCPU|XFSZ)$|^-(?:[345678]|11|24|25|31)$/i.test(
    arg,
  );
}

function isOtherProcess(arg: string): boolean {
  return /^[1-9]\d*$/.test(arg) && ![process.pid, process.ppid].includes(Number(arg));
}

const valuedLongOfPs =
  /^--(?:[Gg]roup|[Uu]ser|pid|ppid|quick-pid|sid|tty|sort|format|cols|columns|width|rows|lines)$/;

/** An `e` without a dash shows them, unless it is in the value of an option. */
function showsThemByPs(args: readonly string[]): boolean {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (/^-[A-Za-z\d#:]*E|environ/.test(arg)) return true;
    if (arg.startsWith('--')) {
      if (valuedLongOfPs.test(arg)) at += 1;
      continue;
    }
    const isDashed = arg.startsWith('-');
    const valued = arg.search(isDashed ? /[CGOUgopqstu]/ : /[OUkopqt]/);
    const flags = valued === -1 ? arg : arg.slice(0, valued);
    if (!isDashed && /^[a-z]*e/i.test(flags)) return true;
    if (valued === arg.length - 1 && (isDashed || !args[at + 1]?.startsWith('-'))) at += 1;
  }
  return false;
}

/** Debuggers take the beginning of a command for the whole one, so that only these are known not to attach to a process, or to run code. */
const knownStep =
  /^(?:(?:thread apply all )?(?:bt|backtrace|where)(?: full| all)?|(?:r|run|start|c|continue|n|next|s|step|finish|up|down|f|frame|l|list|q|quit|b|break|tbreak|delete|info|disassemble|file|directory|thread|set (?:pagination|confirm|width|height|args|print|breakpoint|debuginfod)|breakpoint set --?n(?:ame)?|process launch)(?: (?!apply)[\w.,:*/=-]+)*)$/;

/** Whether each command in the arguments of a debugger is known to stay in the program that it starts. */
function listsKnownSteps(args: readonly string[], option: RegExp): boolean {
  return args.every((arg, at) => {
    const isStep = option.test(args[at - 1] ?? '') && !args[at - 1]?.includes('=');
    const step = isStep ? arg : option.test(arg) ? /=(.*)$/s.exec(arg)?.[1] : undefined;
    return step === undefined || knownStep.test(step.trim());
  });
}

/** Whether an option in front of the program that a tracer starts names a process. */
function attaches(args: readonly string[]): boolean {
  for (let at = 0; at < args.length && args[at]?.startsWith('-'); at += 1) {
    const arg = args[at] ?? '';
    if (arg.startsWith('--')) {
      if (/^--(?:a|p)/.test(arg)) return true;
      continue;
    }
    const valued = arg.search(/[abeEIoOPsSuUXlnx]/);
    if ((valued === -1 ? arg : arg.slice(0, valued)).includes('p')) return true;
    if (valued === arg.length - 1) at += 1;
  }
  return false;
}
