import type { FileChange } from '../conversation/conversation.ts';
import { changeFile, describeReason, hashText, readHash } from './change-files.ts';

/**
 * What became of a file: it is as it was (`restored`), what was created is removed (`removed`), somebody changed it since (`kept`), somebody
 * removed it since (`gone`), nobody knows what it was (`lost`), or the system refused (`failed`, with the reason for the end of a sentence).
 */
export type Undone = {
  path: string;
  state: 'restored' | 'removed' | 'kept' | 'gone' | 'lost' | 'failed';
  reason?: string;
};

/**
 * Takes back the changes of a round, in the order in which they were made: the last one first. A file that is not what the call left stays as
 * it is, with all its earlier changes. Folders that were created stay. One result a file, in the order of the first changes. With `isTrial`,
 * nothing is changed, and only the last change of each file is looked at.
 */
export function undoChanges(
  changes: readonly FileChange[],
  { isTrial = false }: { isTrial?: boolean } = {},
): Undone[] {
  const results = new Map<string, Undone>(changes.map(({ path }) => [path, { path, state: 'kept' }]));
  const finished = new Set<string>();
  for (const change of [...changes].reverse()) {
    if (finished.has(change.path)) continue;
    const undone = undoChange(change, isTrial);
    results.set(change.path, undone);
    if (isTrial || (undone.state !== 'restored' && undone.state !== 'removed')) finished.add(change.path);
  }
  return [...results.values()];
}

function undoChange({ path, before, after, isLost }: FileChange, isTrial: boolean): Undone {
  try {
    const now = readHash(path);
    if (now === undefined && after !== undefined) return { path, state: 'gone' };
    if (now?.hash !== after) return { path, state: 'kept' };
    if (isLost) return { path, state: 'lost' };
    // What it was and is does not matter here, but whether it was and is.
    const current = now && { text: '', mode: now.mode };
    if (before === undefined && current === undefined) return { path, state: 'restored' };
    if (!isTrial) changeFile({ path, before: current, after: before });
    return { path, state: before === undefined ? 'removed' : 'restored' };
  } catch (error) {
    return { path, state: 'failed', reason: describeReason(error) };
  }
}

/**
 * What becomes of a file when the changes of a round are made again: it already is what they made (`same`), it is made so (`redone`), it is
 * removed (`removed`), it is none of the things that it was then (`kept`), what was made of it is not known (`unknown`), or the system refused
 * (`failed`).
 */
export type Redone = {
  path: string;
  state: 'same' | 'redone' | 'removed' | 'kept' | 'unknown' | 'failed';
  reason?: string;
};

/** Makes the changes of a round again after they were taken back, each file as a whole. With `isTrial`, nothing is changed. */
export function redoChanges(
  changes: readonly FileChange[],
  { isTrial = false }: { isTrial?: boolean } = {},
): Redone[] {
  const paths = [...new Set(changes.map(({ path }) => path))];
  return paths.map((path) =>
    redoFile(
      path,
      changes.filter((change) => change.path === path),
      isTrial,
    ),
  );
}

function redoFile(path: string, changes: readonly FileChange[], isTrial: boolean): Redone {
  const { after, made } = changes.at(-1) as FileChange;
  try {
    const now = readHash(path);
    if (now?.hash === after) return { path, state: 'same' };
    const isAsBefore = changes.some(
      ({ before, isLost }) => !isLost && now?.hash === (before === undefined ? undefined : hashText(before)),
    );
    if (!isAsBefore) return { path, state: 'kept' };
    if (after !== undefined && made === undefined) return { path, state: 'unknown' };
    if (!isTrial) changeFile({ path, before: now && { text: '', mode: now.mode }, after: made });
    return { path, state: after === undefined ? 'removed' : 'redone' };
  } catch (error) {
    return { path, state: 'failed', reason: describeReason(error) };
  }
}
