import type { JsonObject } from '../../json-value.ts';
import type { ReasoningDeltaEvent, TextDeltaEvent, ToolCallDeltaEvent } from '../chat-event.ts';
import { type CallWriter, createCallWriter } from './call-writer.ts';
import { createMessageWriter, type MessageWriter } from './message-writer.ts';
import { createThinkingWriter, type ThinkingWriter } from './thinking-writer.ts';
import type { Emit, ItemPlace } from './wire.ts';

export type OutputWriter = {
  write(event: TextDeltaEvent | ReasoningDeltaEvent | ToolCallDeltaEvent): void;
  /** Ends what is open, and returns all items in order. `truncated`: the last of them was cut. */
  close(truncated: boolean): JsonObject[];
  /** Whether words of a refusal were written. */
  isRefused(): boolean;
};

/**
 * Deltas to output items. Text and thinking take turns; calls stay open to the end, for arguments of several calls may
 * come in turns. Thinking stays open until its sealed form has come, which some models send after the text.
 */
export function createOutputWriter(replyId: string, emit: Emit): OutputWriter {
  const seed = replyId.replace(/^resp_/, '');
  const output: JsonObject[] = [];
  const calls = new Map<number, CallWriter>();
  /** Calls of which only a beginning has come. */
  const unnamed = new Map<number, { id: string | undefined; text: string }>();
  let count = 0;
  let isRefused = false;
  let message: MessageWriter | undefined;
  let thinking: ThinkingWriter | undefined;

  function createPlace(prefix: string): ItemPlace {
    const output_index = count++;
    return { item_id: `${prefix}_${seed}_${output_index}`, output_index };
  }

  function closeMessage(): void {
    if (message !== undefined) output[message.outputIndex] = message.close('completed');
    message = undefined;
  }

  function closeThinking(): void {
    if (thinking !== undefined) output[thinking.outputIndex] = thinking.close();
    thinking = undefined;
  }

  /** Between two messages the reader knows by the items that there is a blank line. */
  function writeText({ text, kind }: TextDeltaEvent): void {
    if (kind === 'separator') closeMessage();
    if (text === '' || kind === 'separator') return;
    if (kind === 'refusal') isRefused = true;
    thinking?.pause();
    message ??= createMessageWriter(createPlace('msg'), emit);
    message.write(text, kind ?? 'text');
  }

  function writeThinking({ index, text, opaque }: ReasoningDeltaEvent): void {
    if (text === '' && opaque === undefined) return;
    if (thinking?.index !== index) {
      closeMessage();
      closeThinking();
      thinking = createThinkingWriter(index, createPlace('rs'), emit);
    }
    thinking.write(text);
    if (opaque === undefined) return;
    thinking.seal(opaque);
    closeThinking();
  }

  function writeCall(event: ToolCallDeltaEvent): void {
    const call = calls.get(event.index);
    if (call !== undefined) {
      call.write(event.arguments);
      return;
    }
    const held = unnamed.get(event.index) ?? { id: undefined, text: '' };
    unnamed.set(event.index, { id: held.id ?? event.id, text: held.text + event.arguments });
    if (event.name !== undefined) openCall(event.index, event.name);
  }

  /** An item is told with its name, which may come after its id. */
  function openCall(index: number, name: string): void {
    const { id, text } = unnamed.get(index) ?? { id: undefined, text: '' };
    unnamed.delete(index);
    closeMessage();
    thinking?.pause();
    const place = createPlace('fc');
    const call = createCallWriter({ id: id ?? `call_${seed}_${place.output_index}`, name }, place, emit);
    calls.set(index, call);
    call.write(text);
  }

  return {
    write(event) {
      if (event.type === 'text-delta') writeText(event);
      else if (event.type === 'reasoning-delta') writeThinking(event);
      else writeCall(event);
    },
    isRefused: () => isRefused,
    close(truncated) {
      for (const index of [...unnamed.keys()]) openCall(index, '');
      const open = [thinking, message, ...calls.values()].filter((item) => item !== undefined);
      for (const item of open.toSorted((left, right) => left.outputIndex - right.outputIndex)) {
        const isCut = truncated && item.outputIndex === count - 1;
        output[item.outputIndex] = item.close(isCut ? 'incomplete' : 'completed');
      }
      return output;
    },
  };
}
