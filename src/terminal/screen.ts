import wrapAnsi from 'wrap-ansi';
import { cellWidth } from './cell-width.ts';

/** A row and a column of the panel, from zero. */
export type CursorPlace = { row: number; column: number };

/** What stands below the finished lines and may still change. Lines are painted and hold no newline. */
export type Live = {
  /** The unfinished end of an answer. If it is too long, its last lines are shown. */
  tail: readonly string[];
  /** The fixed bottom: composer, pickers, footer. */
  panel: readonly string[];
  /** Where the terminal's cursor stands in the panel, so that input methods open there. Undefined hides it. */
  cursor: CursorPlace | undefined;
};

export type Size = { columns: number; rows: number };

/** Finished lines, and the same for the width of now. */
type Block = { lines: readonly string[]; layOut: () => readonly string[] };

type ScreenOptions = {
  /** Returns the live part. Called once a frame, and may commit lines. */
  draw: () => Live;
  /** Resolves when more may be written. */
  write: (text: string) => Promise<void>;
  /** In cells. */
  size: () => Size;
};

export type Screen = {
  /** Adds finished lines above what is live. They are written once. `layOut` gives them for the width of a later time. */
  commit(lines: readonly string[], layOut?: () => readonly string[]): void;
  /** The live part has changed. `isUrgent`: a person waits for it, as after a key. */
  invalidate(change?: { isUrgent: boolean }): void;
  /** Call this after the terminal was resized. */
  resize(): void;
  /**
   * Draws anew what is live, and lays out anew the finished lines above it that are still on the screen. `findCursor` asks the terminal for
   * the row of its cursor, from zero; undefined leaves the finished lines as they are.
   */
  redraw(findCursor: () => Promise<number | undefined>): Promise<void>;
  /** Resolves when all committed lines are written. */
  settled(): Promise<void>;
  /** Erases the live part, so that another program can write to the terminal. Nothing is drawn until `resume`. */
  suspend(): Promise<void>;
  resume(): void;
};

/** Between two frames, in milliseconds. At most 30 arrive in a second, even if some are delayed. */
const frameMs = 40;
/** The same after an urgent change. */
const urgentFrameMs = 8;
/**
 * How long the size must stay the same before anything is drawn: who drags a window changes it at every frame, and tmux tells a new size
 * up to 250 ms after it has wrapped what is shown.
 */
const steadyMs = 300;
/** Of the rows of the terminal, for the unfinished end of an answer, and the least of them. */
const tailShare = 0.6;
const leastTailRows = 12;
/** How many finished lines can be laid out anew: as many as a high window has rows. */
const maxRecentLines = 200;
/** No line is like this one. */
const unknown = '\u0000';
const nothing: Live = { tail: [], panel: [], cursor: undefined };

const beginFrame = '\u001b[?2026h\u001b[?25l';
const endFrame = '\u001b[?2026l';
const showCursor = '\u001b[?25h';
const eraseLineEnd = '\u001b[K';
const eraseBelow = '\u001b[J';

/**
 * Draws the lower end of a terminal and keeps its scrollback. Finished lines are written once; below them a frame rewrites only the live
 * lines that changed. A slow terminal gets fewer frames, never a queue.
 */
export function createScreen({ draw, write, size }: ScreenOptions): Screen {
  let finished: Block[] = [];
  /** The last finished lines on the terminal. */
  let recent: Block[] = [];
  let recentLines = 0;
  /** Set while a redraw begins: how many rows stand above the live part. */
  let rowsAbove: number | undefined;
  /** Whether nothing is drawn until the terminal has told where its cursor is. */
  let isHeld = false;
  /** The live lines on the terminal, and the row among them that holds the cursor. */
  let drawn: string[] = [];
  let cursorRow = 0;
  /**
   * The widths of live lines that a lower window moved into the scrollback, in cells. If the window becomes higher, a terminal may move them
   * back, right above what is drawn.
   */
  let lost: readonly number[] = [];
  let isCursorShown = true;
  let drawnCursor: CursorPlace | undefined;
  let isSuspended = false;
  let isDirty = false;
  let isUrgent = false;
  let lastFrameAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  /** Set while the size changes. */
  let steadying: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let waiters: (() => void)[] = [];

  function schedule(change = { isUrgent: false }): void {
    isDirty = true;
    const isSooner = change.isUrgent && !isUrgent;
    isUrgent ||= change.isUrgent;
    if ((timer && !isSooner) || writing || isSuspended || isHeld || steadying) return;
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
      // If the terminal is gone, the key reader notices.
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

  /** The lines that fit: the whole panel if possible, then the last lines of the tail. */
  function fitLive(live: Live, { columns, rows }: Size): { lines: string[]; panelTop: number } {
    const most = Math.max(1, rows - 1);
    const panel = live.panel.slice(-most);
    const wanted = Math.max(leastTailRows, Math.floor(rows * tailShare));
    const tailRows = Math.min(wanted, most - panel.length);
    const tail = tailRows > 0 ? live.tail.slice(-tailRows) : [];
    const lines = [...tail, ...panel].map((line) => clip(line, columns));
    // We always own the row of the cursor.
    if (lines.length === 0) lines.push('');
    return { lines, panelTop: tail.length - (live.panel.length - panel.length) };
  }

  function composeFrame(live: Live): string {
    const { columns, rows } = size();
    const { lines, panelTop } = fitLive(live, { columns, rows });
    const above = rowsAbove === undefined ? undefined : takeShown(rowsAbove, columns);
    rowsAbove = undefined;
    const fresh = [...(above?.blocks ?? []), ...finished];
    for (const block of fresh) remember(block);
    const done = fresh.flatMap(({ lines }) => lines.flatMap((line) => wrap(line, columns)));
    finished = [];
    const next = [...done, ...lines];
    const cursor = live.cursor && { row: live.cursor.row + panelTop, column: live.cursor.column };
    const body = rewrite(next, columns);
    drawn = lines;
    if (done.length > 0) lost = [];
    // The rows above now belong to the scrollback.
    cursorRow -= done.length;
    const isCursorSame =
      isCursorShown === (cursor !== undefined) &&
      cursor?.row === drawnCursor?.row &&
      cursor?.column === drawnCursor?.column;
    if (body === '' && isCursorSame && !above) return '';
    drawnCursor = cursor;
    isCursorShown = cursor !== undefined;
    return beginFrame + (above?.erased ?? '') + body + placeCursor(cursor) + endFrame;
  }

  function remember(block: Block): void {
    recent.push(block);
    recentLines += block.lines.length;
    while (recentLines - (recent[0]?.lines.length ?? 0) >= maxRecentLines)
      recentLines -= recent.shift()?.lines.length ?? 0;
  }

  /** Erases the live part, and lays out anew the finished blocks that are wholly in the `free` rows above it. */
  function takeShown(free: number, columns: number): { erased: string; blocks: Block[] } {
    let first = recent.length;
    let above = 0;
    for (; first > 0; first -= 1) {
      const height = countRows((recent[first - 1] as Block).lines, columns);
      if (above + height > free) break;
      above += height;
    }
    const blocks = recent.splice(first).map(({ lines, layOut }) => {
      recentLines -= lines.length;
      return { lines: layOut(), layOut };
    });
    const erased = erase() + moveRows(above, 0);
    // These are written over: some terminals move a screen that is erased from its first row on into the scrollback.
    drawn = Array.from({ length: above }, () => unknown);
    return { erased, blocks };
  }

  /** Replaces the drawn lines by `next`, from the first drawn line on. Leaves the cursor in the last line that it wrote. */
  function rewrite(next: readonly string[], columns: number): string {
    let text = '';
    const last = Math.max(0, drawn.length - 1);
    for (const [index, line] of next.entries()) {
      if (line === drawn[index]) continue;
      if (index > last && cursorRow < last) {
        text += moveRows(cursorRow, last);
        cursorRow = last;
      }
      // The cursor cannot move below the last row, so add rows.
      text += index > last ? '\r\n'.repeat(index - cursorRow) : `${moveRows(cursorRow, index)}\r`;
      const width = cellWidth(line);
      // Some terminals wrap a row as long as it once was, unless it was erased from its first cell on.
      if (width > 0 && width < cellWidth(drawn[index] ?? '')) text += eraseLineEnd;
      // Erasing after a full line would erase its last cell.
      text += width < columns ? line + eraseLineEnd : line;
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

  /** Erases the live part, which a terminal may have wrapped again. Leaves the cursor at its start. */
  function erase(): string {
    const { columns, rows } = size();
    const higher = [...lost, ...drawn.slice(0, Math.max(0, cursorRow)).map(cellWidth)];
    const above = higher.reduce((count, width) => count + toRows(width, columns), 0);
    lost = takeRows(higher, columns, above - (rows - 1));
    drawn = [];
    cursorRow = 0;
    drawnCursor = undefined;
    const isWhole = above >= rows - 1;
    return `${moveRows(Math.min(above, rows - 1), 0)}\r${isWhole ? eraseRows(rows) : eraseBelow}`;
  }

  /** Erases what the terminal has wrapped for its new size, if that changed. A frame before this would look for its rows where they are not. */
  function takeSize(): void {
    if (!steadying) return;
    clearTimeout(steadying);
    steadying = undefined;
    void write(beginFrame + erase() + endFrame).catch(() => {});
    isCursorShown = false;
  }

  return {
    commit(lines, layOut = () => lines) {
      if (lines.length === 0) return;
      finished.push({ lines, layOut });
      schedule();
    },
    invalidate: schedule,
    resize() {
      if (isSuspended) return;
      clearTimeout(timer);
      timer = undefined;
      isDirty = true;
      clearTimeout(steadying);
      steadying = setTimeout(() => {
        takeSize();
        schedule();
      }, steadyMs);
    },
    async redraw(findCursor) {
      if (isSuspended || isHeld) return;
      takeSize();
      isHeld = true;
      clearTimeout(timer);
      timer = undefined;
      await writing;
      const row = await findCursor().finally(() => {
        isHeld = false;
      });
      if (isSuspended) return;
      rowsAbove = row === undefined ? 0 : Math.max(0, row - cursorRow);
      schedule({ isUrgent: true });
    },
    settled() {
      if (isSuspended || (!isDirty && !writing)) return Promise.resolve();
      return new Promise((resolve) => waiters.push(resolve));
    },
    async suspend() {
      if (isSuspended) return;
      takeSize();
      isHeld = false;
      rowsAbove = undefined;
      await writing;
      // Clear it only now: a frame may have been scheduled while the last one was written.
      clearTimeout(timer);
      timer = undefined;
      draw();
      const text = composeFrame(nothing);
      isSuspended = true;
      await write(`${text}${showCursor}`);
      // Other programs write below these.
      recent = [];
      recentLines = 0;
      drawn = [];
      lost = [];
      cursorRow = 0;
      isCursorShown = true;
      drawnCursor = undefined;
      settle();
    },
    resume() {
      if (!isSuspended) return;
      isSuspended = false;
      schedule();
    },
  };
}

/** Erases the whole screen from its first row on. Row by row: erased at once, some terminals move it into the scrollback. */
function eraseRows(rows: number): string {
  return eraseLineEnd + `\u001b[B${eraseLineEnd}`.repeat(rows - 1) + moveRows(rows - 1, 0);
}

/** The rows of lines that the terminal may have wrapped. */
function countRows(lines: readonly string[], columns: number): number {
  return lines.reduce((count, line) => count + toRows(cellWidth(line), columns), 0);
}

function toRows(width: number, columns: number): number {
  return Math.max(1, Math.ceil(width / columns));
}

/** The widths of the first `count` rows, as lines that the terminal has not torn. */
function takeRows(widths: readonly number[], columns: number, count: number): number[] {
  const taken: number[] = [];
  for (const width of widths) {
    if (count <= 0) break;
    taken.push(Math.min(width, count * columns));
    count -= toRows(width, columns);
  }
  return taken;
}

function moveRows(from: number, to: number): string {
  if (to === from) return '';
  return to < from ? `\u001b[${from - to}A` : `\u001b[${to - from}B`;
}

/** A line may be wider than the terminal is by now. */
function wrap(line: string, columns: number): string[] {
  return cellWidth(line) <= columns
    ? [line]
    : wrapAnsi(line, columns, { hard: true, trim: false }).split('\n');
}

function clip(line: string, columns: number): string {
  return wrap(line, columns)[0] ?? '';
}
