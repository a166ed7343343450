import { cellWidth } from '../../terminal/cell-width.ts';
import type { Output } from '../../terminal/io.ts';
import { padToWidth } from '../../terminal/pad.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import type { ReplApp } from '../app.ts';

/** Shows what a command of the shell would print as a block of the transcript. */
export async function printOutput(app: ReplApp, write: (output: Output) => Promise<void>): Promise<void> {
  const output = createTranscriptOutput({ ...app.screenSize, colour: app.look.theme.name !== 'none' });
  await write(output);
  app.transcript.print(output.takeLines());
}

type TranscriptOutput = Output & {
  /** The lines that were written, each without its newline. */
  takeLines(): string[];
};

/** An output that keeps what commands of the shell would print, so that the REPL can show it as a block. */
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
/** With fewer cells, a second column would be a column of single words. */
const narrowest = 16;

/**
 * Two columns as lines of at most so many cells: the first as wide as it must be, and painted; what does not fit beside it goes on
 * below, where the second begins.
 */
export function toRows(
  rows: readonly (readonly [string, string])[],
  paint: (text: string) => string,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const width = Math.max(0, ...rows.map(([first]) => cellWidth(first)));
  const left = columns - width - gap.length;
  return rows.flatMap(([first, second]) => {
    const lines = left >= narrowest ? wrapText(second, left) : [second];
    return lines.map((line, index) =>
      index === 0
        ? `${paint(padToWidth(first, width))}${gap}${line}`
        : `${' '.repeat(width)}${gap}${line.trimStart()}`,
    );
  });
}
