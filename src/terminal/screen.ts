import wrapAnsi from 'wrap-ansi';
import { cellWidth } from './cell-width.ts';

/** A row and a column of the panel, from zero. */
export type CursorPlace = { row: number; column: number };

/** What is below the finished lines and may still change. Every line is painted already and holds no newline. */
export type Live = {
  /** The open end of an answer; if it is too long, its last lines are shown. */
  tail: readonly string[];
  /** What stays at the bottom: composer, pickers, footer. */
  panel: readonly string[];
  /** Where the terminal's own cursor stands in the panel, so that input methods open there. Hidden if there is none. */
  cursor: CursorPlace | undefined;
};

export type Size = { columns: number; rows: number };

type ScreenOptions = {
  /** What is live now. Called once a frame, and may commit lines. */
  draw: () => Live;
  /** Resolves when more may be written. */
  write: (text: string) => Promise<void>;
  /** The terminal, in cells. */
  size: () => Size;
  /** The most lines of a tail that are shown. */
  maxTailRows?: number;
};

export type Screen = {
  /** Adds finished lines above what is live. They are written once. */
  commit(lines: readonly string[]): void;
  /** What is live has changed; `isUrgent` if a person waits for it, as after a key press. */
  invalidate(change?: { isUrgent: boolean }): void;
  /** To be called when the terminal has another size. */
  resize(): void;
  /** Resolves when all that was committed is written. */
  settled(): Promise<void>;
  /** Takes away what is live, so that something else can write to the terminal. Nothing is drawn until `resume`. */
  suspend(): Promise<void>;
  resume(): void;
};

/** Between two frames, in milliseconds: never more than 30 arrive in a second, even where some are held up on their way. */
const frameMs = 40;
/** The same for what a person waits for. */
const urgentFrameMs = 8;
const usualTailRows = 12;
const nothing: Live = { tail: [], panel: [], cursor: undefined };

const beginFrame = '\u001b[?2026h\u001b[?25l';
const endFrame = '\u001b[?2026l';
const showCursor = '\u001b[?25h';
const eraseLineEnd = '\u001b[K';
const eraseBelow = '\u001b[J';

/**
 * Draws the lower end of a terminal that keeps its own scrollback: finished lines once, and below them what is live, of which a frame
 * rewrites only the lines that changed. A slow terminal gets fewer frames, never a queue of them.
 */
export function createScreen({ draw, write, size, maxTailRows = usualTailRows }: ScreenOptions): Screen {
  let finished: string[] = [];
  /** The live lines as the terminal has them, and the row of them that its cursor is in. */
  let drawn: string[] = [];
  let cursorRow = 0;
  let drawnColumns = size().columns;
  let isCursorShown = true;
  let drawnCursor: CursorPlace | undefined;
  let isSuspended = false;
  let isDirty = false;
  let isUrgent = false;
  let lastFrameAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let waiters: (() => void)[] = [];

  function schedule(change = { isUrgent: false }): void {
    isDirty = true;
    const isSooner = change.isUrgent && !isUrgent;
    isUrgent ||= change.isUrgent;
    if ((timer && !isSooner) || writing || isSuspended) return;
    clearTimeout(timer);
    const gapMs = isUrgent ? urgentFrameMs : frameMs;
    timer = setTimeout(drawFrame, Math.max(0, lastFrameAt + gapMs - performance.now()));
  }

  function drawFrame(): void {
    timer = undefined;
    lastFrameAt = performance.now();
    const live = draw();
    isDirty = false;
    isUrgent = false;
    const text = composeFrame(live);
    if (text === '') {
      settle();
      return;
    }
    writing = write(text)
      // If the terminal is gone, the reader of its keys notices.
      .catch(() => {})
      .then(() => {
        writing = undefined;
        if (isDirty) schedule();
        else settle();
      });
  }

  function settle(): void {
    const settledWaiters = waiters;
    waiters = [];
    for (const wake of settledWaiters) wake();
  }

  /** The lines that fit: all of the panel, if it can be, and of the tail the last ones. */
  function fitLive(live: Live, { columns, rows }: Size): { lines: string[]; panelTop: number } {
    const most = Math.max(1, rows - 1);
    const panel = live.panel.slice(-most);
    const tailRows = Math.min(maxTailRows, most - panel.length);
    const tail = tailRows > 0 ? live.tail.slice(-tailRows) : [];
    const lines = [...tail, ...panel].map((line) => clip(line, columns));
    // The row that the cursor stands in is always ours.
    if (lines.length === 0) lines.push('');
    return { lines, panelTop: tail.length - (live.panel.length - panel.length) };
  }

  function composeFrame(live: Live): string {
    const { columns, rows } = size();
    const { lines, panelTop } = fitLive(live, { columns, rows });
    const done = finished.flatMap((line) => wrap(line, columns));
    finished = [];
    const next = [...done, ...lines];
    const cursor = live.cursor && { row: live.cursor.row + panelTop, column: live.cursor.column };
    const body = rewrite(next, columns);
    drawn = lines;
    drawnColumns = columns;
    // The rows above are the scrollback's now.
    cursorRow -= done.length;
    const isCursorSame =
      isCursorShown === (cursor !== undefined) &&
      cursor?.row === drawnCursor?.row &&
      cursor?.column === drawnCursor?.column;
    if (body === '' && isCursorSame) return '';
    drawnCursor = cursor;
    isCursorShown = cursor !== undefined;
    return beginFrame + body + placeCursor(cursor) + endFrame;
  }

  /** Goes from what is drawn to `next`, from the first drawn line on, and leaves the cursor in the last line it wrote. */
  function rewrite(next: readonly string[], columns: number): string {
    let text = '';
    const last = Math.max(0, drawn.length - 1);
    for (const [index, line] of next.entries()) {
      if (line === drawn[index]) continue;
      if (index > last && cursorRow < last) {
        text += moveRows(cursorRow, last);
        cursorRow = last;
      }
      // Below the last row there is none to move to.
      text += index > last ? '\r\n'.repeat(index - cursorRow) : `${moveRows(cursorRow, index)}\r`;
      // The last cell of a full line would be erased with what follows it.
      text += cellWidth(line) < columns ? line + eraseLineEnd : line;
      cursorRow = index;
    }
    if (next.length < drawn.length) {
      text += `${moveRows(cursorRow, next.length)}\r${eraseBelow}`;
      cursorRow = next.length;
    }
    return text;
  }

  function placeCursor(cursor: CursorPlace | undefined): string {
    const row = cursor?.row ?? Math.max(0, drawn.length - 1);
    const text = `${moveRows(cursorRow, row)}\r${cursor && cursor.column > 0 ? `\u001b[${cursor.column}C` : ''}`;
    cursorRow = row;
    return text + (cursor ? showCursor : '');
  }

  /** Erases what is live, which a terminal may have wrapped anew, and leaves the cursor where it began. */
  function erase(): string {
    const { columns, rows } = size();
    let above = 0;
    for (const line of drawn.slice(0, Math.max(0, cursorRow)))
      above += columns < drawnColumns ? Math.max(1, Math.ceil(cellWidth(line) / columns)) : 1;
    drawn = [];
    cursorRow = 0;
    drawnCursor = undefined;
    drawnColumns = columns;
    return `${moveRows(Math.min(above, rows - 1), 0)}\r${eraseBelow}`;
  }

  return {
    commit(lines) {
      if (lines.length === 0) return;
      finished.push(...lines);
      schedule();
    },
    invalidate: schedule,
    resize() {
      if (isSuspended) return;
      void write(beginFrame + erase() + endFrame).catch(() => {});
      isCursorShown = false;
      schedule();
    },
    settled() {
      if (isSuspended || (!isDirty && !writing)) return Promise.resolve();
      return new Promise((resolve) => waiters.push(resolve));
    },
    async suspend() {
      if (isSuspended) return;
      await writing;
      // Only now: a frame may have been asked for while the last one was written.
      clearTimeout(timer);
      timer = undefined;
      draw();
      const text = composeFrame(nothing);
      isSuspended = true;
      await write(`${text}${showCursor}`);
      drawn = [];
      cursorRow = 0;
      isCursorShown = true;
      drawnCursor = undefined;
      settle();
    },
    resume() {
      if (!isSuspended) return;
      isSuspended = false;
      drawnColumns = size().columns;
      schedule();
    },
  };
}

function moveRows(from: number, to: number): string {
  if (to === from) return '';
  return to < from ? `\u001b[${from - to}A` : `\u001b[${to - from}B`;
}

/** Lines come as wide as the terminal was when they were made. */
function wrap(line: string, columns: number): string[] {
  return cellWidth(line) <= columns
    ? [line]
    : wrapAnsi(line, columns, { hard: true, trim: false }).split('\n');
}

function clip(line: string, columns: number): string {
  return wrap(line, columns)[0] ?? '';
}
