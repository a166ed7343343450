import type { ModelCall } from '../copilot/model-call.ts';
import type { JsonRecord } from '../json.ts';
import { closeEnvelope, createBilling, createEnvelope, createResponseSealer } from './responses-envelope.ts';
import {
  createCallItem,
  createItemSealer,
  createMessageItem,
  createReasoningItem,
  createRefusalPart,
  createTextPart,
} from './responses-items.ts';
import { createSearchItems, listCitations } from './responses-search.ts';
import type { Script } from './script.ts';

/** The answer of /responses that is not streamed. */
export function createResponseObject(call: ModelCall, script: Script): JsonRecord {
  const output = [
    ...listReasoning(call, script),
    ...createSearchItems(call, script),
    ...(script.commentary === undefined
      ? []
      : [createMessageItem(call, script, createTextPart(script.commentary), true)]),
    ...(script.text === undefined
      ? []
      : [
          createMessageItem(
            call,
            script,
            createTextPart([...script.text].join(''), listCitations(call, script)),
          ),
        ]),
    ...(script.refusal === undefined
      ? []
      : [createMessageItem(call, script, createRefusalPart([...script.refusal].join('')))]),
    ...script.toolCalls.map((toolCall) =>
      createCallItem(call, script, toolCall, [...toolCall.deltas].join('')),
    ),
  ].map((item) => ({ id: createItemSealer(call, 'item').createId(), ...item }));
  const usage = script.usage();
  return {
    ...closeEnvelope(createEnvelope(call, createResponseSealer(call)), script.finish, output, usage),
    ...createBilling(call, usage),
  };
}

function listReasoning(call: ModelCall, script: Script): JsonRecord[] {
  if (script.reasoning === undefined && script.opaque === undefined) return [];
  const { item, createId } = createItemSealer(call, 'rs');
  const text = [...(script.reasoning ?? [])].join('');
  return [{ id: createId(), ...createReasoningItem(call, script, item, text) }];
}
