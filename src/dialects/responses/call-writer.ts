import type { JsonObject } from '../../json-value.ts';
import type { Emit, ItemPlace, ItemStatus } from './wire.ts';

export type CallWriter = {
  readonly outputIndex: number;
  write(text: string): void;
  close(status: ItemStatus): JsonObject;
};

/** A call of a function; one without arguments has `{}`, for callers parse them. */
export function createCallWriter(
  call: { id: string; name: string },
  place: ItemPlace,
  emit: Emit,
): CallWriter {
  const { item_id, output_index } = place;
  const pieces: string[] = [];
  const createItem = (status: string, text: string): JsonObject => ({
    id: item_id,
    type: 'function_call',
    status,
    call_id: call.id,
    name: call.name,
    arguments: text,
  });
  emit('response.output_item.added', { output_index, item: createItem('in_progress', '') });

  function write(delta: string): void {
    if (delta === '') return;
    pieces.push(delta);
    emit('response.function_call_arguments.delta', { ...place, delta });
  }

  return {
    outputIndex: output_index,
    write,
    close(status) {
      if (pieces.length === 0 && status === 'completed') write('{}');
      const text = pieces.join('');
      const item = createItem(status, text);
      emit('response.function_call_arguments.done', { ...place, name: call.name, arguments: text });
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}
