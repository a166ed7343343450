import type { Readable } from 'node:stream';

/** A stream to write to, and facts about its reader. */
export type Output = {
  readonly isTerminal: boolean;
  /** The file descriptor, if the stream has one. */
  readonly fd?: number | undefined;
  /** Whether written text may be drawn over: the terminal has a cursor, and there is no screen reader. */
  readonly canRedraw: boolean;
  /** Of the terminal, or else COLUMNS, or else 80. */
  readonly columns: number;
  /** Of the terminal, or else 24. */
  readonly rows: number;
  /** Returns the function that removes the listener. */
  onResize(listener: () => void): () => void;
  readonly colour: boolean;
  /** Whether colour reaches lists, too. In a pipe they are for scripts, and FORCE_COLOR of a CI service must not change them; `--color always` may. */
  readonly paintsLists?: boolean;
  /** Whether bold and underline are welcome where colour is not. */
  readonly styles?: boolean;
  /**
   * Resolves when more may be written. Throws ClosedPipeError if the reader has gone, and the reason of the abort if the command is ended
   * while nobody reads.
   */
  write(text: string): Promise<void>;
  /** Writes synchronously, for the last words of a process. Never throws. */
  writeNow(text: string): void;
  /** Resolves when everything has left the process, or failed to. Throws the reason of the abort as `write` does. */
  flush(): Promise<void>;
};

export type Input = {
  readonly isTerminal: boolean;
  readonly stream: Readable & { fd?: number };
};

export type Io = { stdin: Input; stdout: Output; stderr: Output };

export const colourChoices = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof colourChoices)[number];

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
export type Style = keyof typeof codes;

/** Paints a cell of a list. */
export function paintListed(output: Output, style: Style, text: string): string {
  return output.paintsLists ? paint(output, style, text) : text;
}

export function paint(output: Output, style: Style, text: string): string {
  if (!output.colour || text === '') return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
