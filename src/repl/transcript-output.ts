import type { Output } from '../terminal/io.ts';

export type TranscriptOutput = Output & {
  /** The lines that were written, each without its newline. */
  takeLines(): string[];
};

/** An output that keeps what commands of the shell would print, so that the REPL can show it as a block. */
export function createTranscriptOutput({
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
