import type { Answer } from '../../test/simulator/answer/answer.ts';
import type { Program, RowStep } from './programs.ts';

/** One aspect of the look, on the screen of each program. */
export type Row = {
  name: string;
  /** What a reader compares. */
  question: string;
  steps(program: Program): RowStep[];
};

type Saying = { prompt: string; answer: Answer; end: string };

const prose = `The sky is blue because air scatters **short waves** of light far more than long ones.

- Blue light is scattered about four times as much as red.
- Violet more still, but the sun sends less of it, and our eyes see it \`badly\`.

At sunset the light crosses more air, so the blue is gone before it arrives: that is *twilight*.
`;

const story = Array.from(
  { length: 12 },
  (_, index) =>
    `Paragraph ${index + 1}: the lighthouse keeper counted ships, wrote their names into a book, and went up again before the wind turned.`,
).join('\n\n');

const sayings: Record<
  'sky' | 'tail' | 'headings' | 'table' | 'code' | 'story' | 'keeper' | 'other' | 'paste',
  Saying
> = {
  sky: { prompt: 'why is the sky blue?', answer: { text: prose }, end: 'twilight' },
  tail: {
    prompt: 'and in one sentence?',
    answer: {
      text: 'Air scatters blue light more than red, so blue reaches us from everywhere, even *sideways*.',
    },
    end: 'sideways',
  },
  headings: {
    prompt: 'an outline with headings, please',
    answer: {
      text: '# Moving a parser\n\nThree steps, none of them large.\n\n## Before\n\nRecord the streams.\n\n### What to record\n\n1. one answer with tools\n2. one that is cut\n\n## After\n\nDelete the old one, and *celebrate*.\n',
    },
    end: 'celebrate',
  },
  table: {
    prompt: 'compare the status codes in a table',
    answer: {
      text: '| Status | Retry? | Wait | Why |\n| ---: | :---: | :--- | :--- |\n| 429 | yes | what `Retry-After` says | too many requests in this minute |\n| 503 | yes | 1 s, then twice as long | the service is starting or overloaded |\n| 400 | no | | the same request fails again |\n\nCheck the header before you *retry*.\n',
    },
    end: 'retry',
  },
  code: {
    prompt: 'write a retry helper in TypeScript',
    answer: {
      text: 'Wait longer each time:\n\n```typescript\nexport async function withRetry<T>(work: () => Promise<T>, attempts = 4, firstWaitMs = 200): Promise<T> {\n  for (let attempt = 1; ; attempt += 1) {\n    try {\n      return await work();\n    } catch (error) {\n      if (attempt === attempts) throw error; // give up\n    }\n  }\n}\n```\n\nNow it is *resilient*.\n',
    },
    end: 'resilient',
  },
  story: {
    prompt: 'tell me a long story',
    answer: { text: `${story}\n\nAnd so it ended, *quietly*.\n`, tokensPerSecond: 60 },
    end: 'quietly',
  },
  keeper: {
    prompt: 'and who was the keeper?',
    answer: { text: 'Nobody knows: a lighthouse keeper.\n' },
    end: 'a lighthouse keeper',
  },
  other: {
    prompt: 'now another one',
    answer: { text: story.replaceAll('Paragraph', 'Chapter'), tokensPerSecond: 60 },
    end: 'Chapter 12',
  },
  paste: {
    prompt: 'log line 17: worker 17 is idle',
    answer: { text: 'Sixty workers, and all of them are *idling*.\n' },
    end: 'idling',
  },
};

const pasted = Array.from(
  { length: 60 },
  (_, index) => `log line ${index + 1}: worker ${index + 1} is idle`,
).join('\n');

const refused = 'what is the capital of France?';

const settle: RowStep = { settle: true };

function say({ prompt, end }: Saying): RowStep[] {
  // A prompt may be broken between two lines, at any word.
  const lastWord = prompt.split(' ').at(-1) ?? prompt;
  return [{ type: prompt }, { wait: lastWord }, settle, { press: 'enter' }, { wait: end }, settle];
}

const emptyDraft: RowStep[] = [{ press: 'ctrl+u' }, settle];

/** In the order in which one conversation shows them. */
export const rows: readonly Row[] = [
  {
    name: 'greeting',
    question: 'What does the first minute say, and is all of it of use?',
    steps: () => [settle, { shoot: 'greeting' }],
  },
  {
    name: 'composer',
    question: 'Where do I type, what can I do here, and does the menu help?',
    steps: () => [
      { type: 'explain the' },
      settle,
      { shoot: 'composer-typing' },
      ...emptyDraft,
      { type: '/' },
      settle,
      { shoot: 'composer-menu' },
      { type: 'mod' },
      settle,
      { shoot: 'composer-menu-filtered' },
      { press: 'escape' },
      settle,
      ...emptyDraft,
    ],
  },
  {
    name: 'hierarchy',
    question: 'Who said what, and is the answer the figure? Is the status line quiet?',
    steps: () => [
      ...say(sayings.sky),
      { shoot: 'hierarchy-first' },
      ...say(sayings.tail),
      { shoot: 'hierarchy' },
    ],
  },
  {
    name: 'headings',
    question: 'Does the outline show?',
    steps: () => [...say(sayings.headings), { shoot: 'headings' }],
  },
  {
    name: 'table',
    question: 'Can the table be read?',
    steps: () => [...say(sayings.table), { shoot: 'table' }],
  },
  {
    name: 'code',
    question: 'Can the code be read and copied?',
    steps: () => [...say(sayings.code), { shoot: 'code' }],
  },
  {
    name: 'streaming',
    question: 'What does it show while it answers, and how is a queued prompt shown?',
    steps: ({ steps }) => [
      { type: sayings.story.prompt },
      settle,
      { press: 'enter' },
      { wait: 'Paragraph 2' },
      { shoot: 'streaming' },
      { type: sayings.keeper.prompt },
      { wait: 'was the keeper' },
      { shoot: 'streaming-typing' },
      ...steps.queue,
      { wait: 'Paragraph 4' },
      { shoot: 'queue' },
      { wait: 'a lighthouse keeper' },
      settle,
    ],
  },
  {
    name: 'stopped',
    question: 'Is it plain that the answer is not whole, and what comes next?',
    steps: ({ steps }) => [
      { type: sayings.other.prompt },
      settle,
      { press: 'enter' },
      { wait: 'Chapter 2' },
      ...steps.stop,
      settle,
      { shoot: 'stopped' },
      ...emptyDraft,
    ],
  },
  {
    name: 'help',
    question: 'One screen, with hanging indents?',
    steps: ({ steps, leave }) => [...steps.help, settle, { shoot: 'help' }, ...leave, settle, ...emptyDraft],
  },
  {
    name: 'keys',
    question: 'Are the keys found at a glance?',
    steps: ({ steps, leave }) => [...steps.keys, settle, { shoot: 'keys' }, ...leave, settle, ...emptyDraft],
  },
  {
    name: 'models',
    question: 'Current model, columns, prices, effort?',
    steps: ({ steps, leave }) => [
      ...steps.models,
      settle,
      { shoot: 'models' },
      ...leave,
      settle,
      ...emptyDraft,
    ],
  },
  {
    name: 'error',
    question: 'What is wrong, and what comes next?',
    steps: () => [
      { refuse: true },
      { type: refused },
      settle,
      { press: 'enter' },
      { wait: /quota|402/ },
      settle,
      { shoot: 'error' },
      { refuse: false },
      { press: 'escape' },
      settle,
      ...emptyDraft,
    ],
  },
  {
    name: 'paste',
    question: 'Is a long paste folded, in the draft and once it is sent?',
    steps: () => [
      { type: 'what do these lines say? ' },
      { paste: pasted },
      settle,
      { shoot: 'paste' },
      { press: 'enter' },
      { wait: sayings.paste.end },
      settle,
      { shoot: 'paste-sent' },
    ],
  },
];

/** Played after a new start of the program, after some of the rows. */
export const resumed = {
  name: 'resumed',
  question: 'Do I see where I left off?',
  after: ['hierarchy', 'paste'],
  shows: new RegExp([sayings.tail, sayings.paste].map(({ end }) => end).join('|')),
};

/** What the model says to a text of a person. */
export function findAnswer(said: string): Answer {
  const found = Object.values(sayings).find(({ prompt }) => said.includes(prompt));
  return found?.answer ?? { text: 'Hello.' };
}
