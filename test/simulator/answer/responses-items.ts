import type { ModelCall } from '../copilot/model-call.ts';
import { type JsonRecord, toArray, toRecord } from '../json.ts';
import { randomHex } from './answer-ids.ts';
import { createItemId } from './item-ids.ts';
import { findEnding } from './responses-envelope.ts';
import type { Script, ScriptedToolCall } from './script.ts';

/** The name under which an item's ids are sealed. */
export function createItemSealer(call: ModelCall, prefix: string): { item: string; createId(): string } {
  const item = `${prefix}_${randomHex(12)}`;
  return { item, createId: () => createItemId({ item, connection: call.world.state.connection }) };
}

/** Thinking is shown and handed over only to those who ask for it. */
export function readReasoningWishes({ body }: ModelCall): { summary: boolean; encrypted: boolean } {
  return {
    summary: toRecord(body.reasoning).summary !== undefined,
    encrypted: toArray(body.include).includes('reasoning.encrypted_content'),
  };
}

export function createReasoningItem(call: ModelCall, script: Script, item: string, text: string): JsonRecord {
  const { summary, encrypted } = readReasoningWishes(call);
  const parts = summary && text !== '' ? [{ type: 'summary_text', text }] : [];
  if (!encrypted || script.opaque === undefined) return { type: 'reasoning', summary: parts };
  call.world.ledger.sealedItems.set(script.opaque, item);
  return { type: 'reasoning', summary: parts, encrypted_content: script.opaque };
}

export function createTextPart(text: string): JsonRecord {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

export function createRefusalPart(refusal: string): JsonRecord {
  return { type: 'refusal', refusal };
}

/** protocol: a truncated message or call says so in its status. */
export function createMessageItem(
  call: ModelCall,
  script: Script,
  part: JsonRecord,
  isCommentary = script.toolCalls.length > 0,
): JsonRecord {
  const phase = isCommentary ? 'commentary' : 'final_answer';
  return {
    type: 'message',
    role: 'assistant',
    status: toItemStatus(script),
    content: [part],
    ...(call.model.id.startsWith('gpt-5.') ? { phase } : {}),
  };
}

export function createFunctionCallItem(script: Script, toolCall: ScriptedToolCall, args: string): JsonRecord {
  const { id, name } = toolCall;
  return { type: 'function_call', status: toItemStatus(script), call_id: id, name, arguments: args };
}

function toItemStatus(script: Script): string {
  return findEnding(script.finish).status === 'incomplete' ? 'incomplete' : 'completed';
}
