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

export const scenes: Scene[] = [
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
