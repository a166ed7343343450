import { join } from 'node:path';

/** Expands `~` at the start of a path, as a shell does. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
}
