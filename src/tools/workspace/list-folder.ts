import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { type IgnoreRules, loadRulesFrom } from '../../attachments/list-files.ts';
import { listHeldFolder } from '../../held-folder.ts';
import { showName } from '../../terminal-text.ts';
import { createAccessError } from './places.ts';
import { createMovedError } from './plans.ts';
import type { Workspace } from './workspace.ts';

const mostEntries = 500;
const deepest = 2;

/**
 * What is in a folder, two levels deep, a path a line: folders end with a slash, links with an at sign. Leaves out hidden and ignored entries,
 * and says how many.
 */
export async function listFolder(folder: string, workspace: Workspace, signal: AbortSignal): Promise<string> {
  const { places } = workspace;
  const lines: string[] = [];
  const left = { hidden: 0, beyond: 0 };
  const { rules } = await loadRulesFrom(folder, { person: workspace, signal });

  async function visit(path: string, depth: number, rulesThere: IgnoreRules): Promise<void> {
    signal.throwIfAborted();
    for (const entry of readSorted(join(folder, path), depth)) {
      const below = path + entry.name;
      const full = join(folder, below);
      if (entry.name.startsWith('.') || rulesThere.ignores(full, entry.isDirectory())) {
        left.hidden += 1;
        continue;
      }
      if (lines.length >= mostEntries) {
        left.beyond += 1;
        continue;
      }
      lines.push(showName(below) + toMark(entry));
      if (entry.isDirectory() && depth < deepest)
        await visit(`${below}/`, depth + 1, await rulesThere.enter(full));
    }
  }

  /** An unreadable folder in the folder is empty. */
  function readSorted(path: string, depth: number): Dirent[] {
    try {
      return listHeldFolder(path).sort((one, other) => (one.name < other.name ? -1 : 1));
    } catch (error) {
      if (depth > 1) return [];
      const isMoved = (error as { code?: string }).code === 'EMOVED';
      throw isMoved ? createMovedError(places.show(path)) : createAccessError(places.show(path), error);
    }
  }

  await visit('', 1, rules);
  if (lines.length === 0 && left.hidden === 0) return '(empty folder)';
  const notes = [
    left.beyond > 0 && `[${left.beyond} or more entries are left out. View a folder in it, or use glob.]`,
    left.hidden > 0 && `[Hidden or ignored entries that are left out: ${left.hidden}.]`,
  ];
  return [...lines, ...notes.filter((note) => note !== false)].join('\n');
}

function toMark(entry: Dirent): string {
  if (entry.isDirectory()) return '/';
  return entry.isSymbolicLink() ? '@' : '';
}
