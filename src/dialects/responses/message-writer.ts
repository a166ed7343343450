import type { JsonObject } from '../../json-value.ts';
import type { Emit, ItemPlace, ItemStatus } from './wire.ts';

export type MessageWriter = {
  readonly outputIndex: number;
  write(text: string, kind: PartKind): void;
  close(status: ItemStatus): JsonObject;
};

/** What the model says, or the words with which it refuses. */
export type PartKind = 'text' | 'refusal';

type OpenPart = { kind: PartKind; pieces: string[] };

/** A message: one part of text, and of the other kind where the words change to it. */
export function createMessageWriter({ item_id, output_index }: ItemPlace, emit: Emit): MessageWriter {
  const parts: JsonObject[] = [];
  let open: OpenPart | undefined;
  const createItem = (status: string, content: JsonObject[]): JsonObject => ({
    id: item_id,
    type: 'message',
    role: 'assistant',
    status,
    content,
  });
  const place = () => ({ item_id, output_index, content_index: parts.length });

  function openPart(kind: PartKind): OpenPart {
    closePart();
    emit('response.content_part.added', { ...place(), part: createPart(kind, '') });
    open = { kind, pieces: [] };
    return open;
  }

  function closePart(): void {
    if (!open) return;
    const { kind, pieces } = open;
    const text = pieces.join('');
    const part = createPart(kind, text);
    if (kind === 'text') emit('response.output_text.done', { ...place(), text, logprobs: [] });
    else emit('response.refusal.done', { ...place(), refusal: text });
    emit('response.content_part.done', { ...place(), part });
    parts.push(part);
    open = undefined;
  }

  emit('response.output_item.added', { output_index, item: createItem('in_progress', []) });
  return {
    outputIndex: output_index,
    write(delta, kind) {
      const part = open?.kind === kind ? open : openPart(kind);
      part.pieces.push(delta);
      if (kind === 'text') emit('response.output_text.delta', { ...place(), delta, logprobs: [] });
      else emit('response.refusal.delta', { ...place(), delta });
    },
    close(status) {
      closePart();
      const item = createItem(status, parts);
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

function createPart(kind: PartKind, text: string): JsonObject {
  return kind === 'text'
    ? { type: 'output_text', text, annotations: [], logprobs: [] }
    : { type: 'refusal', refusal: text };
}
