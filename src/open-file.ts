import { type Stats, statSync } from 'node:fs';
import { toShellWord } from './command-line.ts';

const othersBits = 0o077;

/** Whether the mode lets anybody but the owner in. Windows has no modes. */
export function isOpenToOthers(mode: number, platform: NodeJS.Platform = process.platform): boolean {
  return platform !== 'win32' && (mode & othersBits) !== 0;
}

/** Who else may use the file, such as `644`. Undefined if nobody may, if it is not there, or if the system has no modes. */
export function findOpenMode(path: string): string | undefined {
  const stat = findStats(path);
  return stat && isOpenToOthers(stat.mode) ? formatMode(stat) : undefined;
}

/**
 * The warning for a file that a person made and named: one sentence, undefined if nobody else can read it. Such a file stays as it is. `held`
 * is what it holds, such as "keys".
 */
export function describeOpenFile(path: string, held: string): string | undefined {
  const stat = findStats(path);
  if (!stat?.isFile() || !isOpenToOthers(stat.mode)) return undefined;
  return `${path} holds ${held}, and others can read it (mode ${formatMode(stat)}). To close it: ${toChmod(path, '600')}`;
}

/** The command that gives a file a mode. */
export function toChmod(path: string, mode: string): string {
  return `chmod ${mode} ${toShellWord(path.startsWith('-') ? `./${path}` : path)}`;
}

export function formatMode({ mode }: Stats): string {
  return (mode & 0o777).toString(8);
}

/** Undefined if there is nothing, or nothing that we may look at. */
export function findStats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
