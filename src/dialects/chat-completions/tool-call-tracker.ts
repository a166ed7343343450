import type { ToolCallDeltaEvent } from '../chat-event.ts';
import type { ChatCompletionsToolCall } from './wire.ts';

export type ToolCallTracker = {
  read(call: ChatCompletionsToolCall): ToolCallDeltaEvent;
  isEmpty(): boolean;
};

/**
 * Numbers the tool calls of one reply from 0 in the order they appear. The wire's own index may start at 1 (Claude's
 * text took 0) or be missing, and an id may come once, with every delta, or only with the first.
 */
export function createToolCallTracker(): ToolCallTracker {
  const positions = new Map<string | number, number>();
  const named = new Set<number>();
  let count = 0;
  let latest = 0;

  function findPosition(call: ChatCompletionsToolCall): number {
    const key = call.index ?? call.id;
    if (key === undefined || key === null) return count === 0 || call.function?.name ? count : latest;
    return positions.get(key) ?? count;
  }

  return {
    read(call) {
      const index = findPosition(call);
      if (index === count) count += 1;
      latest = index;
      const key = call.index ?? call.id;
      if (key !== undefined && key !== null) positions.set(key, index);
      const first = !named.has(index);
      if (call.id || call.function?.name) named.add(index);
      return {
        type: 'tool-call-delta',
        index,
        id: first ? (call.id ?? undefined) : undefined,
        name: first ? (call.function?.name ?? undefined) : undefined,
        arguments: call.function?.arguments ?? '',
      };
    },
    isEmpty: () => count === 0,
  };
}
