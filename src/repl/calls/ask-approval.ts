import { showName } from '../../terminal-text.ts';
import type { Answer, Choice, Question } from '../../tools/approvals/question.ts';
import type { ReplApp } from '../app.ts';
import { type ApprovalDialog, createApproval, type Decision } from '../dialogs/approval.ts';
import { type BodyLine, toBody } from './body.ts';
import { isWhole, toDiff } from './to-diff.ts';

/** Which call of an answer is asked about, from 1. */
type CallPlace = { number: number; of: number };

/** Asks whether a call may be made. Whoever leaves the question says no, and stops the run. Throws the signal's reason. */
export async function askApproval(
  app: ReplApp,
  question: Question,
  { signal, stop }: { signal: AbortSignal; stop: () => void },
): Promise<Answer> {
  const decision = await app.dialogs.approve(toApprovalDialog(question, app.tools.place), signal);
  if (decision) return toAnswer(question, decision);
  stop();
  signal.throwIfAborted();
  return { type: 'no' };
}

/** A question about a call, as the chat asks it. */
export function toApprovalDialog(question: Question, place: CallPlace): ApprovalDialog {
  const { preview, summary } = question;
  const diff = preview && toDiff(preview);
  const at = place.of > 1 ? ` (call ${place.number} of ${place.of})` : '';
  return createApproval({
    question: describeAct(question) + at,
    notes: [...question.reasons.flatMap(toNote), ...(canBeRead(question) ? [] : [tooLong])],
    body: diff ?? toWords(preview, summary),
    // A command does what stands at its end, too, and a change may hide behind blanks.
    mustBeSeen: true,
    choices: listChoices(question).map(toChoice),
  });
}

function canBeRead({ preview }: Question): boolean {
  return preview === undefined || isWhole(preview);
}

/** Nobody says yes to what nobody can read. */
function listChoices(question: Question): Choice[] {
  return question.choices.filter(({ type }) => type === 'no' || canBeRead(question));
}

const tooLong = 'This change is too long to be shown whole, so it can only be allowed by a rule.';

/** What a decision means. A no without words leaves it to the model. */
export function toAnswer(question: Question, { choice, reason }: Decision): Answer {
  const chosen = listChoices(question)[choice];
  if (!chosen || chosen.type === 'no') return { type: 'no', ...(reason !== '' && { instead: reason }) };
  return chosen;
}

function describeAct({ tool, preview, summary }: Question): string {
  if (tool.server !== undefined) {
    const { title, own = '' } = tool;
    return `${title.endsWith(own) ? title : `${title} (${own})`}? It is a tool of the server ${tool.server}.`;
  }
  if (preview?.type === 'command') return `Run this command in ${showName(preview.folder)}?`;
  if (preview?.type === 'diff') return `${describeChange(preview)} ${summary}`;
  return `${tool.title}?`;
}

function describeChange({ files }: Extract<Question['preview'], { type: 'diff' }>): string {
  const isDeletion = files.length > 0 && files.every(({ after }) => after === undefined);
  if (!isDeletion) return 'Make this change?';
  return files.length === 1 ? 'Delete this file?' : 'Delete these files?';
}

function toWords(preview: Question['preview'], summary: string): BodyLine[] {
  if (preview?.type === 'command') return toBody(preview.command);
  if (preview?.type === 'text') return toBody(preview.text);
  return toBody(summary);
}

/** Every question says by itself that no rule answers it. */
function toNote(reason: string): string[] {
  return reason === 'no rule allows it' ? [] : [`${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`];
}

function toChoice(choice: Choice): ApprovalDialog['choices'][number] {
  switch (choice.type) {
    case 'once':
      return { text: 'yes, once', isYes: true };
    case 'session':
      return { text: `yes, until the chat ends: ${describeRules(choice)}`, isYes: true };
    case 'folder':
      return { text: `always in this folder: ${describeRules(choice)}`, isYes: true };
    case 'no':
      return { text: 'no, and say what to do instead', isYes: false, says: true };
    default:
      return choice satisfies never;
  }
}

/** A rule for exactly what is shown above says nothing new; a long one would be read out again for each choice. */
const longestRepeated = 120;

function describeRules({ rules, what }: Extract<Choice, { rules: string[] }>): string {
  const text = rules.join(', ');
  const isExact = rules.every((rule) => rule.startsWith('shell(') && !rule.endsWith(':*)'));
  return isExact && text.length > longestRepeated ? what : `${what} · ${text}`;
}
