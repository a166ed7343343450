import { type Fence, isBlank, isFenceEnd, parseFence } from '../../markdown/line-kinds.ts';
import { cleanLine } from '../../markdown/visible-text.ts';

/** Gives an answer out by blocks, as its Markdown: a paragraph, a list, a code block in one piece, so that none is read in the middle. */
export type AnswerBlocks = {
  /** The lines of the blocks that are finished now. */
  push(text: string): string[];
  /** The answer is over: the lines that are left. */
  end(): string[];
};

export function createAnswerBlocks(): AnswerBlocks {
  let openLine = '';
  let block: string[] = [];
  let fence: Fence | undefined;

  /** Gives the block that this line ends, or nothing. */
  function takeLine(line: string): string[] {
    block.push(line);
    const isEnd = fence ? isFenceEnd(line.trimStart(), fence) : isBlank(line);
    fence = fence ? (isEnd ? undefined : fence) : parseFence(line.trimStart());
    return isEnd ? takeBlock() : [];
  }

  function takeBlock(): string[] {
    const finished = block;
    block = [];
    return finished;
  }

  return {
    push(text) {
      const [first = '', ...rest] = text.split('\n');
      openLine += first;
      const finished: string[] = [];
      for (const next of rest) {
        finished.push(...takeLine(cleanLine(openLine)));
        openLine = next;
      }
      return finished;
    },
    end() {
      if (openLine !== '') block.push(cleanLine(openLine));
      openLine = '';
      fence = undefined;
      return takeBlock();
    },
  };
}
