import type { ModelCall } from '../copilot/model-call.ts';
import type { JsonRecord } from '../json.ts';
import { createCopilotUsage } from './copilot-usage.ts';
import { chooseThinking, createEmptyMessage, toMessagesUsage, toStopReason } from './messages-content.ts';
import type { Script } from './script.ts';

/** The answer of /v1/messages that is not streamed. */
export function createMessageObject(call: ModelCall, script: Script): JsonRecord {
  const content = createContent(call, script);
  const usage = script.usage();
  return {
    ...createEmptyMessage(call),
    content,
    stop_reason: toStopReason(script),
    usage: toMessagesUsage(usage),
    ...createCopilotUsage(call, usage),
  };
}

function createContent(call: ModelCall, script: Script): JsonRecord[] {
  const visibility = chooseThinking(call, script);
  const thinking = visibility === 'shown' ? [...(script.reasoning ?? [])].join('') : '';
  const signature = script.opaque ?? '';
  return [
    ...(visibility === 'none' ? [] : [{ type: 'thinking', thinking, signature }]),
    ...[script.text, script.refusal].flatMap((text) =>
      text === undefined ? [] : [{ type: 'text', text: [...text].join('') }],
    ),
    ...script.toolCalls.map(({ id, name, deltas }) => {
      const input: unknown = JSON.parse([...deltas].join('') || '{}');
      return { type: 'tool_use', id, name, input };
    }),
  ];
}
