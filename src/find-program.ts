import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Env } from './env.ts';

export type FindProgramOptions = {
  env: Env;
  platform?: NodeJS.Platform;
  /** Whether a file exists and can be run; tests replace it. */
  look?: (path: string) => 'program' | 'file' | undefined;
};

/**
 * The path of a program, searched only in the absolute folders of PATH. Windows searches the current folder first, and a relative entry of
 * PATH does so everywhere: a repository must not choose what runs. A name with a slash is a path already. Undefined if there is none.
 */
export function findProgram(
  name: string,
  { env, platform = process.platform, look = lookAtFile }: FindProgramOptions,
): string | undefined {
  const isWindows = platform === 'win32';
  if (isWindows ? /[\\/:]/.test(name) : name.includes('/')) return name;
  if (name === '') return undefined;
  const { join } = isWindows ? win32 : posix;
  const names = isWindows ? listNames(name, readVariable(env, 'PATHEXT')) : [name];
  const paths = listFolders(readVariable(env, 'PATH'), isWindows).flatMap((folder) =>
    names.map((file) => join(folder, file)),
  );
  let unusable: string | undefined;
  for (const path of paths) {
    const found = look(path);
    if (found === 'program') return path;
    // The system's error is the best explanation.
    if (found === 'file') unusable ??= path;
  }
  return unusable;
}

/** The environment with a PATH of absolute folders, so that the programs that a program starts are found in the same way. */
export function withAbsolutePath<T extends Env>(env: T, platform: NodeJS.Platform = process.platform): T {
  const isWindows = platform === 'win32';
  const entries = Object.entries(env).map(([name, value]) =>
    name === 'PATH' || (isWindows && name.toUpperCase() === 'PATH')
      ? [name, listFolders(value ?? '', isWindows).join(isWindows ? ';' : ':')]
      : [name, value],
  );
  return Object.fromEntries(entries);
}

/** The system's error for a missing program. */
export function createMissingProgramError(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`spawn ${name} ENOENT`), { code: 'ENOENT' });
}

/** Windows ignores the case of variable names. The name is in capitals. */
export function readVariable(env: Env, name: string): string {
  return env[name] ?? env[Object.keys(env).find((key) => key.toUpperCase() === name) ?? name] ?? '';
}

/** On Windows a folder such as `\\tools` depends on the current drive. */
function listFolders(path: string, isWindows: boolean): string[] {
  if (!isWindows) return path.split(':').filter((folder) => folder.startsWith('/'));
  return path
    .split(';')
    .map((folder) => folder.trim().replaceAll('"', ''))
    .filter((folder) => /^(?:[a-z]:[\\/]|\\\\)/i.test(folder));
}

function listNames(name: string, pathExtensions: string): string[] {
  const extensions = (pathExtensions || '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean);
  const isWhole = extensions.some((extension) => name.toLowerCase().endsWith(extension.toLowerCase()));
  const added = extensions.map((extension) => name + extension.toLowerCase());
  return isWhole ? [name, ...added] : added;
}

/** `file`: it is there, and may not be started. */
export function lookAtFile(path: string): 'program' | 'file' | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    accessSync(path, constants.X_OK);
    return 'program';
  } catch (error) {
    return (error as { code?: string }).code === 'EACCES' ? 'file' : undefined;
  }
}
