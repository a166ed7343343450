import type { ModelCall } from '../copilot/model-call.ts';
import type { JsonRecord } from '../json.ts';
import { closeEnvelope, createBilling, createEnvelope } from './responses-envelope.ts';
import {
  createFunctionCallItem,
  createItemSealer,
  createMessageItem,
  createReasoningItem,
  createRefusalPart,
  createTextPart,
} from './responses-items.ts';
import type { Script } from './script.ts';

/** The answer of /responses that is not streamed. */
export function createResponseObject(call: ModelCall, script: Script): JsonRecord {
  const output = [
    ...listReasoning(call, script),
    ...(script.commentary === undefined
      ? []
      : [createMessageItem(call, script, createTextPart(script.commentary), true)]),
    ...(script.text === undefined
      ? []
      : [createMessageItem(call, script, createTextPart([...script.text].join('')))]),
    ...(script.refusal === undefined
      ? []
      : [createMessageItem(call, script, createRefusalPart([...script.refusal].join('')))]),
    ...script.toolCalls.map((toolCall) =>
      createFunctionCallItem(script, toolCall, [...toolCall.deltas].join('')),
    ),
  ].map((item) => ({ id: createItemSealer(call, 'item').createId(), ...item }));
  const usage = script.usage();
  return {
    ...closeEnvelope(createEnvelope(call), script.finish, output, usage),
    ...createBilling(call, usage),
  };
}

function listReasoning(call: ModelCall, script: Script): JsonRecord[] {
  if (script.reasoning === undefined && script.opaque === undefined) return [];
  const { item, createId } = createItemSealer(call, 'rs');
  const text = [...(script.reasoning ?? [])].join('');
  return [{ id: createId(), ...createReasoningItem(call, script, item, text) }];
}
