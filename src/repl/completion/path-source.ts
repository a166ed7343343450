import { readdirSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Env } from '../../env.ts';
import { findProgram } from '../../find-program.ts';
import { toOwnGit } from '../../own-git.ts';
import { readProgramOutput } from '../../program-output.ts';
import { expandHome } from '../home-path.ts';
import type { Candidate } from '../state.ts';
import type { CompletionSource } from './completer.ts';
import { canMention } from './completion-target.ts';
import { createPathIndex, type PathIndex, rankCandidates, rankPaths } from './rank.ts';

type PathSourceOptions = { cwd: string; home: string; project: ProjectFiles };

/** The most candidates of a list. One more letter finds the others sooner. */
const maxCandidates = 50;

/** Files and folders: those of the project, or those of one folder if the path begins with `/`, `~/`, `./` or `../`. */
export function createPathSource(query: string, { cwd, home, project }: PathSourceOptions): CompletionSource {
  const [, folder] = /^((?:~|\.{1,2})?\/(?:.*\/)?)[^/]*$/s.exec(query) ?? [];
  if (folder !== undefined) return createFolderSource(folder, { cwd, home });
  return {
    key: 'project',
    async open() {
      const index = await project.list();
      return (wanted) =>
        rankPaths(index, wanted, maxCandidates)
          .filter(canMention)
          .map((path) => toCandidate(leadOutOfHome(path)));
    },
  };
}

/** A repository may have a folder `~`, and `~/notes.md` would be the person's. */
function leadOutOfHome(path: string): string {
  return path.startsWith('~') ? `./${path}` : path;
}

/** `folder` ends with a slash. */
function createFolderSource(folder: string, { cwd, home }: { cwd: string; home: string }): CompletionSource {
  const path = resolve(cwd, expandHome(folder, home));
  return {
    key: `folder ${folder}`,
    async open() {
      const names = (await listFolder(path)).sort();
      const entries = names.map((text): Candidate => ({ text, description: '' }));
      const visible = entries.filter(({ text }) => !text.startsWith('.'));
      return (query) => {
        const name = query.slice(folder.length);
        return rankCandidates(name.startsWith('.') ? entries : visible, name)
          .map(({ text }) => folder + text)
          .filter(canMention)
          .slice(0, maxCandidates)
          .map(toCandidate);
      };
    },
  };
}

/** Whether the name of a file or a folder begins so. */
export function isPathBegun(path: string, { cwd, home }: { cwd: string; home: string }): boolean {
  const at = path.lastIndexOf('/') + 1;
  const begun = path.slice(at).toLowerCase();
  try {
    const names = readdirSync(resolve(cwd, expandHome(path.slice(0, at), home)));
    return names.some((name) => name.toLowerCase().startsWith(begun));
  } catch {
    return false;
  }
}

/** The names in a folder. Folders, and links to folders, end with a slash. */
async function listFolder(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return Promise.all(
    entries.map(async (entry) => {
      const isFolder = entry.isSymbolicLink()
        ? await stat(join(path, entry.name)).then(
            (target) => target.isDirectory(),
            () => false,
          )
        : entry.isDirectory();
      return isFolder ? `${entry.name}/` : entry.name;
    }),
  );
}

function toCandidate(path: string): Candidate {
  return { text: path, description: '', ending: path.endsWith('/') ? '' : ' ' };
}

type ProjectFiles = {
  /** The files below the folder, without those that git ignores. Never rejects. A search that takes too long gives what it found. */
  list(): Promise<PathIndex>;
};

type ProjectFilesOptions = {
  cwd: string;
  env: Env;
  /** In milliseconds, from any starting point. */
  now: () => number;
  /** Time limit of the search, in milliseconds. */
  maxMs?: number;
  /** How long a list is reused, in milliseconds. */
  keepMs?: number;
};

const maxFiles = 100_000;
const maxBytes = 16 * 1024 * 1024;

/** Lists the folder when it is first needed, and again after some seconds. */
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

/** Undefined without git or a repository. A search that takes too long gives what it found. */
async function listByGit(cwd: string, env: Env, maxMs: number): Promise<string[] | undefined> {
  const own = toOwnGit(env);
  const parameters = [...own.words, 'ls-files', '-z', '-co', '--exclude-standard'];
  const git = findProgram('git', { env });
  if (git === undefined) return undefined;
  const printed = await readProgramOutput(git, parameters, { cwd, env: own.env, maxMs, maxBytes });
  // The last piece is empty or cut off.
  const paths = printed?.output.toString('utf8').split('\0').slice(0, -1) ?? [];
  return printed?.code === 0 || paths.length > 0 ? paths : undefined;
}

/** Lists files level by level, without hidden folders and installed packages. Outside of a repository, no ignore rules exist. */
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
