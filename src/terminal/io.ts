import type { Readable } from 'node:stream';
import type { Env } from '../env.ts';

/** A stream to write to, and what we know about its reader. */
export type Output = {
  readonly isTerminal: boolean;
  /** Its number in this process, if it is one of the system's. */
  readonly fd?: number | undefined;
  /** Whether what was written may be drawn over: on a terminal that has a cursor, and without a screen reader. */
  readonly canRedraw: boolean;
  /** Columns of the terminal, or what COLUMNS says, or 80. */
  readonly columns: number;
  /** Rows of the terminal, or 24. */
  readonly rows: number;
  /** Calls `listener` when the size of the terminal changes. Returns the function that stops this. */
  onResize(listener: () => void): () => void;
  /** Whether escape codes for colour are wanted. */
  readonly colour: boolean;
  /** Resolves when more may be written. Throws ClosedPipeError if nobody reads any more. */
  write(text: string): Promise<void>;
  /** Writes before it comes back: the last words of a process. Never throws. */
  writeNow(text: string): void;
  /** Resolves when all that was written has left the process, or failed to. */
  flush(): Promise<void>;
};

export type Input = {
  readonly isTerminal: boolean;
  readonly stream: Readable & { fd?: number };
};

export type Io = { stdin: Input; stdout: Output; stderr: Output };

export const colourChoices = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof colourChoices)[number];

/** `--color` over NO_COLOR over FORCE_COLOR over what the stream is. */
export function wantsColour(choice: ColourChoice, env: Env, isTerminal: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
export type Style = keyof typeof codes;

/** `text` in a style if the output wants colour. */
export function paint(output: Output, style: Style, text: string): string {
  if (!output.colour || text === '') return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
