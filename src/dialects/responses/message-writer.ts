import type { JsonObject } from '../../json-value.ts';
import type { Emit, ItemPlace, ItemStatus } from './wire.ts';

export type MessageWriter = {
  readonly outputIndex: number;
  write(text: string): void;
  close(status: ItemStatus): JsonObject;
};

/** A message of one part of text. */
export function createMessageWriter({ item_id, output_index }: ItemPlace, emit: Emit): MessageWriter {
  const place = { item_id, output_index, content_index: 0 };
  const pieces: string[] = [];
  const createItem = (status: string, content: JsonObject[]): JsonObject => ({
    id: item_id,
    type: 'message',
    role: 'assistant',
    status,
    content,
  });
  emit('response.output_item.added', { output_index, item: createItem('in_progress', []) });
  emit('response.content_part.added', { ...place, part: createPart('') });
  return {
    outputIndex: output_index,
    write(delta) {
      pieces.push(delta);
      emit('response.output_text.delta', { ...place, delta, logprobs: [] });
    },
    close(status) {
      const text = pieces.join('');
      const part = createPart(text);
      const item = createItem(status, [part]);
      emit('response.output_text.done', { ...place, text, logprobs: [] });
      emit('response.content_part.done', { ...place, part });
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

function createPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
