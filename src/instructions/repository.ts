import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The root of the git repository around a folder, or the folder itself outside of one. A repository that is the home folder holds
 * somebody's settings, and what lies below it is not one project with it.
 */
export function findRoot(cwd: string, home: string): string {
  for (const folder of listAncestors(cwd)) {
    if (folder === home && cwd !== home) return cwd;
    if (existsSync(join(folder, '.git'))) return folder;
  }
  return cwd;
}

/** The folder, and all above it up to `last`. */
export function listAncestors(folder: string, last?: string): string[] {
  const above = dirname(folder);
  return folder === last || above === folder ? [folder] : [folder, ...listAncestors(above, last)];
}
