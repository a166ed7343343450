import { sep } from 'node:path';

/** Whether a path is a folder or in it. Both are absolute, and links are the caller's to resolve. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
