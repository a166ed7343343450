import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Candidate } from '../state.ts';
import { canMention } from './accept-candidate.ts';
import type { CompletionSource } from './completion-source.ts';
import type { ProjectFiles } from './project-files.ts';
import { rankCandidates } from './rank-candidates.ts';
import { rankPaths } from './rank-paths.ts';

export type PathSourceOptions = { cwd: string; home: string; project: ProjectFiles };

/** More are not listed: one more letter finds them sooner. */
const maxCandidates = 50;

/** Files and folders: those of the project, or those of the very folder where a path leads out of it or says where it begins. */
export function createPathSource(query: string, { cwd, home, project }: PathSourceOptions): CompletionSource {
  const [, folder] = /^((?:~|\.{1,2})?\/(?:.*\/)?)[^/]*$/s.exec(query) ?? [];
  if (folder !== undefined) return createFolderSource(folder, { cwd, home });
  return {
    key: 'project',
    async open() {
      const index = await project.list();
      return (wanted) => rankPaths(index, wanted, maxCandidates).filter(canMention).map(toCandidate);
    },
  };
}

/** `folder` ends with a slash. */
function createFolderSource(folder: string, { cwd, home }: { cwd: string; home: string }): CompletionSource {
  const path = folder.startsWith('~/') ? join(home, folder.slice(1)) : resolve(cwd, folder);
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

/** The names in a folder; those of folders, and of links to them, end with a slash. */
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
