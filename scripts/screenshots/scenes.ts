import { createDefaultCatalogue } from '../../test/simulator/copilot/default-catalogue.ts';
import { isModelEntry } from '../../test/simulator/copilot/model-entry.ts';
import type { SimulatorOptions } from '../../test/simulator/simulator-state.ts';
import type { ThemeName } from './palette.ts';

export type Step =
  | { type: string }
  | { press: string }
  | { paste: string }
  /** Waits until the screen shows this. */
  | { wait: string | RegExp }
  /** Waits until the program has ended. */
  | { exit: true }
  /** Writes docs/screenshots/NAME.svg, once a theme with `-dark` and `-light`. */
  | { shoot: string };

export type Scene = {
  /** Stands in the bar of the window, and is read aloud. */
  title: string;
  /** The command line behind `copilot-cli`, as a person would type it. */
  line: string;
  argv: string[];
  columns: number;
  rows: number;
  themes: ThemeName[];
  env?: Record<string, string>;
  simulator?: SimulatorOptions;
  steps: Step[];
};

const bothThemes: ThemeName[] = ['dark', 'light'];

const capTheorem = `A distributed store that is **partitioned** must choose: it stays **consistent** and refuses
some requests, or it stays **available** and lets copies differ for a while.

In practice the choice is made per operation, and most of the time there is no partition at all.
`;

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

export const scenes: Scene[] = [
  {
    title: 'copilot-cli',
    line: 'copilot-cli chat',
    argv: ['chat'],
    columns: 84,
    rows: 36,
    themes: bothThemes,
    simulator: { answer: { text: retryAnswer, deltaDelayMs: 5 } },
    steps: [
      // The model stands in the footer once it can be asked.
      { wait: 'gpt-5' },
      { type: 'how do I retry a request well?' },
      { press: 'enter' },
      { wait: 'tokens/s' },
      { shoot: 'chat' },
    ],
  },
  {
    title: 'copilot-cli',
    line: 'copilot-cli chat',
    argv: ['chat'],
    columns: 84,
    rows: 28,
    themes: ['dark'],
    steps: [
      { wait: 'gpt-5' },
      { type: '/model' },
      { press: 'enter' },
      { wait: 'claude' },
      { shoot: 'model-picker' },
    ],
  },
  {
    title: 'copilot-cli',
    line: 'copilot-cli chat',
    argv: ['chat'],
    columns: 100,
    rows: 16,
    themes: bothThemes,
    simulator: {
      answer: {
        text: longTalkAnswer,
        deltaDelayMs: 5,
        usage: { inputTokens: 165_000, cachedInputTokens: 151_000 },
      },
    },
    steps: [
      { wait: 'gpt-5' },
      { type: '/model claude-haiku-4.5' },
      { press: 'enter' },
      { wait: 'claude-haiku-4.5 answers' },
      { type: 'and where did we leave off?' },
      { press: 'enter' },
      { wait: /\d out/ },
      { shoot: 'full-context' },
    ],
  },
  {
    title: 'copilot-cli models',
    line: 'copilot-cli models',
    argv: ['models'],
    columns: 84,
    rows: 30,
    themes: bothThemes,
    simulator: { catalogue: createDefaultCatalogue().filter(isModelEntry) },
    steps: [{ exit: true }, { shoot: 'models' }],
  },
  {
    title: 'copilot-cli chat',
    line: 'copilot-cli chat --usage "explain the CAP theorem"',
    argv: ['chat', '--usage', 'explain the CAP theorem'],
    columns: 100,
    rows: 12,
    themes: bothThemes,
    simulator: { answer: { text: capTheorem } },
    steps: [{ exit: true }, { shoot: 'one-shot' }],
  },
];
