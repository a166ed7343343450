import type { ModelCall } from '../copilot/model-call.ts';
import { type JsonRecord, toArray, toRecord, toRecords, toText } from '../json.ts';
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

export function createTextPart(text: string, annotations: JsonRecord[] = []): JsonRecord {
  return { type: 'output_text', text, annotations, logprobs: [] };
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

/** A call as the request declared its tool: of a function, of a function in a namespace, or of a custom tool with free text. */
export function createCallItem(
  call: ModelCall,
  script: Script,
  toolCall: ScriptedToolCall,
  args: string,
): JsonRecord {
  const { id, name } = toolCall;
  const head = { status: toItemStatus(script), call_id: id };
  if (isCustom(call, name)) return { type: 'custom_tool_call', ...head, name, input: args };
  const namespace = toolCall.namespace ?? findNamespace(call, name);
  const place = namespace === undefined ? {} : { namespace };
  return { type: 'function_call', ...head, ...place, name, arguments: args };
}

export function isCustom({ body }: ModelCall, name: string): boolean {
  return toRecords(body.tools).some((tool) => tool.type === 'custom' && tool.name === name);
}

function findNamespace({ body }: ModelCall, name: string): string | undefined {
  const spaces = toRecords(body.tools).filter(({ type }) => type === 'namespace');
  const space = spaces.find(({ tools }) => toRecords(tools).some((tool) => tool.name === name));
  return space === undefined ? undefined : toText(space.name);
}

function toItemStatus(script: Script): string {
  return findEnding(script.finish).status === 'incomplete' ? 'incomplete' : 'completed';
}
