import type { IBuffer, IBufferLine } from '@xterm/headless';
import { type Cell, toCell } from './cell.ts';
import type { Keyboard } from './keys.ts';
import { type ScreenModes, trackModes } from './modes.ts';
import { type Counting, createXterm } from './xterm.ts';

export type Cursor = {
  /** From 0, from the top of the screen. */
  row: number;
  /** From 0. As many as there are columns where the next character goes to the next row. */
  column: number;
  visible: boolean;
};

export type TextOptions = {
  /** Makes one line of a row and the rows that the terminal wrapped it to. */
  joinWrapped?: boolean;
};

/** What a person sees: the state of a terminal that was fed what a program writes. */
export type Screen = {
  readonly columns: number;
  readonly rows: number;
  /** Resolves when the text is on the screen. Calls `onShown` at once then, before anything else is shown. */
  feed(text: string, onShown?: () => void): Promise<void>;
  resize(columns: number, rows: number): void;
  /** The rows that are visible, without blanks at their ends. */
  screen(): string[];
  /** The rows above them, oldest first; empty on the alternate screen. */
  scrollback(): string[];
  /** All rows, `scrollback()` and `screen()`. */
  text(options?: TextOptions): string[];
  cursor(): Cursor;
  /** Row and column count from 0, from the top left of what is visible. */
  cell(row: number, column: number): Cell;
  modes(): ScreenModes;
  dispose(): void;
};

export type ScreenOptions = {
  columns: number;
  rows: number;
  /** How many rows above the screen are kept. */
  scrollbackRows?: number;
  /** How it counts cells; `graphemes` where it is left out. */
  counting?: Counting;
  /** What the terminal can tell of its keys, once a program asks it to; `legacy` where it is left out. */
  keyboard?: Keyboard;
  /** Is told to programs that ask (OSC 11), as #rrggbb; where it is left out, there is no answer. */
  background?: string;
  /** What the terminal sends to the program: answers to its questions. */
  onAnswer?: (bytes: string) => void;
};

export function createScreen({
  columns,
  rows,
  scrollbackRows = 100_000,
  counting = 'graphemes',
  keyboard = 'legacy',
  background,
  onAnswer = () => {},
}: ScreenOptions): Screen {
  const terminal = createXterm({ cols: columns, rows, scrollback: scrollbackRows }, counting);
  terminal.onData(onAnswer);
  const modes = trackModes(terminal, { keyboard, background, onAnswer });
  const buffer = (): IBuffer => terminal.buffer.active;

  function listRows(from: number, to: number): string[] {
    return readLines(buffer(), from, to).map(toText);
  }

  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    feed: (text, onShown) =>
      new Promise((resolve) =>
        terminal.write(text, () => {
          onShown?.();
          resolve();
        }),
      ),
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    screen: () => listRows(buffer().baseY, buffer().baseY + terminal.rows),
    scrollback: () => listRows(0, buffer().baseY),
    text({ joinWrapped = false } = {}) {
      const lines = readLines(buffer(), 0, buffer().length);
      return joinWrapped ? joinRows(lines) : lines.map(toText);
    },
    cursor: () => ({ row: buffer().cursorY, column: buffer().cursorX, visible: modes().cursorVisible }),
    cell(row, column) {
      const found = buffer()
        .getLine(buffer().baseY + row)
        ?.getCell(column);
      if (found === undefined) throw new RangeError(`there is no cell in row ${row}, column ${column}`);
      return toCell(found);
    },
    modes,
    dispose: () => terminal.dispose(),
  };
}

function readLines(buffer: IBuffer, from: number, to: number): IBufferLine[] {
  return Array.from({ length: to - from }, (_, index) => buffer.getLine(from + index)).filter(
    (line) => line !== undefined,
  );
}

function toText(line: IBufferLine): string {
  // Blanks that a program has written are kept by the emulator.
  return line.translateToString(true).trimEnd();
}

/** Blanks at the end of a row are part of the line where the terminal wrapped it. */
function joinRows(lines: IBufferLine[]): string[] {
  return lines.reduce<string[]>((joined, line, index) => {
    const text = lines[index + 1]?.isWrapped ? line.translateToString(false) : toText(line);
    if (line.isWrapped && joined.length > 0) joined.push(joined.pop() + text);
    else joined.push(text);
    return joined;
  }, []);
}
