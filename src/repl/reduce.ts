import { createDraft } from './composer/draft.ts';
import { addUsage, noFacts } from './facts.ts';
import type { ReplAction, ReplState } from './state.ts';

export const initialState: ReplState = {
  draft: createDraft(),
  isPlaced: false,
  queue: [],
  isHeld: false,
  revision: undefined,
  attachments: [],
  work: undefined,
  dialog: undefined,
  waitingDialog: undefined,
  help: undefined,
  hint: undefined,
  facts: noFacts,
};

export function reduce(state: ReplState, action: ReplAction): ReplState {
  switch (action.type) {
    case 'draft':
      // Candidates are for what was typed before.
      return {
        ...state,
        draft: action.draft,
        isPlaced: action.isPlaced ?? false,
        help: state.help?.type === 'completion' ? undefined : state.help,
      };
    case 'queued':
      return { ...state, queue: [...state.queue, action.prompt] };
    case 'queue':
      return { ...state, queue: action.queue };
    case 'held':
      return state.isHeld === action.isHeld ? state : { ...state, isHeld: action.isHeld };
    case 'revision':
      return state.revision === action.revision ? state : { ...state, revision: action.revision };
    case 'attachments':
      return { ...state, attachments: action.attachments };
    case 'work-began':
      return { ...state, work: { label: action.label, startedAt: action.at, wait: undefined } };
    case 'work-label':
      return { ...state, work: state.work && { ...state.work, label: action.label, wait: undefined } };
    case 'wait-began':
      return {
        ...state,
        work: state.work && { ...state.work, wait: { reason: action.reason, until: action.until } },
      };
    case 'work-ended':
      return { ...state, work: undefined };
    case 'dialog':
      return action.waits
        ? { ...state, dialog: undefined, waitingDialog: action.dialog }
        : { ...state, dialog: action.dialog, waitingDialog: undefined };
    case 'dialog-seen':
      // Another one may stand there by now.
      return state.dialog === action.dialog
        ? { ...state, dialog: { ...action.dialog, isSeen: true } }
        : state;
    case 'help':
      return { ...state, help: action.help };
    case 'hint':
      return { ...state, hint: action.hint };
    case 'facts':
      return { ...state, facts: { ...state.facts, ...action.facts } };
    case 'usage':
      return { ...state, facts: addUsage(state.facts, action) };
    default:
      return action satisfies never;
  }
}
