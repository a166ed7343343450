import type { JsonObject } from '../../json-value.ts';
import { limitParts } from '../stream-decoder.ts';

/** A model shows a summary of its thinking, or the thinking itself. */
export type ThinkingField = 'summary' | 'content';

/** What is known of an output item under way. */
export type OutputItem = {
  hasContent: boolean;
  isDone: boolean;
  /** Its numbers among the blocks of thinking and among the calls. */
  block: number | undefined;
  call: number | undefined;
  /** The field that shows the thinking, and the part of it that came last. */
  shownBy: ThinkingField | undefined;
  part: unknown;
};

export type OutputItems = {
  /** The item of this index, a new one where there was none. */
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

function createOutputItem(): OutputItem {
  return {
    hasContent: false,
    isDone: false,
    block: undefined,
    call: undefined,
    shownBy: undefined,
    part: undefined,
  };
}

/** The text of a delta, where it has one. */
export function toDelta({ delta }: JsonObject): string {
  return typeof delta === 'string' ? delta : '';
}
