import { sep } from 'node:path';

/** Whether a path is a folder or in it. Both are absolute, and links are the caller's to resolve. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Whether a path leads to something hidden that its own name does not show: `.github/a.md` to `.git/config`. Both are relative to one folder. */
export function reachesHidden(path: string, target: string): boolean {
  const [named, real] = [path.split(sep), target.split(sep)];
  const shared = real.findIndex((part, index) => part !== named[index]);
  return shared !== -1 && real.slice(shared).some((part) => /^\.(?!\.?$)/.test(part));
}

/**
 * Whether a path holds what no person types: bytes that are not UTF-8, each of which Node decodes to the same character. Opening it gives
 * another file, which a repository may have put there.
 */
export function isOddName(path: string): boolean {
  return path.includes('\ufffd');
}
