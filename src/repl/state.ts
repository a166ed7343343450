import type { Model } from '../copilot/model.ts';
import { createDraft, type Draft } from './composer/draft.ts';
import type { KeyBinding } from './composer/key-bindings.ts';
import type { ApprovalDialog } from './dialogs/approval.ts';
import type { ConfirmDialog, Dialog } from './dialogs/dialog.ts';
import { type AnswerUsage, addUncounted, addUsage, type Facts, noFacts } from './facts.ts';
import type { SentPrompt } from './turns/attachment.ts';

/** Everything that the live part of the screen shows. */
export type ReplState = {
  draft: Draft;
  /** Whether a command or a failure put the draft there, and the person has not edited it. */
  isPlaced: boolean;
  /** The same, edited or not: it was said before what waits. */
  isReturned: boolean;
  /** A draft that was put aside with Ctrl+S. It is kept on the disk like a prompt that waits. */
  stash: Stash | undefined;
  /** The draft that a command is typed in the place of. It returns when the command is sent or cleared. */
  setAside: Draft | undefined;
  /** The mode of vi mode, in a word. Undefined if it is off. */
  viMode: string | undefined;
  /** Whether a command of vi mode is begun and not complete. */
  isViPending: boolean;
  /** Prompts that were sent during an answer and wait for its end, the oldest first. */
  queue: readonly SentPrompt[];
  /** Whether waiting prompts are held until the person sends them: an answer was stopped, or did not come. */
  isHeld: boolean;
  /** The earlier prompt that is being edited, until it is sent. */
  revision: Revision | undefined;
  /** The attachments of the next prompt, in words. */
  attachments: readonly string[];
  work: Work | undefined;
  /** The open question. It takes the keys until it is answered. */
  dialog: Dialog | undefined;
  /** A question that came while the person was typing. It takes no keys until they turn to it. */
  waitingDialog: Dialog | undefined;
  /** Help with the draft: candidates, or a search in earlier prompts. */
  help: ComposerHelp | undefined;
  /** A sentence about what a key does now. It disappears with the next key, and when work begins or ends. */
  hint: string | undefined;
  /** Whether the person has never asked anything. */
  isNewcomer: boolean;
  facts: Facts;
};

/** The draft with its cursor and pastes, and as it would be sent. */
export type Stash = { draft: Draft; prompt: SentPrompt };

/** When the draft is sent, the conversation continues from before this prompt. Until then it stays where it is. */
type Revision = {
  /** The id of the turn, and its conversation. */
  turn: string;
  conversation: string;
  /** Which prompt of the branch it is, from 1. */
  number: number;
};

/** What Enter will do, and the key that cancels. */
export function describeRevision({ number }: Revision, key: string): string {
  return `Enter sends this in place of prompt ${number} · ${key} cancels`;
}

export type Work = {
  label: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** How much of an answer came, in UTF-16 code units. */
  received: number;
  /** Set while a request waits to be sent again. */
  wait: { reason: string; until: number } | undefined;
};

export type Candidate = {
  text: string;
  description: string;
  /** The text that the list shows instead. */
  label?: string;
  /** Facts in columns of their own, before the description. */
  cells?: readonly string[];
  /** Whether this is the value in force. */
  isCurrent?: boolean;
  /** Inserted behind the text if nothing else follows: a space after a complete word. */
  ending?: string;
  /** What may or must follow, as help shows it. */
  parameters?: string;
  /** Whether it is another name of a command. Enter takes it only if all of it was typed. */
  isAlias?: boolean;
  /** Whether Enter runs the command with it. */
  isComplete?: boolean;
  /** Whether the command asks for the values that are not given. */
  asks?: boolean;
};

export type ComposerHelp =
  | {
      type: 'completion';
      candidates: readonly Candidate[];
      /** All candidates of the list, by which its columns are measured. */
      measured: readonly Candidate[];
      /** What Enter takes. Undefined if it sends the draft as it is. */
      selected: number | undefined;
      /** What Enter does, if it takes a candidate: `Enter runs /model`. */
      enter: string | undefined;
      /** What the selected candidate adds to the draft, shown behind the cursor. */
      ghost: string;
      /** The rows that the list keeps, however few candidates are left. */
      height: number;
    }
  /** The keys, for somebody who typed only `?`. */
  | { type: 'keys'; bindings: readonly KeyBinding[]; isVi: boolean }
  | { type: 'history-search'; query: string; found: string | undefined; failed: boolean };

export type ReplAction =
  | { type: 'draft'; draft: Draft; isPlaced?: boolean }
  | { type: 'stash'; stash: Stash | undefined }
  | { type: 'set-aside'; draft: Draft | undefined }
  | { type: 'vi-mode'; viMode: string | undefined; isPending: boolean }
  | { type: 'queued'; prompt: SentPrompt }
  | { type: 'queue'; queue: readonly SentPrompt[] }
  | { type: 'held'; isHeld: boolean }
  | { type: 'revision'; revision: Revision | undefined }
  | { type: 'attachments'; attachments: readonly string[] }
  | { type: 'work-began'; label: string; at: number }
  | { type: 'work-label'; label: string }
  | { type: 'work-received'; length: number }
  | { type: 'wait-began'; reason: string; until: number }
  | { type: 'work-ended' }
  | { type: 'dialog'; dialog: Dialog | undefined; waits?: boolean }
  /** `shown` is what it has become by now. */
  | {
      type: 'dialog-seen';
      dialog: ConfirmDialog | ApprovalDialog;
      shown: ConfirmDialog | ApprovalDialog;
    }
  | { type: 'help'; help: ComposerHelp | undefined }
  | { type: 'hint'; hint: string | undefined }
  | { type: 'newcomer' }
  | { type: 'facts'; facts: Partial<Facts> }
  | ({ type: 'usage' } & AnswerUsage)
  | { type: 'uncounted'; model: Model | undefined };

export type Dispatch = (action: ReplAction) => void;

export const initialState: ReplState = {
  draft: createDraft(),
  isPlaced: false,
  isReturned: false,
  stash: undefined,
  setAside: undefined,
  viMode: undefined,
  isViPending: false,
  queue: [],
  isHeld: false,
  revision: undefined,
  attachments: [],
  work: undefined,
  dialog: undefined,
  waitingDialog: undefined,
  help: undefined,
  hint: undefined,
  isNewcomer: false,
  facts: noFacts,
};

/** Whether keys are typed into the search of earlier prompts. */
export function isSearching({ help }: ReplState): boolean {
  return help?.type === 'history-search';
}

/** Whether Esc ends something in the composer: a menu, the keys, a search, or a mode or a begun command of vi. */
export function isEscapeForDraft({ help, viMode, isViPending, draft }: ReplState): boolean {
  if (help || isViPending) return true;
  // With nothing to edit, insert mode needs no end.
  return viMode === 'insert' ? draft.text !== '' : viMode !== undefined && viMode !== 'normal';
}

export function reduce(state: ReplState, action: ReplAction): ReplState {
  switch (action.type) {
    case 'draft':
      // The candidates were for the draft before.
      return {
        ...state,
        draft: action.draft,
        isPlaced: action.isPlaced ?? false,
        isReturned: action.isPlaced === true || (state.isReturned && action.draft.text !== ''),
        help: state.help?.type === 'history-search' ? state.help : undefined,
      };
    case 'stash':
      return { ...state, stash: action.stash };
    case 'set-aside':
      return { ...state, setAside: action.draft };
    case 'vi-mode':
      return state.viMode === action.viMode && state.isViPending === action.isPending
        ? state
        : { ...state, viMode: action.viMode, isViPending: action.isPending };
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
      return {
        ...state,
        work: { label: action.label, startedAt: action.at, received: 0, wait: undefined },
        hint: undefined,
      };
    case 'work-label':
      return { ...state, work: state.work && { ...state.work, label: action.label, wait: undefined } };
    case 'work-received':
      return { ...state, work: state.work && { ...state.work, received: action.length } };
    case 'wait-began':
      return {
        ...state,
        work: state.work && { ...state.work, wait: { reason: action.reason, until: action.until } },
      };
    case 'work-ended':
      return { ...state, work: undefined, hint: undefined };
    case 'dialog':
      return action.waits
        ? { ...state, dialog: undefined, waitingDialog: action.dialog }
        : { ...state, dialog: action.dialog, waitingDialog: undefined };
    case 'dialog-seen':
      // Another dialog may be open by now.
      return state.dialog === action.dialog ? { ...state, dialog: { ...action.shown, isSeen: true } } : state;
    case 'help':
      return { ...state, help: action.help };
    case 'hint':
      return { ...state, hint: action.hint };
    case 'newcomer':
      return { ...state, isNewcomer: true };
    case 'facts':
      return { ...state, facts: { ...state.facts, ...action.facts } };
    case 'usage':
      return { ...state, isNewcomer: false, facts: addUsage(state.facts, action) };
    case 'uncounted':
      // A request that is to be sent again was refused.
      if (state.work?.wait) return state;
      return { ...state, facts: addUncounted(state.facts, action.model) };
    default:
      return action satisfies never;
  }
}
