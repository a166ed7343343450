import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../env.ts';
import { findProgram } from '../../find-program.ts';
import { createPathIndex, type PathIndex } from './rank-paths.ts';

export type ProjectFiles = {
  /** The files below the folder, without those that git ignores. Never rejects; what took too long is missing. */
  list(): Promise<PathIndex>;
};

export type ProjectFilesOptions = {
  cwd: string;
  env: Env;
  /** Milliseconds, from any beginning. */
  now: () => number;
  /** How long the search may take, in milliseconds. */
  maxMs?: number;
  /** For how long a list is good, in milliseconds. */
  keepMs?: number;
};

const maxFiles = 100_000;
const maxBytes = 16 * 1024 * 1024;

/** Lists the folder when it is first wanted, and anew after some seconds. */
export function createProjectFiles({
  cwd,
  env,
  now,
  maxMs = 2_000,
  keepMs = 10_000,
}: ProjectFilesOptions): ProjectFiles {
  let listed: { at: number; index: Promise<PathIndex> } | undefined;

  async function list(): Promise<PathIndex> {
    const byGit = await listByGit(cwd, env, maxMs);
    return createPathIndex(byGit ?? (await walkFolder(cwd, maxMs)));
  }

  return {
    list() {
      if (!listed || now() - listed.at > keepMs) listed = { at: now(), index: list() };
      return listed.index;
    },
  };
}

/** Undefined where there is no git, or no repository. A search that takes too long gives what it has found. */
function listByGit(cwd: string, env: Env, maxMs: number): Promise<string[] | undefined> {
  // The repository may name a program that watches it, which is not run for this.
  const parameters = ['-c', 'core.fsmonitor=false', 'ls-files', '-z', '-co', '--exclude-standard'];
  const git = findProgram('git', { env });
  if (git === undefined) return Promise.resolve(undefined);
  const child = spawn(git, parameters, {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    timeout: maxMs,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) child.kill();
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => {
      // The last piece is empty, or torn.
      const paths = Buffer.concat(chunks).toString('utf8').split('\0').slice(0, -1);
      resolve(code === 0 || paths.length > 0 ? paths : undefined);
    });
  });
}

/** Level by level, without hidden folders and installed packages: outside of a repository, nothing else tells what matters. */
async function walkFolder(cwd: string, maxMs: number): Promise<string[]> {
  const deadline = performance.now() + maxMs;
  const files: string[] = [];
  let folders = [''];
  while (folders.length > 0 && files.length < maxFiles) {
    const deeper: string[] = [];
    for (const folder of folders) {
      if (performance.now() > deadline || files.length >= maxFiles) return files;
      const entries = await readdir(join(cwd, folder), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (entry.isFile()) files.push(folder + entry.name);
        else if (entry.isDirectory()) {
          files.push(`${folder}${entry.name}/`);
          if (!entry.name.startsWith('.') && entry.name !== 'node_modules')
            deeper.push(`${folder}${entry.name}/`);
        }
      }
    }
    folders = deeper;
  }
  return files;
}
