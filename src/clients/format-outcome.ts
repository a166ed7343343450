import type { FileOutcome } from './apply-setup.ts';
import { describePath, type Machine } from './place.ts';
import type { UndoOutcome } from './undo-setup.ts';

const stateWords: Record<FileOutcome['state'], string> = {
  created: 'is new',
  changed: 'is changed',
  unchanged: 'says all of this already',
};

/** What changed in each file, line by line, for a person. Ends with a newline. */
export function formatApplied(outcomes: readonly FileOutcome[], machine: Machine): string {
  return outcomes
    .flatMap(({ path, state, backup, lines }) => [
      `${describePath(path, machine)} ${stateWords[state]}${state === 'unchanged' ? '.' : ':'}`,
      ...lines.map(({ kind, text }) => `${kind === 'added' ? '+' : '-'} ${text}`),
      ...(backup === undefined ? [] : [`What it was is kept in ${describePath(backup, machine)}.`]),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** What became of each file, for a person. Ends with a newline. */
export function formatUndone(outcomes: readonly UndoOutcome[], machine: Machine): string {
  return outcomes
    .map(({ path, state, left }) => `${describePath(path, machine)} ${describeUndone(state, left)}\n`)
    .join('');
}

function describeUndone(state: UndoOutcome['state'], left: readonly string[]): string {
  switch (state) {
    case 'restored':
      return 'is what it was before.';
    case 'removed':
      return 'is removed; it was not there before.';
    case 'gone':
      return 'is no longer there; nothing was to be undone.';
    case 'taken-back': {
      const others = left.length === 0 ? '' : ` These have other values now, and stay: ${left.join(', ')}.`;
      return `was changed by somebody since; only what copilot-cli wrote is taken back.${others}`;
    }
  }
}
