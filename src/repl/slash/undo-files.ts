import { relative } from 'node:path';
import type { FileChange, Turn } from '../../conversation/conversation.ts';
import { describeCount } from '../../describe-count.ts';
import { isInside } from '../../is-inside.ts';
import { showName, toOneLine } from '../../terminal-text.ts';
import type { Redone, Undone } from '../../tools/undo.ts';
import type { ReplApp } from '../app.ts';

/** What the calls of these turns changed, in the order in which they did. */
export function listChanges(turns: readonly Turn[]): FileChange[] {
  return turns.flatMap((turn) =>
    turn.role === 'assistant' ? (turn.results ?? []).flatMap(({ changes }) => changes ?? []) : [],
  );
}

/** Asks whether files are put back as they were, too, if that is possible for any. Undefined if the person leaves the question. */
export async function askForFiles(
  { dialogs, context }: Pick<ReplApp, 'dialogs' | 'context'>,
  changes: readonly FileChange[],
): Promise<boolean | undefined> {
  const { undoChanges } = await import('../../tools/undo.ts');
  const ready = undoChanges(changes, { isTrial: true }).filter(isUndone);
  const names = ready.map(({ path }) => nameFile(context.cwd, path));
  // What stays as it is has its reason, which is told.
  if (names.length === 0) return true;
  const picked = await dialogs.pick('The model changed files. Put them back, too?', [
    { text: `yes, ${describeCount(names.length, 'file')}`, description: names.join(', '), isYes: true },
    { text: 'no, only the conversation', description: '', isYes: false },
  ]);
  return picked?.isYes;
}

/** Puts them back, and tells of each what became of it. */
export async function putBackFiles(
  { transcript, context }: Pick<ReplApp, 'transcript' | 'context'>,
  changes: readonly FileChange[],
): Promise<void> {
  const { undoChanges } = await import('../../tools/undo.ts');
  for (const undone of undoChanges(changes)) {
    transcript.notice(
      `${nameFile(context.cwd, undone.path)} ${describeEnd(undone)}.`,
      isUndone(undone) ? 'dim' : 'warning',
    );
  }
}

function isUndone({ state }: Undone): boolean {
  return state === 'restored' || state === 'removed';
}

/**
 * Asks whether changes that an undo took back are made again, if there are any. Gives what does it, or leaves the files as they are, and tells
 * of each that is not what the model made of it. Undefined if the person leaves the question.
 */
export async function askToRedo(
  { dialogs, transcript, context }: Pick<ReplApp, 'dialogs' | 'transcript' | 'context'>,
  changes: readonly FileChange[],
): Promise<(() => void) | undefined> {
  const { redoChanges } = await import('../../tools/undo.ts');
  const possible = redoChanges(changes, { isTrial: true });
  const ready = possible.filter(isRedone).map(({ path }) => nameFile(context.cwd, path));
  let isYes = false;
  if (ready.length > 0) {
    const picked = await dialogs.pick('Files of this answer were put back. Change them again, too?', [
      { text: `yes, ${describeCount(ready.length, 'file')}`, description: ready.join(', '), isYes: true },
      { text: 'no, only the conversation', description: '', isYes: false },
    ]);
    if (!picked) return undefined;
    isYes = picked.isYes;
  }
  return () => {
    for (const end of isYes ? redoChanges(changes) : possible) {
      const sentence = !isYes && isRedone(end) ? 'stays as it was before the answer' : describeRedone(end);
      if (sentence !== undefined)
        transcript.notice(
          `${nameFile(context.cwd, end.path)} ${sentence}.`,
          isRedone(end) ? 'dim' : 'warning',
        );
    }
  };
}

function isRedone({ state }: Redone): boolean {
  return state === 'redone' || state === 'removed';
}

/** Undefined if the file is what the model made of it. */
function describeRedone({ state, reason }: Redone): string | undefined {
  switch (state) {
    case 'same':
      return undefined;
    case 'redone':
      return 'is again as the model left it';
    case 'removed':
      return 'is removed again';
    case 'unknown':
      return 'stays as it was before the answer: what the model made of it is not kept';
    case 'kept':
      return 'stays as it is: somebody changed it since';
    case 'failed':
      return `could not be changed again: ${toOneLine(reason ?? 'the system refused')}`;
    default:
      return state satisfies never;
  }
}

function describeEnd({ state, reason }: Undone): string {
  switch (state) {
    case 'restored':
      return 'is as it was before';
    case 'removed':
      return 'is removed: it was not there before';
    case 'kept':
      return 'stays as it is: somebody changed it since';
    case 'gone':
      return 'was removed by somebody since, and is not put back';
    case 'lost':
      return 'stays as it is: the copy of what it was is gone or damaged';
    case 'failed':
      return `could not be put back: ${toOneLine(reason ?? 'the system refused')}`;
    default:
      return state satisfies never;
  }
}

function nameFile(folder: string, path: string): string {
  return showName(isInside(path, folder) && path !== folder ? relative(folder, path) : path);
}
