import { claudeCode } from '../../test/agents/agents/claude-code.ts';
import type { Bundle } from '../../test/agents/install.ts';
import { findLastUserText } from '../../test/simulator/answer/user-text.ts';
import type { Fault } from '../../test/simulator/fault.ts';
import { toRecord } from '../../test/simulator/json.ts';
import type { SimulatorOptions } from '../../test/simulator/simulator-state.ts';
import type { Step } from './steps.ts';

export type Scene = {
  /** Stands in the bar of the window, and is read aloud. */
  title: string;
  /** What a person types into a shell, one after the other. */
  lines: string[];
  columns: number;
  rows: number;
  /** Names of looks. */
  looks: string[];
  env?: Record<string, string>;
  simulator?: SimulatorOptions;
  faults?: Fault[];
  /** What is in the folder: names and texts. */
  files?: Record<string, string>;
  isSignedOut?: true;
  /** An agent that the lines start: without it the picture stays as it is. */
  agent?: Bundle;
  steps: Step[];
};

const light = ['dark', 'light'];
const all = ['dark', 'light', 'no-color'];

const retryAnswer = `Retry only what is **safe to repeat**, and wait longer each time:

\`\`\`typescript
async function withRetry<T>(work: () => Promise<T>, attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(2 ** attempt * 100); // 200, 400, 800 ms
    }
  }
}
\`\`\`

| Status | Retry? | Why |
| :----- | :----: | :-- |
| 429 | ✓ | wait for \`Retry-After\` |
| 503 | ✓ | it may be back soon |
| 400 | – | it will fail again |
`;

const longTalkAnswer = `We had agreed on three steps:

1. move the parser into **its own module**
2. test it on the recorded streams
3. delete the old one
`;

const errorLog = `09:12:04 listening on :8080
09:14:31 GET /orders 500 pool timed out after 5000 ms
09:14:32 GET /orders 500 pool timed out after 5000 ms
`;

const logAnswer =
  'The database pool ran out of connections at 09:14, so every request for orders failed after 5 s.\n';

const queryAnswer = `PostgreSQL lists them in \`pg_stat_activity\`:

\`\`\`sql
select pid, state, now() - state_change as since, query
from pg_stat_activity order by since desc;
\`\`\`
`;

const diagnosis = `Three things stand out:

- \`GET /orders\` waits for a connection, and gives up after 5 s.
- The first failure comes two minutes after the start: something keeps its connections.
- Nothing else fails.

Look for a query without a \`release()\`.
`;

const longStory = Array.from(
  { length: 40 },
  (_, index) => `The ${index + 1}. ship came in before the wind turned.`,
);

/** What Copilot says to every prompt of an account whose month is used up. */
export const quotaUsedUp: Fault = {
  path: /\/(chat\/completions|responses|messages)$/,
  method: 'POST',
  host: 'copilot',
  status: 402,
  body: {
    error: {
      code: 'quota_exceeded',
      message: 'You have exceeded your monthly quota of premium requests.',
    },
  },
  times: 1000,
};

/** The model stands in the footer once it can be asked. */
const ready: Step = { wait: /gpt-5|claude-/ };

/** Those that the README shows come first. */
export const scenes: readonly Scene[] = [
  {
    title: 'copilot-cli login',
    lines: ['copilot-cli login --no-browser'],
    columns: 84,
    rows: 14,
    looks: light,
    isSignedOut: true,
    simulator: { device: { interval: 0.05, approveAfterMs: 500 } },
    steps: [{ exit: true }, { shoot: 'login' }],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 84,
    rows: 36,
    looks: all,
    simulator: { answer: { text: retryAnswer, deltaDelayMs: 5 } },
    steps: [
      ready,
      { type: 'how do I retry a request well?' },
      { press: 'enter' },
      { wait: /› Ask a follow-up/ },
      { shoot: 'chat' },
    ],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 84,
    rows: 28,
    looks: all,
    steps: [ready, { type: '/model' }, { press: 'enter' }, { wait: 'claude' }, { shoot: 'model-picker' }],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 100,
    rows: 24,
    looks: light,
    simulator: {
      answer: {
        text: longTalkAnswer,
        deltaDelayMs: 5,
        usage: { inputTokens: 113_000, cachedInputTokens: 101_000 },
      },
    },
    steps: [
      ready,
      { type: '/model claude-haiku-4.5' },
      { press: 'enter' },
      { wait: 'claude-haiku-4.5 answers' },
      { type: 'and where did we leave off?' },
      { press: 'enter' },
      { wait: /› Ask a follow-up/ },
      { shoot: 'full-context' },
    ],
  },
  {
    title: 'copilot-cli in a pipe',
    lines: [
      'cat server.log | copilot-cli "what went wrong, in one sentence?"',
      'copilot-cli -x "a query for the open connections" | tee open.sql',
    ],
    columns: 84,
    rows: 10,
    looks: light,
    files: { 'server.log': errorLog },
    simulator: {
      answer: ({ body }) => ({
        text: findLastUserText(toRecord(body)).includes('query') ? queryAnswer : logAnswer,
      }),
    },
    steps: [{ exit: true }, { shoot: 'pipe' }],
  },
  {
    // Claude Code takes the whole screen, so the line stands in the bar alone.
    title: 'copilot-cli serve run --model gpt-5.4 -- claude',
    lines: ['copilot-cli serve run --model gpt-5.4 -- claude'],
    columns: 84,
    rows: 32,
    looks: light,
    agent: claudeCode,
    files: { 'server.log': errorLog },
    env: { IS_SANDBOX: '1', DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
    simulator: { answer: { text: diagnosis } },
    steps: [
      { wait: 'cycle' },
      { type: 'what is wrong with the server?' },
      { wait: 'with the server?' },
      { press: 'enter' },
      // What Claude Code says of its effort goes after some seconds.
      { wait: /for \d+s(?![\s\S]*\/effort)/ },
      { shoot: 'serve' },
      { type: '/exit' },
      { press: 'enter' },
      { exit: true },
    ],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 80,
    rows: 24,
    looks: all,
    steps: [ready, { type: '/mo' }, { wait: '/models' }, { shoot: 'menu' }],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 80,
    rows: 20,
    looks: all,
    simulator: {
      answer: { text: longStory.join(' ') },
      transport: { stall: { afterEvents: 60, text: ': keep-alive\n\n' } },
    },
    steps: [
      ready,
      { type: 'tell me a story of the sea' },
      { press: 'enter' },
      { wait: 'ship' },
      { type: 'and how does it end?' },
      { press: 'enter' },
      // Nothing else comes after this: the answer stands still, and the chat says how long it has taken.
      { wait: /turned\. The\s+\S Answering \d[\s\S]*does it end\? · queued/ },
      { shoot: 'streaming' },
    ],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 80,
    rows: 20,
    looks: all,
    faults: [quotaUsedUp],
    steps: [
      ready,
      { type: 'why is the sky blue?' },
      { press: 'enter' },
      { wait: /quota/ },
      { wait: /used up[\s\S]*\n› / },
      { shoot: 'error' },
    ],
  },
  {
    title: 'copilot-cli',
    lines: ['copilot-cli chat'],
    columns: 40,
    rows: 30,
    looks: all,
    simulator: { answer: { text: retryAnswer.slice(retryAnswer.indexOf('| Status')), deltaDelayMs: 5 } },
    steps: [
      ready,
      { type: 'which ones, in a table?' },
      { press: 'enter' },
      { wait: 'fail again' },
      { wait: /› Ask a follow-up/ },
      { shoot: 'narrow' },
    ],
  },
];
