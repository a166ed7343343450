import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * Whether we may draw while other programs of the pipeline run. `sudo`, `ssh` and `fzf` ask there, and `cat` reads what a person types: our
 * line would erase that. False if the system does not tell.
 */
export function isTerminalFree(): boolean {
  try {
    const own = readStat('self');
    const ancestors = listAncestors(own);
    const root = ancestors.at(-1)?.pid ?? own.pid;
    return !listGroup(root, own.group).some(
      (pid) => pid !== own.pid && !ancestors.some((ancestor) => ancestor.pid === pid) && usesTerminal(pid),
    );
  } catch {
    return false;
  }
}

type Stat = { pid: number; parent: number; group: number };

function readStat(pid: number | 'self'): Stat {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name may contain blanks and brackets.
  const [, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(text, 10), parent: Number(parent), group: Number(group) };
}

/** Up to the first ancestor in another process group: the shell that started the pipeline. */
function listAncestors({ parent, group }: Stat): Stat[] {
  if (parent <= 0) return [];
  const stat = readStat(parent);
  return stat.group === group ? [stat, ...listAncestors(stat)] : [stat];
}

function listGroup(root: number, group: number): number[] {
  const children = readFileSync(`/proc/${root}/task/${root}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map(Number).flatMap((pid) => {
    try {
      return readStat(pid).group === group ? [pid, ...listGroup(pid, group)] : [];
    } catch {
      // The process has ended.
      return [];
    }
  });
}

/** `/dev/tty`, which programs open to talk to the person. */
const controllingTerminal = 0x500;

/** True for another user's process, such as `sudo`, because nothing more can be seen. */
function usesTerminal(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    if (
      readdirSync(folder).some(
        (fd) => statSync(`${folder}/${fd}`, { throwIfNoEntry: false })?.rdev === controllingTerminal,
      )
    )
      return true;
    if (!/^\/dev\/(?:pts|tty)/.test(readlinkSync(`${folder}/0`))) return false;
    return /^(?:wait_woken|n_tty_read)$/.test(readFileSync(`/proc/${pid}/wchan`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
