import { parseConfirmation, toConfirmQuestion } from '../../terminal/prompter.ts';
import { breakSafely, safeWidth } from '../../terminal/safe-width.ts';
import { showHidden, showRow } from '../../terminal/show-hidden.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import { speakLine } from '../calls/body.ts';
import { type ApprovalDialog, describeLeaving } from '../dialogs/approval.ts';
import {
  type ConfirmDialog,
  type Dialog,
  type DialogStep,
  enterCloses,
  listMatches,
  type PickDialog,
  type PickItem,
  pickItem,
  readOption,
  secondWay,
} from '../dialogs/dialog.ts';
import { lowerFirst } from '../view/list-keys.ts';

/** The most items that are printed. Words to search for make the list shorter. */
const maxItems = 40;

/** A question as lines, and the text before the answer. */
export function describeDialog(dialog: Dialog): { lines: string[]; question: string } {
  switch (dialog.type) {
    case 'confirm':
      return { lines: [], question: toConfirmQuestion(dialog.question, dialog.byDefault) };
    case 'text':
      return {
        lines: [],
        question: `${dialog.question}${dialog.text === '' ? '' : ` (Enter: ${toOneLine(dialog.text)})`} `,
      };
    case 'pick':
      return describePick(dialog);
    case 'approval':
      return describeApproval(dialog);
    default:
      return dialog satisfies never;
  }
}

/**
 * The lines of questions, one after the other. A list that opens again because an answer switched something in it tells only what is different
 * now. Its words wrap between words, as those of a command do.
 */
export function createDialogTeller(columns: number) {
  let before: { title: string; lines: readonly string[] } | undefined;
  return {
    tell(dialog: Dialog): string[] {
      const { lines } = describeDialog(dialog);
      if (dialog.type === 'approval') return lines.flatMap((line) => breakSpoken(line, columns));
      if (dialog.type !== 'pick') return lines;
      const { title, filter } = dialog;
      const isAgain = before?.title === title && before.lines.length === lines.length && filter === '';
      const changed = lines.filter((line, index) => line !== before?.lines[index]);
      before = { title, lines };
      return (isAgain && changed.length > 0 ? changed : lines).flatMap((line) => wrapText(line, columns));
    },
    /** The person goes on with something else: the next list is told whole. */
    forget() {
      before = undefined;
    },
  };
}

/** Every line of what would be done says what it is; nothing of a command is left out. */
function describeApproval(dialog: ApprovalDialog): { lines: string[]; question: string } {
  const { question, notes, body, choices, typed, hint } = dialog;
  if (typed) return { lines: [], question: 'What to do instead? ' };
  if (hint !== undefined) return { lines: [hint], question: 'Number: ' };
  return {
    lines: [
      showHidden(question),
      ...notes.map(showHidden),
      ...speakBody(body),
      ...choices.map(({ text }, index) => `${index + 1}: ${showHidden(text)}`),
    ],
    question: `Number; Ctrl+C ${describeLeaving(dialog)}: `,
  };
}

/** Whoever reads or hears a text of others can tell each line of it from ours. */
function speakBody(body: ApprovalDialog['body']): string[] {
  let line = 0;
  return body.map((one) => {
    if (one.kind !== 'quoted') return speakLine(one);
    line += 1;
    return `Line ${line}: ${speakLine(one)}`;
  });
}

/** Rows of a long line. One that looked like a row of ours could be taken for a choice. */
function breakSpoken(line: string, columns: number): string[] {
  const [first = ''] = breakSafely(line, columns);
  if (first.length === line.length) return [line];
  const rest = breakSafely(line.slice(first.length), Math.max(1, columns - goesOn.length));
  // A blank at the end of a row is plain to see by the place of the next character, unless that has two cells.
  return [first, ...rest].map((row, index) => {
    const shown = isWide(rest[index] ?? '') ? showRow(row) : row;
    return index === 0 ? shown : goesOn + shown;
  });
}

function isWide(row: string): boolean {
  const [character = ''] = row;
  return safeWidth(character) > 1;
}

const goesOn = 'more: ';

function describePick(dialog: PickDialog): { lines: string[]; question: string } {
  const { refused, title, ways, items, acts, enter } = dialog;
  const closes = enter === enterCloses;
  const matches = listMatches(dialog);
  const lines = matches
    .slice(0, maxItems)
    .map((item, index) => `${index + 1}: ${describeItem(item, dialog)}`);
  const hidden = matches.length - lines.length;
  if (hidden > 0) lines.push(`${hidden} more; type words to find one.`);
  if (matches.length === 0) lines.push('Nothing matches. The numbers of the whole list still count.');
  const words = (acts ?? []).map(({ name }) => `"${name}"`);
  const behind = [
    ...(closes || words.length === 0 ? [] : [joinOr(words)]),
    ...(items.some(({ option }) => option) ? [`one of its ${nameOption(dialog)}s`] : []),
    ...(ways ? [`"${ways.word}" to use it in new conversations, too`] : []),
  ];
  if (behind.length > 0) lines.push(`After the number you can add ${behind.join(', or ')}.`);
  if (refused?.refusal !== undefined) lines.push(refused.refusal);
  const number = closes ? `Number and ${joinOr(words)}` : 'Number, name';
  return { lines: [title, ...lines], question: `${number} or words to search for; Enter alone closes: ` };
}

/** `"drop", "up" or "down"`. */
function joinOr(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function nameOption({ columns: [title = 'value'] = [] }: PickDialog): string {
  return lowerFirst(title);
}

/** An item in one line, every fact with the name of its column. */
function describeItem(item: PickItem, { columns = [], items }: PickDialog): string {
  const { text, cells = [], description, isCurrent = false } = item;
  const option = readOption(item);
  const facts = option === undefined ? cells : [option, ...cells];
  // An item without an option may say in its column why.
  const isWithout = option === undefined && items.some((one) => one.option);
  const titles = isWithout ? ['', ...columns.slice(1)] : columns;
  const named = facts.flatMap((fact, at) => (fact === '' ? [] : [nameFact(fact, titles[at])]));
  const words = [...(isCurrent ? ['current'] : []), ...named, ...(description === '' ? [] : [description])];
  return words.length === 0 ? text : `${text}. ${words.join(', ')}`;
}

function nameFact(fact: string, title = ''): string {
  return title === '' ? fact : `${lowerFirst(title)} ${fact}`;
}

/** Of which a person has to have seen what it asks. */
export type SeenDialog = ConfirmDialog | ApprovalDialog;

/** Whether a line is none of the answers, right or mistyped, and so was meant for the chat. */
export function isBesideQuestion(dialog: SeenDialog, line: string): boolean {
  const word = line.trim();
  if (dialog.type === 'confirm') return parseConfirmation(word, dialog.byDefault) === undefined;
  return !/^(?:\d*|y|yes|n|no)$/i.test(word);
}

/** What a line does to a question. */
export function answerDialog(dialog: Dialog, line: string): DialogStep {
  switch (dialog.type) {
    case 'confirm':
      return answerConfirm(dialog, line.trim());
    case 'pick':
      return answerPick(dialog, line.trim());
    case 'text':
      return { entered: line === '' ? dialog.text : line };
    case 'approval':
      return answerApproval(dialog, line.trim());
    default:
      return dialog satisfies never;
  }
}

/** Yes is the yes that allows least. An empty line answers nothing: it may be an Enter that was pressed for something else. */
function answerApproval(dialog: ApprovalDialog, line: string): DialogStep {
  if (dialog.typed) return { decided: { ...dialog.typed, reason: line } };
  const index = findChoice(dialog, line);
  const choice = dialog.choices[index];
  const last = dialog.choices.length;
  const numbers = last === 1 ? '1' : `a number from 1 to ${last}`;
  if (!choice) return { dialog: { ...dialog, hint: `Type ${numbers}.` } };
  if (choice.says) return { dialog: { ...dialog, selected: index, typed: { choice: index, reason: '' } } };
  return { decided: { choice: index, reason: '' } };
}

/** -1 if there is none. */
function findChoice({ choices }: ApprovalDialog, line: string): number {
  if (/^\d$/.test(line)) return Number(line) - 1;
  const isYes = line === '' ? undefined : parseConfirmation(line, false);
  return isYes === undefined ? -1 : choices.findIndex((choice) => choice.isYes === isYes);
}

/** Whether words are the answer. Several lines may be pasted there, and a backslash begins a new one. */
export function takesText(dialog: Dialog | undefined): boolean {
  return dialog?.type === 'text' || (dialog?.type === 'approval' && dialog.typed !== undefined);
}

export function leaveDialog(dialog: Dialog): DialogStep {
  switch (dialog.type) {
    case 'confirm':
      return { confirmed: false };
    case 'pick':
      return { picked: undefined };
    case 'text':
      return { entered: undefined };
    case 'approval':
      return { decided: undefined };
    default:
      return dialog satisfies never;
  }
}

function answerConfirm(dialog: ConfirmDialog, word: string): DialogStep {
  const confirmed = parseConfirmation(word, dialog.byDefault);
  return confirmed === undefined ? { dialog } : { confirmed };
}

/** A number or a name, with an option, the word of the second way or the name of an act behind it; anything else is searched for. */
function answerPick(dialog: PickDialog, line: string): DialogStep {
  if (line === '') return { picked: undefined };
  const { refused: _, ...rest } = dialog;
  // Words that matched nothing left nothing to choose from.
  const asked = listMatches(rest).length === 0 ? { ...rest, filter: '' } : rest;
  const matches = listMatches(asked);
  const named = matches.find(({ text }) => text === line);
  if (named) return pickNamed(asked, named);
  const act = dialog.acts?.find(({ name }) => line.toLowerCase().endsWith(` ${name}`));
  if (act) {
    const word = line.slice(0, -act.name.length).trim();
    const meant = findItem(matches, word);
    if (meant) return { picked: meant, act: act.name };
  }
  const [first = '', ...behindIt] = line.split(/\s+/);
  const item = findItem(matches, first);
  const isSecond = dialog.ways !== undefined && behindIt.at(-1)?.toLowerCase() === dialog.ways.word;
  const [value, ...others] = isSecond ? behindIt.slice(0, -1) : behindIt;
  const chosen = item && (value === undefined ? item : withOption(item, value));
  if (!chosen || others.length > 0) return { dialog: { ...asked, filter: line, selected: 0 } };
  return isSecond ? pickItem(asked, chosen, secondWay) : pickNamed(asked, chosen);
}

function findItem(matches: readonly PickItem[], word: string): PickItem | undefined {
  return /^\d+$/.test(word) ? matches[Number(word) - 1] : matches.find(({ text }) => text === word);
}

/** Where Enter only closes the list, a number alone says nothing. */
function pickNamed(dialog: PickDialog, item: PickItem): DialogStep {
  if (dialog.enter !== enterCloses) return pickItem(dialog, item);
  const words = (dialog.acts ?? []).map(({ name }) => `"${listMatches(dialog).indexOf(item) + 1} ${name}"`);
  return { dialog: { ...dialog, refused: { ...item, refusal: `Type ${joinOr(words)}.` } } };
}

function withOption(item: PickItem, value: string): PickItem | undefined {
  const index = item.option?.values.indexOf(value.toLowerCase()) ?? -1;
  return item.option && index !== -1 ? { ...item, option: { ...item.option, index } } : undefined;
}
