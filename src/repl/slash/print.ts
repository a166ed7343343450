import { cellWidth, padToWidth } from '../../terminal/cell-width.ts';
import type { Output } from '../../terminal/io.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import type { ReplApp } from '../app.ts';

/** Shows the output of a shell command as a block of the transcript. */
export async function printOutput(app: ReplApp, write: (output: Output) => Promise<void>): Promise<void> {
  const output = createTranscriptOutput({
    columns: app.transcript.textColumns,
    rows: app.screenSize.rows,
    colour: app.look.theme.name !== 'none',
  });
  await write(output);
  app.transcript.print(output.takeLines().flatMap((line) => hangValue(line, app.transcript.textColumns)));
}

/** A name and the blanks behind it, painted. */
const name = /^(?:\u001b\[[\d;]*m)*[^\s\u001b](?:[^\u001b]|\u001b\[[\d;]*m)*? {2,}(?=[^\s\u001b])/;

/** Wraps the value behind a name under itself. */
function hangValue(line: string, columns: number): string[] {
  if (cellWidth(line) <= columns) return [line];
  const [head = ''] = name.exec(line) ?? [];
  const width = cellWidth(head);
  if (head === '' || columns - width < narrowest) return [line];
  return wrapText(line.slice(head.length), columns - width).map((part, index) =>
    index === 0 ? head + part : ' '.repeat(width) + part,
  );
}

type TranscriptOutput = Output & {
  /** The lines that were written, each without its newline. */
  takeLines(): string[];
};

/** An output that keeps what a shell command would print, so that the chat can show it as a block. */
function createTranscriptOutput({
  columns,
  rows,
  colour,
}: Pick<Output, 'columns' | 'rows' | 'colour'>): TranscriptOutput {
  let text = '';
  return {
    isTerminal: true,
    canRedraw: false,
    columns,
    rows,
    colour,
    onResize: () => () => {},
    write(more) {
      text += more;
      return Promise.resolve();
    },
    writeNow(more) {
      text += more;
    },
    flush: () => Promise.resolve(),
    takeLines() {
      const lines = text.replace(/\n+$/, '').split('\n');
      text = '';
      return lines;
    },
  };
}

const gap = '  ';
/** With fewer cells, the second column would hold one word a line. */
const narrowest = 16;

/**
 * Lays out two columns in lines of at most `columns` cells. The first is painted and as wide as its longest text; the second wraps, and stands
 * below the first if there is no room beside it.
 */
export function toRows(
  rows: readonly (readonly [string, string])[],
  paint: (text: string) => string,
  columns: number,
): string[] {
  const width = Math.max(0, ...rows.map(([first]) => cellWidth(first)));
  const wanted = Math.max(0, ...rows.map(([, second]) => cellWidth(second)));
  const left = columns - width - gap.length;
  const isBeside = left >= Math.min(narrowest, wanted);
  return rows.flatMap(([first, second]) => {
    const lines = wrapText(second, isBeside ? left : columns - gap.length).map((line) => line.trimStart());
    if (!isBeside) return [...wrapText(first, columns).map(paint), ...lines.map((line) => gap + line)];
    return lines.map((line, index) =>
      index === 0 ? `${paint(padToWidth(first, width))}${gap}${line}` : `${' '.repeat(width)}${gap}${line}`,
    );
  });
}
