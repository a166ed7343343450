import type { JsonObject } from '../../json-value.ts';

/** What a body includes to get thinking in the form that can be replayed. */
export const encryptedReasoning = 'reasoning.encrypted_content';

/** One event of the stream before it is numbered and written. `type` is also the name of its SSE event. */
export type Frame = { type: string } & JsonObject;

export type ItemStatus = 'completed' | 'incomplete';

/** Takes the type and the fields of an event. */
export type Emit = (type: string, fields: JsonObject) => void;

/** Where an item is: what its events all carry. */
export type ItemPlace = { item_id: string; output_index: number };
