import { limitParts } from '../dialect.ts';
import type { CallItem } from './read-calls.ts';
import type { TextMark } from './said-text.ts';

/** An unfinished output item. */
export type OutputItem = CallItem & {
  isDone: boolean;
  /** Its number among the blocks of thinking. */
  block: number | undefined;
  /** The field that shows the thinking, and the part of it that came last. */
  shownBy: ThinkingField | undefined;
  part: unknown;
  /** Where its text, and that of its latest part, begins in the text of all messages. Undefined if that is not in one piece. */
  textStart: TextMark | undefined;
  partStart: TextMark | undefined;
  closedParts: number;
};

/** A model shows a summary of its thinking, or the thinking itself. */
export type ThinkingField = 'summary' | 'content';

type OutputItems = {
  /** The item with this index, created if missing. */
  find(outputIndex: unknown): OutputItem;
  open(outputIndex: unknown): OutputItem;
  isEmpty(): boolean;
};

/** Items by `output_index`: Copilot encrypts ids, so that each event has another one for the same item. */
export function createOutputItems(): OutputItems {
  const items = new Map<unknown, OutputItem>();
  let latest: OutputItem | undefined;
  let latestIndex: unknown;

  function keep(outputIndex: unknown, item: OutputItem): OutputItem {
    latest = item;
    latestIndex = outputIndex;
    items.set(outputIndex, item);
    limitParts(items.size);
    return item;
  }

  return {
    find(outputIndex) {
      if (latest !== undefined && latestIndex === outputIndex) return latest;
      return keep(outputIndex, items.get(outputIndex) ?? createOutputItem());
    },
    open: (outputIndex) => keep(outputIndex, createOutputItem()),
    isEmpty: () => items.size === 0,
  };
}

export function createOutputItem(): OutputItem {
  return {
    hasContent: false,
    isDone: false,
    block: undefined,
    call: undefined,
    isCustom: false,
    streamed: [],
    shownBy: undefined,
    part: undefined,
    textStart: undefined,
    partStart: undefined,
    closedParts: 0,
  };
}
