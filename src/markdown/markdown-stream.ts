import type { Theme } from '../terminal/theme.ts';
import { createBlockParser } from './block-parser.ts';
import { createBlockWriter } from './block-writer.ts';
import { cleanLine } from './visible-text.ts';

export type MarkdownOptions = {
  theme: Theme;
  /** Cells of the terminal, at least 8. */
  columns: number;
  /** Whether links become clickable escape sequences (OSC 8). Otherwise URLs are written out. */
  links: boolean;
};

/**
 * Lays out Markdown while it arrives, in painted lines of at most `columns` cells, each closed in itself. The result does not depend on how
 * the text was cut, and is harmless whatever it holds.
 */
export type MarkdownStream = {
  /** Returns finished lines, which never change again. */
  push(text: string): string[];
  /** The unfinished part: its last `maxRows` lines, 50 by default. Cheap enough for each frame. */
  tail(maxRows?: number): string[];
  /** Ends the text and returns the remaining lines. */
  end(): string[];
  /** Lays out what is not finished, and all that comes, in this many cells. */
  resize(columns: number): void;
};

export function createMarkdownStream(options: MarkdownOptions): MarkdownStream {
  let columns = toColumns(options.columns);
  const writer = createBlockWriter({ ...options, columns });
  const parser = createBlockParser(writer.sink);
  // Pieces of the unfinished line. Joining them each time would copy a long line again and again.
  let open: string[] = [];
  let cached: { maxRows: number; lines: string[] } | undefined;

  function acceptOpen(): void {
    parser.accept(cleanLine(open.join('')));
    open = [];
  }

  function renderTail(maxRows: number): string[] {
    const tailWriter = writer.fork();
    const longest = maxRows * columns;
    const tailParser = parser.fork(tailWriter.sink, longest);
    const line = toOpenLine(open, longest);
    if (!isUndecided(line)) tailParser.accept(line);
    tailParser.end();
    return tailWriter.take().slice(-maxRows);
  }

  return {
    push(text) {
      if (text !== '') cached = undefined;
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        open.push(text.slice(start, end));
        acceptOpen();
        start = end + 1;
      }
      if (start < text.length) open.push(text.slice(start));
      return writer.take();
    },
    tail(maxRows = 50) {
      if (cached?.maxRows !== maxRows) cached = { maxRows, lines: renderTail(maxRows) };
      return cached.lines;
    },
    end() {
      cached = undefined;
      if (open.length > 0) acceptOpen();
      parser.end();
      return writer.take();
    },
    resize(wanted) {
      if (toColumns(wanted) === columns) return;
      columns = toColumns(wanted);
      cached = undefined;
      writer.resize(columns);
    },
  };
}

const leastColumns = 8;

function toColumns(wanted: number): number {
  return Math.max(leastColumns, Math.floor(wanted));
}

export function renderMarkdown(text: string, options: MarkdownOptions): string[] {
  const stream = createMarkdownStream(options);
  return [...stream.push(text), ...stream.end()];
}

/** The last `longest` code units of a line, without half a character at its end. */
function toOpenLine(pieces: readonly string[], longest: number): string {
  let line = '';
  for (let at = pieces.length - 1; at >= 0 && line.length < longest; at -= 1) line = pieces[at] + line;
  return cleanLine(line.slice(-longest).replace(/[\ud800-\udbff]$/, ''));
}

/** Whether a line has only marks, whose meaning depends on what follows. It is not shown until then. */
function isUndecided(line: string): boolean {
  return /^[\s\-=*_+`~#>|]*(?:\d{1,9}[.)]?)?\s*$/.test(line);
}
