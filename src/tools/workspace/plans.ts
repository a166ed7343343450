import { CliError } from '../../errors.ts';
import { changeFiles, type FileEdit } from '../change-files.ts';
import type { Access, FolderReading, Plan, RunContext, Tool } from '../tool.ts';
import { ToolError } from '../tool.ts';
import { type Place, PlaceError } from './places.ts';
import type { Workspace } from './workspace.ts';

export function toAccess(kind: 'read' | 'write', { path, special, reads }: Place): Access {
  const place = { path, ...(special !== undefined && { special }) };
  return kind === 'read' ? { kind, ...place } : { kind, ...place, ...(reads && { reads }) };
}

/** Reads a file, or that much of a folder. */
export function toReading(place: Place, folder: FolderReading): Access {
  const isFolder = place.stats?.isDirectory() ?? false;
  return { ...toAccess('read', place), ...(isFolder && { folder }) } as Access;
}

/** A plan whose `run` answers with one text. */
export function planText(plan: Omit<Plan, 'run'>, run: (context: RunContext) => Promise<string>): Plan {
  return { ...plan, run: async (context) => ({ parts: [{ type: 'text', text: await run(context) }] }) };
}

/**
 * The same planning, but what it finds out about a file is told only to whoever may read it: the failure becomes a call that may be made.
 * Otherwise a model could ask for changes to learn what is in a file.
 */
export function deferFailures(
  { name, effect }: Pick<Tool, 'name' | 'effect'>,
  plan: Tool['plan'],
  { places }: Workspace,
): Tool['plan'] {
  return async (input, signal) => {
    try {
      return await plan(input, signal);
    } catch (error) {
      if (!(error instanceof PlaceError)) throw toNameless(error);
      const reading = error.places.map((place) => toAccess('read', place));
      const failing = {
        summary: `${name} ${error.places.map(({ path }) => places.quote(path)).join(', ')}`,
        run: () => Promise.reject(error),
      };
      if (effect !== 'write') return { ...failing, accesses: reading };
      return {
        ...failing,
        accesses: error.places.map((place) => toAccess('write', place)),
        tells: reading,
        preview: { type: 'text', text: `Nothing is changed. A yes tells the model why: ${error.message}` },
      };
    }
  };
}

/** What the system says names real paths, and tells what is there. */
function toNameless(error: unknown): unknown {
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return isOfSystem ? new ToolError('A path of this call cannot be looked at.') : error;
}

/** Throws ToolError if a path leads to another place than the one that was approved. */
export async function checkSame(
  { places }: Workspace,
  path: string,
  place: Place,
  signal: AbortSignal,
): Promise<Place> {
  const now = await places.locate(path, 'read', signal);
  // A file may have become special only by what is in it.
  if (now.path !== place.path || (now.special ?? place.special) !== place.special)
    throw createMovedError(places.show(place.path));
  return { ...now, special: place.special };
}

export function createMovedError(shown: string): ToolError {
  return new ToolError(`${shown} is not what it was when it was approved. Call the tool again.`);
}

/** A plan that changes files, all or none. `done` is what the model is told then. */
export function planEdits(
  { places }: Workspace,
  {
    edits,
    touched,
    summary,
    done,
  }: { edits: readonly FileEdit[]; touched: readonly Place[]; summary: string; done: string },
): Plan {
  const files = edits.map(({ path, before, after, movedFrom }) => ({
    path,
    before: before?.text,
    after,
    ...(movedFrom !== undefined && { movedFrom }),
  }));
  return {
    accesses: touched.map((place) => toAccess('write', place)),
    summary,
    preview: { type: 'diff', files },
    async run({ signal }) {
      signal.throwIfAborted();
      const changes = changeFiles(edits, places.show);
      return { parts: [{ type: 'text', text: done }], changes };
    },
  };
}

/**
 * Does work of other rooms. Their failures with a sentence for people are failures that the model is told, in the same letters: a sentence may begin
 * with a URL or with the name of a file.
 */
export async function tellFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CliError) throw new ToolError(`${error.message}.`);
    throw error;
  }
}
