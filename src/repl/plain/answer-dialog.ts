import { parseConfirmation, toConfirmQuestion } from '../../terminal/prompter.ts';
import {
  type ConfirmDialog,
  type Dialog,
  type DialogStep,
  listMatches,
  type PickDialog,
} from '../dialogs/dialog.ts';

/** The most items that are printed. Words to search for make the list shorter. */
const maxItems = 40;

/** A question as lines, and the text before the answer. */
export function describeDialog(dialog: Dialog): { lines: string[]; question: string } {
  switch (dialog.type) {
    case 'confirm':
      return { lines: [], question: toConfirmQuestion(dialog.question, dialog.byDefault) };
    case 'text':
      return { lines: [], question: `${dialog.question} ` };
    case 'pick':
      return describePick(dialog);
    default:
      return dialog satisfies never;
  }
}

function describePick(dialog: PickDialog): { lines: string[]; question: string } {
  const matches = listMatches(dialog);
  const lines = matches
    .slice(0, maxItems)
    .map(({ text, description }, index) =>
      description === '' ? `${index + 1}: ${text}` : `${index + 1}: ${text}. ${description}`,
    );
  const hidden = matches.length - lines.length;
  if (hidden > 0) lines.push(`${hidden} more; type words to find one.`);
  if (matches.length === 0) lines.push('Nothing matches.');
  return {
    lines: [dialog.title, ...lines],
    question: 'Number, words to search for, or Enter to leave: ',
  };
}

/** What a line does to a question. */
export function answerDialog(dialog: Dialog, line: string): DialogStep {
  switch (dialog.type) {
    case 'confirm':
      return answerConfirm(dialog, line.trim());
    case 'pick':
      return answerPick(dialog, line.trim());
    case 'text':
      return { entered: line };
    default:
      return dialog satisfies never;
  }
}

export function leaveDialog(dialog: Dialog): DialogStep {
  switch (dialog.type) {
    case 'confirm':
      return { confirmed: false };
    case 'pick':
      return { picked: undefined };
    case 'text':
      return { entered: undefined };
    default:
      return dialog satisfies never;
  }
}

function answerConfirm(dialog: ConfirmDialog, word: string): DialogStep {
  const confirmed = parseConfirmation(word, dialog.byDefault);
  return confirmed === undefined ? { dialog } : { confirmed };
}

function answerPick(dialog: PickDialog, line: string): DialogStep {
  if (line === '') return { picked: undefined };
  const matches = listMatches(dialog);
  const named = matches.find(({ text }) => text === line);
  if (named) return { picked: named };
  const item = /^\d+$/.test(line) ? matches[Number(line) - 1] : undefined;
  return item ? { picked: item } : { dialog: { ...dialog, filter: line, selected: 0 } };
}
