import type { ModelCall } from '../copilot/model-call.ts';
import { createServiceError } from '../copilot/service-error.ts';
import type { JsonRecord } from '../json.ts';
import type { Frame, ReplyStream } from '../reply.ts';
import { createCompletionId, createReplyModel, randomHex } from './answer-ids.ts';
import { type ChatTraits, chatTraits } from './chat-style.ts';
import { toChatUsage } from './chat-usage.ts';
import { createCopilotUsage } from './copilot-usage.ts';
import type { Script, ScriptedToolCall } from './script.ts';

const safe = { filtered: false, severity: 'safe' };
const filterResults = { hate: safe, self_harm: safe, sexual: safe, violence: safe };

type Chat = { call: ModelCall; script: Script; traits: ChatTraits; envelope: JsonRecord };

/** The chat completion chunks of an answer, with the habits of the backend that the style names. */
export function streamChat(call: ModelCall, script: Script): ReplyStream {
  const traits = chatTraits[script.style];
  const envelope = {
    created: Math.floor(call.world.state.now() / 1000),
    id: createCompletionId(),
    model: createReplyModel(call.model),
    ...(traits.object === undefined ? {} : { object: traits.object }),
    ...(script.style === 'openai' ? { system_fingerprint: 'fp_simulator' } : {}),
  };
  return {
    frames: writeChunks({ call, script, traits, envelope }),
    errorFrame: {
      data: JSON.stringify(createServiceError('The model stopped unexpectedly.', 'server_error')),
    },
  };
}

function* writeChunks(chat: Chat): Generator<Frame> {
  const { script, traits } = chat;
  if (traits.startsWithPromptFilter) yield createPromptFilterChunk();
  if (traits.hasRoleChunk && saysSomething(script)) yield createRoleChunk(chat);
  if (!script.reasoningLast) yield* writeReasoning(chat);
  yield* writeText(chat);
  if (script.reasoningLast) yield* writeReasoning(chat);
  yield* writeToolCalls(chat);
  yield* writeEnd(chat);
}

// protocol: the filter comes first, with every other field empty.
function createPromptFilterChunk(): Frame {
  const results = [{ prompt_index: 0, content_filter_results: filterResults }];
  const chunk = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: results };
  return { data: JSON.stringify(chunk) };
}

function createRoleChunk(chat: Chat): Frame {
  const delta = { content: '', role: 'assistant' };
  if (!chat.traits.startsWithPromptFilter) return toDelta(chat, delta);
  const filter = {
    content_filter_offsets: { check_offset: 100, start_offset: 100, end_offset: 140 },
    content_filter_results: { error: { code: '', message: '' }, ...filterResults },
  };
  return toChunk(chat, [{ index: 0, ...filter, delta }]);
}

function* writeReasoning(chat: Chat): Generator<Frame> {
  const { script, traits } = chat;
  for (const delta of script.reasoning ?? []) {
    yield toDelta(chat, { [script.reasoningField]: delta, ...traits.besideReasoning });
  }
  const isShown = script.reasoningField === 'reasoning_text' && !traits.finishesWithOpaque;
  if (script.opaque !== undefined && isShown) {
    yield toDelta(chat, { content: '', reasoning_opaque: script.opaque });
  }
}

function* writeText(chat: Chat): Generator<Frame> {
  const { text = [], annotations } = chat.script;
  for (const content of text) {
    yield toDelta(chat, { content, ...chat.traits.besideText });
  }
  for (const refusal of chat.script.refusal ?? []) yield toDelta(chat, { refusal });
  if (annotations !== undefined) yield toDelta(chat, { content: '', copilot_annotations: annotations });
}

function* writeToolCalls(chat: Chat): Generator<Frame> {
  const { script, traits } = chat;
  const first = traits.countsContentAsTool && saysSomething(script) ? 1 : 0;
  for (const [position, toolCall] of script.toolCalls.entries()) {
    yield* writeToolCall(chat, toolCall, first + position);
  }
}

function* writeToolCall(chat: Chat, toolCall: ScriptedToolCall, index: number): Generator<Frame> {
  const { id, name, deltas } = toolCall;
  const { sendsWholeToolCalls, repeatsToolCallId } = chat.traits;
  const opening = sendsWholeToolCalls ? [...deltas].join('') : '';
  const head = { function: { arguments: opening, name }, id, index, type: 'function' };
  yield toDelta(chat, { content: null, tool_calls: [head] });
  if (sendsWholeToolCalls) return;
  for (const piece of deltas) {
    const continuation = { function: { arguments: piece }, index };
    yield toDelta(chat, { tool_calls: [repeatsToolCallId ? { ...continuation, id } : continuation] });
  }
}

function* writeEnd(chat: Chat): Generator<Frame> {
  const { call, script, traits, envelope } = chat;
  const usage = script.usage();
  const placement = script.usagePlacement ?? traits.usagePlacement;
  const billed = createCopilotUsage(call, usage);
  const beside = traits.hasMetadataChunk ? {} : billed;
  const used = { usage: toChatUsage(usage), ...beside };
  if (script.finish !== 'missing') {
    yield asFinish(toChunk(chat, createFinishChoices(chat), placement === 'finish' ? used : {}));
  }
  if (script.reasoningField === 'cot_summary') {
    // protocol: the id of a summarised chain of thought may come after the finish.
    yield asFinish(toChunk(chat, [{ index: 0, delta: { cot_id: `cot_${randomHex(12)}` } }]));
  }
  if (placement === 'separate') yield asFinish(toChunk(chat, [], used));
  if (traits.hasMetadataChunk)
    yield asFinish({ data: JSON.stringify({ ...envelope, choices: [], ...billed }) });
  if (script.done ?? traits.done) yield { data: '[DONE]', part: 'done' };
}

function createFinishChoices(chat: Chat): JsonRecord[] {
  const { script, traits } = chat;
  const opaque =
    traits.finishesWithOpaque && script.opaque !== undefined ? { reasoning_opaque: script.opaque } : {};
  const delta = { content: null, ...opaque };
  const finish_reason = script.finish === 'tool_calls' ? traits.toolFinish : script.finish;
  if (!traits.splitsChoices) return [{ finish_reason, index: 0, delta }];
  const isSplit = script.text !== undefined && script.toolCalls.length > 0;
  const text = isSplit ? [{ finish_reason: 'stop', delta: { content: null } }] : [];
  return [...text, { finish_reason, delta }];
}

function saysSomething(script: Script): boolean {
  return script.text !== undefined || script.reasoning !== undefined;
}

function toDelta(chat: Chat, delta: JsonRecord): Frame {
  const choice = chat.traits.splitsChoices ? { delta } : { index: 0, delta };
  return { ...toChunk(chat, [choice]), waitMs: chat.script.takePause() };
}

function toChunk(chat: Chat, choices: JsonRecord[], extra: JsonRecord = {}): Frame {
  return { data: JSON.stringify({ choices, ...chat.envelope, ...extra }) };
}

function asFinish(frame: Frame): Frame {
  return { ...frame, part: 'finish' };
}
