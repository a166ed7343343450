import type { ModelCall } from '../copilot/model-call.ts';
import type { JsonRecord } from '../json.ts';
import type { Finish } from './answer.ts';
import { createCompletionId, createReplyModel } from './answer-ids.ts';
import { chatTraits } from './chat-style.ts';
import { toChatUsage } from './chat-usage.ts';
import { createCopilotUsage } from './copilot-usage.ts';
import type { Script } from './script.ts';

type Message = { finish: Finish; message: JsonRecord };

const safe = { hate: { filtered: false, severity: 'safe' } };

/** The answer to a chat completion that is not streamed. */
export function createChatCompletion(call: ModelCall, script: Script): JsonRecord {
  const choices = probesOneToken(call) ? [] : createChoices(script);
  const usage = script.usage();
  return {
    id: createCompletionId(),
    ...(script.style === 'claude' ? {} : { object: 'chat.completion' }),
    created: Math.floor(call.world.state.now() / 1000),
    model: createReplyModel(call.model),
    ...(script.style === 'openai' ? createOpenaiExtras() : {}),
    choices,
    ...(script.usagePlacement === 'none' ? {} : { usage: toChatUsage(usage) }),
    ...createCopilotUsage(call, usage),
  };
}

// protocol: newer Opus answers a probe for a single token with no choices at all.
function probesOneToken({ body, model }: ModelCall): boolean {
  return body.max_tokens === 1 && model.id.startsWith('claude-opus');
}

function createOpenaiExtras(): JsonRecord {
  const results = [{ prompt_index: 0, content_filter_results: safe }];
  return { system_fingerprint: 'fp_simulator', prompt_filter_results: results };
}

function createChoices(script: Script): JsonRecord[] {
  const { style } = script;
  const messages = style === 'claude' ? splitMessage(script) : [joinMessage(script)];
  return messages.map(({ finish, message }) => ({
    ...(style === 'claude' ? {} : { index: 0 }),
    ...(finish === 'missing' ? {} : { finish_reason: finish }),
    message: { role: 'assistant', ...message, ...(style === 'openai' ? { padding: 'abc' } : {}) },
    ...(style === 'openai' ? { content_filter_results: safe } : {}),
  }));
}

function joinMessage(script: Script): Message {
  const finish = script.finish === 'tool_calls' ? chatTraits[script.style].toolFinish : script.finish;
  return { finish, message: { ...createText(script), ...createToolCalls(script) } };
}

/** protocol: Claude's text is one choice and its tool calls another. */
function splitMessage(script: Script): Message[] {
  if (script.text === undefined || script.toolCalls.length === 0) return [joinMessage(script)];
  return [
    { finish: 'stop', message: createText(script) },
    { finish: script.finish, message: { content: null, ...createToolCalls(script) } },
  ];
}

function createText({ text, refusal, reasoning, opaque }: Script): JsonRecord {
  return {
    ...(reasoning === undefined ? {} : { reasoning_text: [...reasoning].join('') }),
    ...(opaque === undefined ? {} : { reasoning_opaque: opaque }),
    content: text === undefined ? null : [...text].join(''),
    ...(refusal === undefined ? {} : { refusal: [...refusal].join('') }),
  };
}

function createToolCalls({ toolCalls }: Script): JsonRecord {
  if (toolCalls.length === 0) return {};
  return {
    tool_calls: toolCalls.map(({ id, name, deltas }) => ({
      id,
      type: 'function',
      function: { name, arguments: [...deltas].join('') },
    })),
  };
}
