import { compileGlob } from '../../glob.ts';
import type { RuleBase } from './match.ts';
import { listFolders, listPaths, unique } from './named-paths.ts';
import { walkers } from './own-folders.ts';
import { toProgram } from './runners.ts';
import type { ShellCommand } from './shell-command.ts';
import { walkPath } from './walk-path.ts';

/** In the folder of a process: its variables, memory, files and folders. */
const insides = ['environ', 'mem', 'fd', 'root', 'cwd', 'task', 'map_files', 'auxv'];
/** Those of them that lead to any other place. */
const doors = ['root', 'cwd', 'task', 'map_files'];

/** Whether a command reads the variables of other processes, ours among them, where tokens may be. */
export function readsOtherProcesses({ parts, hidden, words }: ShellCommand, place: RuleBase): boolean {
  const all = [...parts, ...hidden];
  if (all.some(({ words: [name = '', ...args] }) => showsVariables(toProgram(name), args))) return true;
  // In code.
  if (words.some((word) => /\/proc\/(?!(?:thread-)?self\/)[^/\s]+\/environ/.test(word))) return true;
  const { folders } = listFolders(all, place);
  const paths = unique([...words, ...all.flatMap((part) => part.words)].flatMap(listPaths));
  const isReadWhole =
    paths.some((path) => /(?:^|\/)environ$/.test(path)) ||
    all.some(({ words: [name = ''] }) => isReader(toProgram(name)));
  return folders.some((folder) =>
    paths.some((path) => walkPath(folder, path).some((at) => isOfOthers(at, isReadWhole))),
  );
}

/** Whether it reads all files of a folder that it is given. Others of `walkers` only list their names. */
function isReader(program: string): boolean {
  return walkers.test(program) && !/^(?:find|fd|fdfind|git)$/.test(program);
}

/** `path` is absolute; below `/proc` its links are not followed. */
function isOfOthers(path: string, isReadWhole: boolean): boolean {
  const [root, process = '', inside = '', ...further] = path.split(/[/\\]/).filter(Boolean);
  if (root !== 'proc') return false;
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

/** Options of `ps` with a value in the next word. */
const psValue = /^(?:-[A-Za-z]*[oOpuUCGgtsqk]|[A-Za-z]*[oOpUtk]|--[a-z]+)$/;

function showsVariables(program: string, args: readonly string[]): boolean {
  switch (program) {
    case 'ps':
      return args.some((arg, at) => {
        if (/^-[A-Za-z]*E|environ/.test(arg)) return true;
        const isValue = at > 0 && psValue.test(args[at - 1] ?? '');
        return !isValue && /^[a-z]*e[a-z]*$/i.test(arg);
      });
    case 'gcore':
    case 'procenv':
      return true;
    case 'gdb':
    case 'lldb':
    case 'strace':
    case 'ltrace':
      return args.some((arg) => /^-p|^--(?:pid|attach)|^\d+$|^\$|\battach\b/.test(arg));
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
