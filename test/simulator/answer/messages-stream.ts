import type { ModelCall } from '../copilot/model-call.ts';
import type { JsonRecord } from '../json.ts';
import type { Frame, ReplyStream } from '../reply.ts';
import type { Usage } from './answer.ts';
import { createCopilotUsage } from './copilot-usage.ts';
import { chooseThinking, createEmptyMessage, toMessagesUsage, toStopReason } from './messages-content.ts';
import type { Script, ScriptedToolCall } from './script.ts';

/** The events of /v1/messages for an answer. */
export function streamMessage(call: ModelCall, script: Script): ReplyStream {
  return {
    frames: writeEvents(call, script),
    errorFrame: toFrame('error', {
      error: { type: 'api_error', message: 'The model stopped unexpectedly.' },
    }),
  };
}

function* writeEvents(call: ModelCall, script: Script): Generator<Frame> {
  // protocol: what was used is known at the end only.
  const usage = { input_tokens: 0, output_tokens: 0 };
  yield toFrame('message_start', { message: { ...createEmptyMessage(call), usage } });
  yield toFrame('ping', {});
  yield* writeBlocks(call, script);
  yield* writeEnd(call, script);
}

function* writeBlocks(call: ModelCall, script: Script): Generator<Frame> {
  let index = 0;
  const thinking = chooseThinking(call, script);
  if (thinking !== 'none') {
    const block = { type: 'thinking', thinking: '', signature: '' };
    yield* writeBlock(index++, block, writeThinking(script, thinking));
  }
  for (const text of [script.text, script.refusal]) {
    if (text !== undefined) yield* writeBlock(index++, { type: 'text', text: '' }, writeText(script, text));
  }
  for (const toolCall of script.toolCalls) {
    const block = { type: 'tool_use', id: toolCall.id, name: toolCall.name, input: {} };
    yield* writeBlock(index++, block, writeInput(script, toolCall));
  }
}

function* writeBlock(index: number, block: JsonRecord, deltas: Iterable<PacedDelta>): Generator<Frame> {
  yield toFrame('content_block_start', { index, content_block: block });
  for (const { waitMs, ...fields } of deltas) {
    yield { ...toFrame('content_block_delta', { index, ...fields }), waitMs };
  }
  yield toFrame('content_block_stop', { index });
}

type PacedDelta = { waitMs: number; delta: JsonRecord };

function* writeThinking(script: Script, visibility: 'shown' | 'sealed'): Generator<PacedDelta> {
  for (const thinking of (visibility === 'shown' ? script.reasoning : undefined) ?? []) {
    yield { waitMs: script.takePause(), delta: { type: 'thinking_delta', thinking } };
  }
  yield { waitMs: script.takePause(), delta: { type: 'signature_delta', signature: script.opaque ?? '' } };
}

function* writeText(script: Script, deltas: Iterable<string>): Generator<PacedDelta> {
  const { annotations } = script;
  for (const text of deltas) yield { waitMs: script.takePause(), delta: { type: 'text_delta', text } };
  if (annotations === undefined) return;
  yield { waitMs: 0, delta: { type: 'text_delta', text: '', copilot_annotations: annotations } };
}

function* writeInput(script: Script, toolCall: ScriptedToolCall): Generator<PacedDelta> {
  for (const partial_json of toolCall.deltas) {
    yield { waitMs: script.takePause(), delta: { type: 'input_json_delta', partial_json } };
  }
}

function* writeEnd(call: ModelCall, script: Script): Generator<Frame> {
  const usage = script.usage();
  if (script.finish !== 'missing') {
    const delta = { stop_reason: toStopReason(script), stop_sequence: null };
    const used = { usage: toMessagesUsage(usage), ...createCopilotUsage(call, usage) };
    yield { ...toFrame('message_delta', { delta, ...used }), part: 'finish' };
    yield { ...toFrame('message_stop', createMetrics(call, usage)), part: 'finish' };
  }
  if (script.done) yield { data: '[DONE]', part: 'done' };
}

/** protocol: Bedrock adds its own measurements to the last event. */
function createMetrics(call: ModelCall, usage: Usage): JsonRecord {
  if (call.world.state.claudeBackend !== 'bedrock') return {};
  return {
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: usage.inputTokens,
      outputTokenCount: usage.outputTokens,
      invocationLatency: 1200,
      firstByteLatency: 400,
    },
  };
}

function toFrame(type: string, fields: JsonRecord): Frame {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}
