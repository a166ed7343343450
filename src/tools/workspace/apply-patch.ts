import type { JsonObject } from '../../json-value.ts';
import { type FileEdit, readVersion } from '../change-files.ts';
import { type Plan, ToolError } from '../tool.ts';
import { changeAround } from './change-around.ts';
import { readText } from './input.ts';
import { applyChunks, type Chunk, type PatchStep, parsePatch } from './patch.ts';
import { createMissingError, findOut, type Place, PlaceError } from './places.ts';
import { planEdits } from './plans.ts';
import { judgeContent } from './secret-content.ts';
import type { Workspace } from './workspace.ts';

/** `acts` is what a person reads, `words` what the model is told. */
type Draft = { edits: FileEdit[]; touched: Place[]; acts: string[]; words: string[] };

export async function planPatch(input: JsonObject, workspace: Workspace, signal: AbortSignal): Promise<Plan> {
  const draft: Draft = { edits: [], touched: [], acts: [], words: [] };
  const steps = parsePatch(readText(input, 'input'));
  const all = await locateAll(steps, workspace, signal);
  try {
    for (const step of steps) await addStep(step, draft, all, workspace, signal);
  } catch (error) {
    // That a step failed tells something of all, and which one: whoever hears it must be allowed to change all of them.
    throw error instanceof ToolError ? new PlaceError(all, error.message) : error;
  }
  const { edits, touched, acts, words } = draft;
  return planEdits(workspace, {
    edits,
    touched,
    summary: `apply_patch ${acts.join(', ')}`,
    done: words.join('\n'),
  });
}

/** The places of all steps, each once, before anything of them is looked at. */
async function locateAll(
  steps: readonly PatchStep[],
  { places }: Workspace,
  signal: AbortSignal,
): Promise<Place[]> {
  const found = new Map<string, Place>();
  for (const [path, reads] of steps.flatMap(listPaths)) {
    const located = await places.locate(path, reads ? 'edit' : 'write', signal).then(
      (place) => [place],
      (error: unknown) => {
        if (error instanceof PlaceError) return error.places;
        throw error;
      },
    );
    for (const place of located) {
      judgeIfReadable(place);
      found.set(place.path, place);
    }
  }
  return [...found.values()];
}

/** What cannot be read fails again at its step. */
function judgeIfReadable(place: Place): void {
  try {
    judgeContent(place);
  } catch {}
}

/** With whether the patch tells what is in the file. */
function listPaths(step: PatchStep): [path: string, reads: boolean][] {
  const moved = step.type === 'update' && step.moveTo !== undefined ? step.moveTo : undefined;
  return [
    [step.path, step.type === 'update'],
    ...(moved === undefined ? [] : [[moved, false] as [string, boolean]]),
  ];
}

async function addStep(
  step: PatchStep,
  draft: Draft,
  all: readonly Place[],
  workspace: Workspace,
  signal: AbortSignal,
): Promise<void> {
  const { places } = workspace;
  const touch = async (path: string, reads = false): Promise<{ place: Place; shown: string }> => {
    const located = await places.locate(path, reads ? 'edit' : 'write', signal);
    const special = located.special ?? all.find((other) => other.path === located.path)?.special;
    const place: Place = { ...located, special };
    const shown = places.show(place.path);
    if (place.stats?.isDirectory()) throw new ToolError(`${shown} is a folder.`);
    if (draft.touched.some((other) => other.path === place.path))
      throw new ToolError(`The patch names ${shown} twice. Put all changes of a file into one step.`);
    draft.touched.push(place);
    return { place, shown };
  };
  const { place, shown } = await touch(step.path, step.type === 'update');
  const quoted = places.quote(place.path);
  if (step.type === 'add') {
    if (place.stats) throw new ToolError(`${shown} exists already. Update it.`);
    draft.edits.push({ path: place.path, before: undefined, after: step.text });
    draft.acts.push(`add ${quoted}`);
    draft.words.push(`${shown} is created.`);
    return;
  }
  const before = findOut(place, step.path, () => readVersion(place.path, shown));
  if (!before) throw createMissingError(place, step.path);
  if (step.type === 'delete') {
    draft.edits.push({ path: place.path, before, after: undefined });
    draft.acts.push(`delete ${quoted}`);
    draft.words.push(`${shown} is deleted.`);
    return;
  }
  const after = changeAround(before.text, { shown, typed: step.chunks.flatMap(listTyped) }, (text, hide) =>
    applyChunks(
      text,
      step.chunks.map((chunk) => hideChunk(chunk, hide)),
      shown,
    ),
  );
  if (step.moveTo === undefined) {
    draft.edits.push({ path: place.path, before, after });
    draft.acts.push(`change ${quoted}`);
    draft.words.push(`${shown} is changed.`);
    return;
  }
  const target = await touch(step.moveTo);
  if (target.place.stats) throw new ToolError(`${target.shown} exists already.`);
  // The new one first: whoever stops between the two has both.
  draft.edits.push({
    path: target.place.path,
    before: undefined,
    after,
    mode: before.mode,
    movedFrom: place.path,
  });
  draft.edits.push({ path: place.path, before, after: undefined });
  draft.acts.push(`move ${quoted} to ${places.quote(target.place.path)}`);
  draft.words.push(`${shown} is moved to ${target.shown}.`);
}

function listTyped({ anchor = '', lines }: Chunk): string[] {
  return [anchor, ...lines.map(({ text }) => text)];
}

function hideChunk({ anchor, lines, isAtEnd }: Chunk, hide: (typed: string) => string): Chunk {
  return {
    anchor: anchor && hide(anchor),
    lines: lines.map(({ kind, text }) => ({ kind, text: kind === 'added' ? text : hide(text) })),
    isAtEnd,
  };
}
