import type { MarkdownStream } from '../markdown/markdown-stream.ts';

/** The Markdown of an answer, in the pieces that gave finished lines, so that these can be laid out again for another width. */
export type AnswerSource = {
  /** Cuts a text behind its lines. A text behind a very long answer stays whole. */
  cut(text: string): readonly string[];
  /** Adds a piece. Returns the place of the lines that came with it; undefined if none came, or the answer is too long to be kept. */
  add(piece: string, hasLines: boolean, isLast: boolean): number | undefined;
  /** The lines of each place, in this many cells. */
  layOut(columns: number, createMarkdown: (columns: number) => MarkdownStream): readonly string[][];
};

/** Of an answer as long as many windows, only the end is on the screen. In UTF-16 code units. */
const maxLength = 200_000;

export function createAnswerSource(): AnswerSource {
  let pieces: string[] = [];
  let open = '';
  let length = 0;
  let hasEnded = false;
  let laidOut: readonly string[][] | undefined;

  return {
    cut: (text) => (length + text.length > maxLength ? [text] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? [])),
    add(piece, hasLines, isLast) {
      length += piece.length;
      if (length > maxLength) {
        pieces = [];
        return undefined;
      }
      open += piece;
      if (!hasLines) return undefined;
      hasEnded = isLast;
      pieces.push(open);
      open = '';
      return pieces.length - 1;
    },
    layOut(columns, createMarkdown) {
      if (laidOut) return laidOut;
      const markdown = createMarkdown(columns);
      laidOut = pieces.map((piece, index) => [
        ...markdown.push(piece),
        ...(hasEnded && index === pieces.length - 1 ? markdown.end() : []),
      ]);
      // All lines on the screen are asked for at once.
      queueMicrotask(() => {
        laidOut = undefined;
      });
      return laidOut;
    },
  };
}
