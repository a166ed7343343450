import { toTyped } from '../../prompt-text.ts';
import { quietMs } from '../../terminal/waits.ts';
import { readMark, readMarks } from '../composer/pasted-marks.ts';
import { readDraft } from '../composer/pastes.ts';
import { describeWaitingDialog } from '../dialogs/dialog.ts';
import { fullShare, toContextShare } from '../facts.ts';
import { isCommand } from '../is-command.ts';
import { sendsWithQueue } from '../queue-keys.ts';
import { describeRevision, isEscapeForDraft, type ReplState } from '../state.ts';
import { isWordCommand, wordCommands } from '../word-commands.ts';

/** What stands beside the status: keys that fit the moment, the most important first, or a sentence that must be seen. */
export type KeyHints = {
  keys: readonly string[];
  sentence?: string | undefined;
  /** Whether something is going on, so that what stands above changes by itself. */
  isBusy: boolean;
};

/** Longer than the name of any command, in UTF-16 code units. */
const longestBeginning = 200;

/** The keys that somebody needs now. It runs for each frame, so it looks only at the beginning of the draft. */
export function describeKeys(
  state: ReplState,
  now: number,
  nameKeys: (hint: string) => string = (hint) => hint,
): KeyHints {
  const { work } = state;
  // What takes only a moment is not shown.
  const isBusy = work !== undefined && (work.received > 0 || now - work.startedAt >= quietMs);
  const [keys, sentence] = [listKeys(state, isBusy), findSentence(state)];
  // The keys of a question are the same for everybody.
  if (state.dialog || state.waitingDialog) return { keys, sentence, isBusy };
  return {
    keys: keys.map(nameKeys).filter((hint) => hint !== ''),
    sentence: sentence && (nameKeys(sentence) || undefined),
    isBusy,
  };
}

function findSentence(state: ReplState): string | undefined {
  const { dialog, waitingDialog, hint, revision } = state;
  if (hint !== undefined) return hint;
  if (waitingDialog) return describeWaitingDialog(waitingDialog, { takesEscape: !isEscapeForDraft(state) });
  if (dialog) return undefined;
  if (revision && !describeWord(state)) return describeRevision(revision, 'Esc');
  return beginsAsCommand(state.draft) ? 'Pasted, so it is no command: Enter sends it as text' : undefined;
}

function listKeys(state: ReplState, isBusy: boolean): string[] {
  const { dialog, help, work, draft, facts } = state;
  const stop = isBusy ? ['Esc stops'] : [];
  if (dialog) return dialog.type === 'text' ? ['Enter answers', 'Esc closes'] : [];
  // These name their own keys.
  if (help) return [];
  if (/\S/.test(draft.text.slice(0, longestBeginning))) return [...stop, ...listDraftKeys(state)];
  if (work) return stop;
  const isFull = (toContextShare(facts) ?? 0) >= fullShare;
  return isFull ? ['/compact makes room', '? keys'] : ['/ commands', '? keys'];
}

/** A prompt that came back by itself may be in the way of the next one. */
function listDraftKeys(state: ReplState): string[] {
  // Said beside the prompts that wait.
  if (sendsWithQueue(state)) return ['Ctrl+J new line'];
  const enter = describeEnter(state);
  if (!state.isPlaced || state.work) return [enter, 'Ctrl+J new line'];
  const clear = 'Ctrl+C clears it';
  // What Enter does is less plain where others wait.
  return state.queue.length > 0 ? [enter, clear] : [clear, enter];
}

/** Whether the draft would be a command if its beginning had been typed. */
function beginsAsCommand({ text }: ReplState['draft']): boolean {
  const beginning = text.slice(0, longestBeginning).trimStart();
  const first = readMark(beginning.charAt(0));
  if (first === undefined || first === '@') return false;
  return isCommand(toTyped(readMarks(beginning)));
}

/** What Enter does with a word that is no prompt, such as `exit`. */
function describeWord({ draft }: ReplState): string | undefined {
  if (draft.text.length > longestBeginning) return undefined;
  const word = draft.text.trim().toLowerCase();
  if (!Object.hasOwn(wordCommands, word) || !isWordCommand(readDraft(draft))) return undefined;
  return wordCommands[word] === '/exit' ? 'Enter leaves' : `Enter runs ${wordCommands[word]}`;
}

function describeEnter(state: ReplState): string {
  const { draft, work, queue, isHeld } = state;
  const { text } = draft;
  const isBusy = work !== undefined;
  const word = describeWord(state);
  if (word !== undefined) return word;
  if (text.startsWith('!')) return isBusy ? 'Enter runs it later' : 'Enter runs it';
  if (/^\/[a-z?]/i.test(text)) return 'Enter runs it';
  if (isBusy || (queue.length > 0 && !isHeld)) return 'Enter queues';
  return queue.length > 0 ? 'Enter sends only this' : 'Enter sends';
}
