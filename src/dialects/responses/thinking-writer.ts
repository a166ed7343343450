import type { JsonObject } from '../../json-value.ts';
import type { Emit, ItemPlace } from './wire.ts';

export type ThinkingWriter = {
  readonly outputIndex: number;
  /** The number of the block. */
  readonly index: number;
  write(text: string): void;
  /** Ends the text so far: what comes next is another part. */
  pause(): void;
  seal(opaque: string): void;
  close(): JsonObject;
};

/** A block of thinking as a reasoning item, its text as the summary. */
export function createThinkingWriter(index: number, place: ItemPlace, emit: Emit): ThinkingWriter {
  const { item_id, output_index } = place;
  const summary: JsonObject[] = [];
  let pieces: string[] = [];
  let sealed: string | undefined;

  const createPlace = (): JsonObject => ({ item_id, output_index, summary_index: summary.length });
  const createItem = (): JsonObject => ({ id: item_id, type: 'reasoning', summary: [...summary] });
  emit('response.output_item.added', { output_index, item: createItem() });

  function pause(): void {
    if (pieces.length === 0) return;
    const text = pieces.join('');
    const part = { type: 'summary_text', text };
    emit('response.reasoning_summary_text.done', { ...createPlace(), text });
    emit('response.reasoning_summary_part.done', { ...createPlace(), part });
    summary.push(part);
    pieces = [];
  }

  return {
    outputIndex: output_index,
    index,
    write(delta) {
      if (delta === '') return;
      const part = { type: 'summary_text', text: '' };
      if (pieces.length === 0) emit('response.reasoning_summary_part.added', { ...createPlace(), part });
      pieces.push(delta);
      emit('response.reasoning_summary_text.delta', { ...createPlace(), delta });
    },
    pause,
    seal(opaque) {
      sealed = opaque;
    },
    close() {
      pause();
      const item = { ...createItem(), ...(sealed === undefined ? {} : { encrypted_content: sealed }) };
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}
