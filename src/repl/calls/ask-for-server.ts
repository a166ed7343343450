import type { Answer, Elicit, Question, QuestionField } from '../../mcp/elicitation.ts';
import type { LoadedServers } from '../../mcp/load-servers.ts';
import { describeWay, type McpServer } from '../../mcp/mcp-server.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { createApproval } from '../dialogs/approval.ts';
import { toBody } from './body.ts';

/** Asks about each server of the folder, and keeps a yes and a no. Gives those that may be started; without an answer it is asked next time. */
export async function chooseServers(
  { context, dialogs }: Pick<ReplApp, 'context' | 'dialogs'>,
  unasked: readonly McpServer[],
  agree: LoadedServers['agree'],
): Promise<McpServer[]> {
  const agreed: McpServer[] = [];
  for (const server of unasked) {
    const isProgram = server.way.kind === 'stdio';
    const decision = await dialogs.approve(
      createApproval({
        question: isProgram
          ? `Start the MCP server ${server.name}, which this folder names?`
          : `Connect to the MCP server ${server.name}, which this folder names?`,
        notes: [
          isProgram ? 'It is a program, and may do what you may do.' : 'It gets what the model sends it.',
        ],
        body: toBody(describeWay(server.way)),
        mustBeSeen: true,
        choices: [
          { text: 'yes, in this folder, as long as it stays as it is', isYes: true },
          { text: 'no, and do not ask again', isYes: false },
        ],
      }),
      context.signal,
    );
    if (!decision) break;
    const isYes = decision.choice === 0;
    await agree([server], isYes ? 'yes' : 'no');
    if (isYes) agreed.push(server);
  }
  return agreed;
}

/** Asks what a server wants to know, one field after the other. Whoever leaves a field leaves all of it. */
export async function fillIn(
  app: Pick<ReplApp, 'dialogs' | 'transcript'>,
  question: Question,
  signal: AbortSignal,
): ReturnType<Elicit> {
  const { server, message, fields } = question;
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
    }),
    signal,
  );
  if (!decision) return { action: 'cancel' };
  if (decision.choice !== 0) return { action: 'decline' };
  const content: (Answer & { action: 'accept' })['content'] = {};
  for (const field of fields) {
    const value = await askField(app, server, field);
    if (value === undefined || signal.aborted) return { action: 'cancel' };
    if (value !== '' || field.isRequired) content[field.name] = value;
  }
  return { action: 'accept', content };
}

type Value = string | number | boolean | string[];

/** Undefined if the person left. An empty text leaves out a field that need not be filled in. */
async function askField(
  { dialogs, transcript }: Pick<ReplApp, 'dialogs' | 'transcript'>,
  server: string,
  { title, description, isRequired, value }: QuestionField,
): Promise<Value | undefined> {
  const about = description === undefined ? '' : ` (${description})`;
  const asked = toOneLine(`${server}: ${title}${about}`);
  if (value.type === 'yes-no') {
    const items = ['yes', 'no'].map((text) => ({
      text,
      description: '',
      isCurrent: value.usual === (text === 'yes'),
    }));
    const picked = await dialogs.pick(asked, items);
    return picked && picked.text === 'yes';
  }
  if (value.type === 'one-of') {
    const items = value.choices.map((choice) => ({
      text: choice.label,
      description: '',
      isCurrent: choice.value === value.usual,
      choice,
    }));
    return (await dialogs.pick(asked, items))?.choice.value;
  }
  if (value.type === 'some-of') return pickSome(dialogs, asked, value);
  for (;;) {
    const typed = await dialogs.text(isRequired ? asked : `${asked} · empty leaves it out`);
    if (typed === undefined || (typed === '' && !isRequired)) return typed;
    const problem = findProblem(typed, value);
    if (problem === undefined) return value.type === 'text' ? typed : Number(typed);
    transcript.notice(`${title} ${problem}.`, 'warning');
  }
}

async function pickSome(
  dialogs: ReplApp['dialogs'],
  asked: string,
  { choices, min, max, usual }: QuestionField['value'] & { type: 'some-of' },
): Promise<string[] | undefined> {
  let chosen = [...usual];
  for (let selected = 0; ; ) {
    const isEnough = chosen.length >= min && chosen.length <= max;
    const items = [
      ...choices.map(({ value, label }) => ({
        text: `${chosen.includes(value) ? '[x]' : '[ ]'} ${label}`,
        description: '',
        value: value as string | undefined,
      })),
      {
        text: 'done',
        description: '',
        value: undefined,
        ...(!isEnough && { refusal: `Choose at least ${min} and at most ${max}.` }),
      },
    ];
    const picked = await dialogs.pick(asked, items, selected);
    if (!picked) return undefined;
    const { value } = picked;
    if (value === undefined) return chosen;
    selected = items.indexOf(picked);
    chosen = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  }
}

type Typed = QuestionField['value'] & { type: 'text' | 'number' | 'integer' };

/** What is wrong with what was typed: the rest of a sentence that begins with the field. */
function findProblem(typed: string, value: Typed): string | undefined {
  if (value.type === 'text') {
    if (typed.length < value.minLength) return `needs at least ${value.minLength} characters`;
    return typed.length > value.maxLength ? `takes at most ${value.maxLength} characters` : undefined;
  }
  const number = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(number)) return 'is a number';
  if (value.type === 'integer' && !Number.isInteger(number)) return 'is a whole number';
  if (number < value.min) return `is at least ${value.min}`;
  return number > value.max ? `is at most ${value.max}` : undefined;
}
