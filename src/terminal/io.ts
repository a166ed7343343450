import type { Readable } from 'node:stream';

/** A stream to write to, and what is known of whoever reads it. */
export type Output = {
  readonly isTerminal: boolean;
  /** Its number in this process, if it is one of the system's. */
  readonly fd?: number | undefined;
  /** Whether what was written may be drawn over: on a terminal that has a cursor, and where no screen reader reads along. */
  readonly canRedraw: boolean;
  /** Columns of the terminal, or what COLUMNS says, or 80. */
  readonly columns: number;
  /** Rows of the terminal, or 24. */
  readonly rows: number;
  /** Calls when the terminal has another size, until what it gives is called. */
  onResize(listener: () => void): () => void;
  /** Whether escape codes for colour are wanted. */
  readonly colour: boolean;
  /** Resolves when more may be written. Throws ClosedPipeError where nobody reads any more. */
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
