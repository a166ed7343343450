import { joinTexts, type PromptText, sliceText, toData, toTyped } from '../../prompt-text.ts';
import { cutSafely } from '../../terminal/safe-width.ts';
import { showHidden } from '../../terminal/show-hidden.ts';
import { toOneLine } from '../../terminal-text.ts';
import { filterItems } from '../completion/rank.ts';
import { cleanText } from '../composer/draft.ts';
import { type Key, spellKey } from '../keys/key.ts';
import { type ApprovalDialog, type Decision, describeLeaving, isOtherWords } from './approval.ts';
import { stepText, type TextDialog } from './text-dialog.ts';

export type PickItem = {
  /** The name: shown first, and what the filter looks at first. */
  text: string;
  /** Facts in columns of their own, the most important first. */
  cells?: readonly string[];
  /** Words that take the rest of the row. */
  description: string;
  /** Whether this is the value in force. */
  isCurrent?: boolean;
  /** Why it cannot be picked, and what would change that. */
  refusal?: string;
  /** What Left and Right choose beside the item. It is shown in the first column behind the name. */
  option?: { values: readonly string[]; index: number };
  /** Painted lines that show an example while the item is selected. */
  sample?: readonly string[];
};

/** A question. It takes the keys until it is answered. */
export type Dialog = PickDialog | ConfirmDialog | TextDialog | ApprovalDialog;

export type PickDialog = {
  type: 'pick';
  title: string;
  items: readonly PickItem[];
  /** What other keys do with the selected item. */
  acts?: readonly PickAct[];
  /** What Enter does: `picks`, if nothing else is said. */
  enter?: string;
  /** What the columns behind the name are called, the option first if items have one, the description last. */
  columns?: readonly string[];
  /** What Tab does instead of Enter: two labels, such as `this conversation` and `also new ones`, and the word that means Tab in plain lines. */
  ways?: { enter: string; tab: string; word: string };
  /** The item that was asked for and cannot be picked. */
  refused?: PickItem | undefined;
  filter: string;
  /** The same as it came, with the lines of pastes, for the draft of somebody who meant a prompt. Undefined until a key changes the filter. */
  entered?: PromptText;
  /** An index among the items that match the filter. */
  selected: number;
};

/** What Enter does in a list that is only looked at, but for its acts. */
export const enterCloses = 'closes';

/** The act of Tab in a list that can be answered in two ways. */
export const secondWay = 'second way';

/** `keys` are names such as `shift+up`. `label` says at the list what they do. In plain lines its name is typed behind the number. */
export type PickAct = { name: string; keys: readonly string[]; label?: string };

export type ConfirmDialog = {
  type: 'confirm';
  question: string;
  /** What Enter alone means. */
  byDefault: boolean;
  /** Set after a moment: keys that came before were meant for something else. */
  isSeen?: boolean;
  /** The answer so far. Enter gives it: a letter may be the first of a prompt. */
  typed?: string;
  /** It was entered before the question was read, so other words begin anew. */
  isEntered?: boolean;
};

/** A waiting question in one line. Its keys, unless Esc is for the composer first. */
export function describeWaitingDialog(dialog: Dialog, { takesEscape } = { takesEscape: true }): string {
  const keys = (leaves: string): string => ` · Tab answers${takesEscape ? `, Esc ${leaves}` : ''}`;
  if (dialog.type === 'approval')
    return `${cutSafely(showHidden(dialog.question), longestQuestion)}${quoteFirst(dialog)}${keys(describeLeaving(dialog))}`;
  if (dialog.type === 'confirm') return dialog.question + keys('says no');
  return (dialog.type === 'pick' ? dialog.title : dialog.question) + keys('closes it');
}

/** In cells. */
const longestQuestion = 160;
const longestQuote = 60;

/** The beginning of what is asked about, such as a command. A change has its file in the question. */
function quoteFirst({ body: [first, ...others] }: ApprovalDialog): string {
  if (first?.kind !== 'text' && first?.kind !== 'quoted') return '';
  const text = toOneLine(showHidden(first.text)) + (others.length > 0 ? ' …' : '');
  return ` ${cutSafely(text, longestQuote)}`;
}

/** The items that match the filter, the best first. */
export function listMatches({ items, filter }: PickDialog): readonly PickItem[] {
  return filterItems(items, filter);
}

/** The value that Left and Right chose. */
export function readOption({ option }: PickItem): string | undefined {
  return option?.values[option.index];
}

/** What a key does to a question: another state, or its end. */
export type DialogStep =
  | { dialog: Dialog }
  | { decided: Decision | undefined }
  | { picked: PickItem | undefined; act?: string }
  | { confirmed: boolean }
  | { entered: string | undefined };

/** A question of approval has its own steps. */
export function stepDialog(dialog: Exclude<Dialog, ApprovalDialog>, key: Key): DialogStep {
  switch (dialog.type) {
    case 'pick':
      return stepPick(dialog, key);
    case 'confirm':
      return stepConfirm(dialog, key);
    case 'text':
      return stepText(dialog, key);
    default:
      return dialog satisfies never;
  }
}

/** How far a page key goes. */
const page = 10;

function stepPick({ refused: _, ...dialog }: PickDialog, key: Key): DialogStep {
  const matches = listMatches(dialog);
  const { length } = matches;
  const select = (index: number): DialogStep => ({
    dialog: { ...dialog, selected: Math.min(Math.max(0, index), Math.max(0, length - 1)) },
  });
  /** The ends of a list meet. */
  const step = (by: -1 | 1): DialogStep => select((dialog.selected + by + length) % Math.max(1, length));
  const { filter, entered = toTyped(filter) } = dialog;
  const search = (prompt: PromptText): DialogStep => ({
    dialog: { ...dialog, filter: prompt.text.replaceAll('\n', ' '), entered: prompt, selected: 0 },
  });
  if (key.type === 'text') return search(joinTexts([entered, toTyped(key.text)]));
  if (key.type === 'paste') return search(joinTexts([entered, toData(cleanText(key.text))]));
  if (key.type !== 'key') return { dialog };
  const act = dialog.acts?.find(({ keys }) => keys.includes(spellKey(key)));
  if (act) return matches.length === 0 ? { dialog } : { picked: matches[dialog.selected], act: act.name };
  switch (key.ctrl ? `ctrl+${key.name}` : key.name) {
    case 'enter':
      return pickItem(dialog, matches[dialog.selected]);
    case 'tab':
      return pickItem(dialog, matches[dialog.selected], dialog.ways && secondWay);
    case 'escape':
    case 'ctrl+c':
    case 'ctrl+g':
      return { picked: undefined };
    case 'up':
    case 'ctrl+p':
      return step(-1);
    case 'down':
    case 'ctrl+n':
      return step(1);
    case 'left':
      return { dialog: turnOption(dialog, matches[dialog.selected], -1) };
    case 'right':
      return { dialog: turnOption(dialog, matches[dialog.selected], 1) };
    case 'page-up':
      return select(dialog.selected - page);
    case 'page-down':
      return select(dialog.selected + page);
    case 'home':
      return select(0);
    case 'end':
      return select(length - 1);
    case 'backspace':
      return search(sliceText(entered, 0, Array.from(filter).slice(0, -1).join('').length));
    case 'ctrl+u':
      return search(toTyped(''));
    default:
      return { dialog };
  }
}

/** An item that cannot be picked says why. Text that was typed ahead and matches nothing does not answer a later question. */
export function pickItem(dialog: PickDialog, item: PickItem | undefined, act?: string): DialogStep {
  if (!item) return { dialog };
  if (item.refusal !== undefined) return { dialog: { ...dialog, refused: item } };
  return act === undefined ? { picked: item } : { picked: item, act };
}

function turnOption(dialog: PickDialog, item: PickItem | undefined, by: -1 | 1): PickDialog {
  if (!item?.option) return dialog;
  const { values, index } = item.option;
  const option = { values, index: Math.min(Math.max(0, index + by), values.length - 1) };
  return { ...dialog, items: dialog.items.map((one) => (one === item ? { ...one, option } : one)) };
}

function stepConfirm(dialog: ConfirmDialog, key: Key): DialogStep {
  const { typed = '', byDefault } = dialog;
  if (key.type === 'text') return { dialog: { ...dialog, typed: typed + key.text } };
  if (key.type !== 'key') return { dialog };
  if (key.name === 'enter') return { confirmed: typed.trim() === '' ? byDefault : /^y/i.test(typed.trim()) };
  if (key.name === 'escape' || (key.ctrl && key.name === 'c')) return { confirmed: false };
  if (key.name === 'backspace') return { dialog: { ...dialog, typed: typed.slice(0, -1) } };
  return { dialog };
}

/** Whether words are an answer to a question of yes or no, or may become one. */
export function mayConfirm(words: string): boolean {
  return /^(?:|y|ye|yes|n|no)$/i.test(words.trim());
}

/** Whether a key leaves a question without an answer. */
export function isLeaving(step: DialogStep, key: Key): boolean {
  if ('picked' in step) return step.picked === undefined;
  if ('entered' in step) return step.entered === undefined;
  // Esc says no, as a typed no does.
  return 'confirmed' in step && key.type === 'key' && key.name !== 'enter' && key.name !== 'escape';
}

/** Others chose the names of models, files and conversations: they may hold control characters. */
export function cleanItems<T extends PickItem>(items: readonly T[]): T[] {
  return items.map((item) => ({
    ...item,
    text: toOneLine(item.text),
    description: toOneLine(item.description),
    ...(item.cells && { cells: item.cells.map(toOneLine) }),
    ...(item.refusal !== undefined && { refusal: toOneLine(item.refusal) }),
  }));
}

/** Whether keys count only once the question has been on the screen for a moment. */
export function needsSeeing(dialog: Dialog | undefined): dialog is ConfirmDialog | ApprovalDialog {
  return dialog?.type === 'confirm' || dialog?.type === 'approval';
}

/** Nothing of an answer to it stands yet. */
export function toUnread<T extends ConfirmDialog | ApprovalDialog>(dialog: T): T {
  return dialog.type === 'confirm'
    ? { ...dialog, isSeen: false, typed: '', isEntered: false }
    : { ...dialog, isSeen: false, selected: undefined, digits: '' };
}

/** How long a yes-or-no question is shown before a key answers it, in milliseconds. Nobody reads and answers faster. */
export const seenMs = 300;
/** The same after a resize: the screen waits until its size is steady. */
export const resizedMs = 2 * seenMs + 100;
/**
 * The same where it stands in the place of another that no key has answered: the person may have read that one, and answer it just now. A
 * question that comes as late after another was taken back stands in its place, too.
 */
export const exchangedMs = 2_000;

export type Countdown = {
  /** Begins, also anew. */
  begin(ms: number, done?: () => void): void;
  readonly isRunning: boolean;
  stop(): void;
};

/** How often it is looked whether the program stood still, and how late that may be, in milliseconds. */
const tickMs = 100;

/**
 * A time in which the screen is drawn and keys are read. If the program stands still, as over megabytes that a server sends, keys that are typed
 * meanwhile are read only later: then it begins anew.
 */
export function createCountdown(): Countdown {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin(ms, done = () => {}) {
      clearTimeout(timer);
      const wait = (left: number): void => {
        const step = Math.min(left, tickMs);
        const dueAt = performance.now() + step;
        timer = setTimeout(() => {
          timer = undefined;
          if (performance.now() - dueAt > tickMs) wait(ms);
          else if (left > step) wait(left - step);
          else done();
        }, step).unref();
      };
      wait(ms);
    },
    get isRunning() {
      return timer !== undefined;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** The question without the answer that was begun, and that answer, unless it was entered. */
export function toWaiting(dialog: ConfirmDialog | ApprovalDialog): { left: typeof dialog; typed: string } {
  if (dialog.type === 'approval')
    return { left: { ...dialog, digits: '', hint: undefined, selected: undefined }, typed: dialog.digits };
  const typed = dialog.isEntered ? '' : (dialog.typed ?? '');
  return { left: { ...dialog, typed: '', isEntered: false }, typed };
}

/** The question with an answer that was entered before it was read. One about a call takes none. */
export function toEntered(dialog: ConfirmDialog | ApprovalDialog, typed: string): typeof dialog {
  return dialog.type === 'confirm'
    ? { ...dialog, typed, isEntered: true, isSeen: false }
    : { ...dialog, isSeen: false, selected: undefined };
}

/** Words at a question that answer nothing begin a prompt. A paste is always one. */
export function isForDraft(dialog: ConfirmDialog | ApprovalDialog, key: Key): boolean {
  if (dialog.type === 'confirm') return isOtherText(dialog, key);
  if (key.type === 'paste') return key.text !== '' && dialog.typed === undefined;
  return key.type === 'text' && isOtherWords(dialog, key.text);
}

/** Whether text makes an answer that means neither yes nor no: it is the beginning of a prompt. */
function isOtherText({ typed = '' }: ConfirmDialog, key: Key): boolean {
  if (key.type === 'paste') return key.text !== '';
  return key.type === 'text' && !mayConfirm(typed + key.text);
}

/** Whether a draft is only an answer to such a question, or nothing. A yes to a question about a call needs a number. */
export function isAnswer(dialog: ConfirmDialog | ApprovalDialog, text: string): boolean {
  if (mayConfirm(text)) return true;
  return dialog.type === 'approval' && /^[1-9]$/.test(text) && Number(text) <= dialog.choices.length;
}
