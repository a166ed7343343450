import { callIsOver } from '../../mcp/call-questions.ts';
import type { Answer, Elicit, Question, QuestionField } from '../../mcp/elicitation.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { createApproval } from '../dialogs/approval.ts';
import { forgetAnswers, keepAnswers } from '../dialogs/begun-answers.ts';
import type { PickItem } from '../dialogs/dialog.ts';
import type { Visit } from '../dialogs/dialog-options.ts';
import { toBody } from './body.ts';
import { findProblem } from './check-field.ts';

type Asking = Pick<ReplApp, 'dialogs' | 'transcript'> & {
  signal: AbortSignal;
  visit: Visit;
  /** What was typed there when the form was left before. */
  begun: string;
  /** Gets a text while it is typed. */
  onChange: (text: string) => void;
};

/**
 * Asks what a server wants to know, one field after the other. Whoever leaves a field leaves all of it; the same form begins with what was
 * typed, but for secrets.
 */
export async function fillIn(
  app: Pick<ReplApp, 'dialogs' | 'transcript'>,
  question: Question,
  signal: AbortSignal,
): ReturnType<Elicit> {
  const { server, message, fields } = question;
  const visit = {};
  const decision = await app.dialogs.approve(
    createApproval({
      question: `The MCP server ${server} asks:`,
      notes: fields.some(({ looksSecret }) => looksSecret)
        ? ['It asks for what looks like a secret. Servers must not ask for one here.']
        : [],
      body: toBody(message),
      mustBeSeen: true,
      choices: [
        { text: 'answer it', isYes: true },
        { text: 'do not answer', isYes: false },
      ],
      ifLeft: 'goes on',
    }),
    signal,
    { waits: true, visit },
  );
  if (!decision) return { action: 'cancel' };
  if (decision.choice !== 0) return { action: 'decline' };
  const key = `form ${JSON.stringify(question)}`;
  const kept = keepAnswers(app.dialogs, key);
  const content: (Answer & { action: 'accept' })['content'] = {};
  for (const [index, field] of fields.entries()) {
    const place = fields.length > 1 ? ` ${index + 1} of ${fields.length}` : '';
    const onChange = (text: string): void => void kept.set(field.name, field.looksSecret ? '' : text);
    const begun = kept.get(field.name) ?? '';
    const filled = await askField({ ...app, signal, visit, begun, onChange }, `${server}${place}`, field);
    if (!filled || signal.aborted) {
      // The words of the open field become the draft.
      if (signal.aborted && !app.dialogs.isClosed) kept.delete(field.name);
      if (!app.dialogs.isClosed) tellLeft(app, { server, kept, why: describeEnd(server, signal) });
      return { action: 'cancel' };
    }
    if (filled.value !== undefined) content[field.name] = filled.value;
  }
  forgetAnswers(app.dialogs, key);
  return { action: 'accept', content };
}

function tellLeft(
  { transcript }: Pick<ReplApp, 'transcript'>,
  { server, kept, why }: { server: string; kept: Map<string, string>; why: string | undefined },
): void {
  if (why !== undefined) transcript.notice(why, 'warning');
  if ([...kept.values()].some((value) => value !== ''))
    transcript.notice(`What you typed is there again when ${server} asks the same.`);
}

/** Why a form ended by itself. Undefined if the person left it. */
function describeEnd(server: string, { aborted, reason }: AbortSignal): string | undefined {
  if (!aborted) return undefined;
  return reason === callIsOver
    ? `The call in which the MCP server ${server} asked is over.`
    : `The MCP server ${server} took its question back.`;
}

/** Without a value, the field is left out. */
type Filled = { value?: string | number | boolean | string[] };

/** Undefined if the person left. */
async function askField(app: Asking, label: string, field: QuestionField): Promise<Filled | undefined> {
  const { title, description, isRequired, value } = field;
  const about = description === undefined ? '' : ` (${description})`;
  const asked = toOneLine(`${label}: ${title}${about}`);
  switch (value.type) {
    case 'yes-no':
      return pickOne(app, asked, field, [
        { label: 'yes', value: true, isCurrent: value.usual === true },
        { label: 'no', value: false, isCurrent: value.usual === false },
      ]);
    case 'one-of':
      return pickOne(
        app,
        asked,
        field,
        value.choices.map((choice) => ({ ...choice, isCurrent: choice.value === value.usual })),
      );
    case 'some-of':
      return pickSome(app, asked, isRequired, value);
    default:
      return askText(app, asked, field, value);
  }
}

async function pickOne(
  { dialogs, signal, visit }: Asking,
  asked: string,
  { isRequired }: QuestionField,
  choices: readonly { label: string; value: string | boolean; isCurrent: boolean }[],
): Promise<Filled | undefined> {
  const items: (PickItem & Filled)[] = choices.map(({ label, value, isCurrent }) => ({
    text: label,
    description: '',
    isCurrent,
    value,
  }));
  if (!isRequired) items.push({ text: 'leave it out', description: '' });
  const picked = await dialogs.pick(asked, items, undefined, { signal, visit });
  return picked && (picked.value === undefined ? {} : { value: picked.value });
}

async function pickSome(
  { dialogs, signal, visit }: Asking,
  asked: string,
  isRequired: boolean,
  { choices, min, max, usual }: QuestionField['value'] & { type: 'some-of' },
): Promise<Filled | undefined> {
  let chosen = usual.filter((one) => choices.some(({ value }) => value === one));
  for (let selected = 0; ; ) {
    const isLeftOut = !isRequired && chosen.length === 0;
    const isEnough = isLeftOut || (chosen.length >= min && chosen.length <= max);
    const items = [
      ...choices.map(({ value, label }) => ({
        text: `${chosen.includes(value) ? '[x]' : '[ ]'} ${label}`,
        description: '',
        value: value as string | undefined,
      })),
      {
        text: isLeftOut ? 'leave it out' : 'done',
        description: '',
        value: undefined,
        ...(!isEnough && { refusal: `Choose at least ${min} and at most ${max}.` }),
      },
    ];
    const picked = await dialogs.pick(asked, items, selected, { signal, visit });
    if (!picked) return undefined;
    const { value } = picked;
    if (value === undefined) return isLeftOut ? {} : { value: chosen };
    selected = items.indexOf(picked);
    chosen = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  }
}

async function askText(
  { dialogs, transcript, signal, visit, begun, onChange }: Asking,
  asked: string,
  { title, isRequired, looksSecret: isSecret }: QuestionField,
  value: Parameters<typeof findProblem>[1],
): Promise<Filled | undefined> {
  const question = isRequired ? asked : `${asked} · empty leaves it out`;
  for (let text = begun || String(value.usual ?? ''); ; ) {
    const typed = await dialogs.text(question, { text, isSecret, signal, visit, onChange });
    if (typed === undefined) return undefined;
    // Lines come whole, without a key before.
    if (typed !== text) onChange(typed);
    if (typed.trim() === '' && !isRequired) return {};
    const problem = findProblem(typed.trim(), value);
    if (problem === undefined) return { value: value.type === 'text' ? typed.trim() : Number(typed) };
    transcript.notice(`${title} ${problem}.`, 'warning');
    text = typed;
  }
}
