import { isOne, type KeptFile, type ProcessFacts, type ProcessTable } from './process-table.ts';
import type { ShellArguments } from './shell-arguments.ts';

/** These mark what they set aside, and no file that a script opens, as closed on exec. */
const marking: ReadonlySet<string> = new Set(['bash', 'rbash', 'sh', 'dash', 'ash', 'busybox']);
const bashes: ReadonlySet<string> = new Set(['bash', 'rbash', 'sh']);
/** Where bash keeps its script, or with `-i` its terminal or what it takes for one. */
const bashOwnFile = 255;

/**
 * Whether a shell that has its commands from stdin, or opened stdin by name, has set it aside: a loop or block in them has a stdin of its own.
 * Redirected outputs are set aside, too, and a script may open a file at a high number.
 */
export function hasCommandsAside(
  table: ProcessTable,
  pid: number,
  shell: ProcessFacts,
  shellArguments: ShellArguments,
): boolean {
  const all = table.listKept(pid);
  const hasOwn = shellArguments.source === 'stdin' && isOne(shell, bashes);
  const own = hasOwn ? all.find(({ fd }) => fd === bashOwnFile) : undefined;
  const known = [shell.stdin, table.answerPipe];
  const isGiven = createGivenCheck(table, shell);
  const kept = all.filter((one) => {
    if (known.includes(one.file)) return false;
    if (one === own) return isMovedScript(one, shellArguments) && !isGiven(one);
    if (one.access?.canRead === false) return false;
    return one.access && isOne(shell, marking) ? one.access.isClosedOnExec : !isGiven(one);
  });
  const terminals = kept.filter(({ isTerminal }) => isTerminal);
  if (kept.some((one) => !one.isTerminal && canBeStdin(table, pid, shell, one))) return true;
  return terminals.length > 0 && isTerminalAside(table, pid, shell, { ...shellArguments, own, terminals });
}

/** bash moves its script while it runs the last part of a pipeline itself, with `lastpipe`. */
function isMovedScript({ isTerminal, access }: KeptFile, { isInteractive }: ShellArguments): boolean {
  return !isInteractive && !isTerminal && access?.canRead === true;
}

/** Whether a file that can be read is no end of a coprocess, and no output: sockets can be read, whatever they are for. */
function canBeStdin(
  table: ProcessTable,
  pid: number,
  { parent }: ProcessFacts,
  { file, isSocket, access }: KeptFile,
): boolean {
  if (!access) return true;
  if (table.isFedByChild(pid, file)) return false;
  if (!isSocket) return true;
  if (table.isSocket) return false;
  const isOutput = table.listOutputs(parent).some((output) => output.file === file);
  return !isOutput || table.find(parent)?.stdin === file;
}

/** Whether one of these terminals was stdin. Terminals can be read, whatever they are for. */
function isTerminalAside(
  table: ProcessTable,
  pid: number,
  shell: ProcessFacts,
  { keepsTerminal, own, terminals }: ShellArguments & { own: KeptFile | undefined; terminals: KeptFile[] },
): boolean {
  const all = table.listKept(pid).filter(({ isTerminal }) => isTerminal);
  const mostOwn = keepsTerminal ? 1 : 0;
  if (terminals.some(({ access }) => !access)) return all.length > mostOwn;
  // With commands from a terminal, these keep it open.
  if (isOne(shell, marking))
    return own?.isTerminal === true || (terminals.length > 1 && terminals.some(({ isDevTty }) => isDevTty));
  const redirected = table.listOutputs(pid).filter(({ isTerminal }) => !isTerminal);
  return all.length > mostOwn + redirected.length;
}

/** Tells what a shell was started with. */
function createGivenCheck(table: ProcessTable, { parent }: ProcessFacts): (one: KeptFile) => boolean {
  const given = table.listKept(parent);
  return ({ fd, file }) => given.some((other) => other.fd === fd && other.file === file);
}

/** What a shell keeps that it was not started with. */
function listSetAside(table: ProcessTable, pid: number, shell: ProcessFacts): KeptFile[] {
  const isGiven = createGivenCheck(table, shell);
  return table.listKept(pid).filter((one) => !isGiven(one));
}

/** Whether a shell has set its original stdin aside. The pipe is then from a redirection in the shell, such as `done < <(…)`. */
export function hasRedirected(table: ProcessTable, pid: number, shell: ProcessFacts): boolean {
  const stdin = table.find(shell.parent)?.stdin;
  const kept = listSetAside(table, pid, shell);
  const terminals = kept.filter(({ isTerminal }) => isTerminal);
  const others = kept.filter(({ file, isTerminal }) => !isTerminal && file === stdin);
  // zsh keeps its terminal, and with `-c` /dev/null in place of a script.
  if (!isOne(shell, new Set(['zsh']))) return terminals.length + others.length > 0;
  const isNull = others.some((one) => one.isNull) && shell.argv.some((word) => /^-[a-z]*c$/.test(word));
  return terminals.length > 1 || others.length > (isNull ? 1 : 0);
}
