import { isObject, type JsonObject } from '../../json-value.ts';
import { toLeftOutNotice } from '../body.ts';
import type { ChatRequest, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { Upstream, WireRequest } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { fitRequest } from '../fit/fit-request.ts';
import { lateThinkingNotice } from '../fit/fitting.ts';
import type { ModelTraits } from '../model-traits.ts';
import { ownFields, toBetaHeader } from './accepted.ts';
import { createMessagesReader, readMessagesReply } from './read-reply.ts';
import { toReplySchema } from './reply-schema.ts';
import {
  type Block,
  limitMarks,
  type MessagesRequest,
  type OutputConfig,
  type ThinkingField,
  type Tool,
  type ToolChoiceField,
  type Turn,
  toCacheField,
  writeConversation,
} from './write-messages.ts';

/** The field is required; this is for models whose limit is not known. */
const usualMaxTokens = 8192;

/** The body for `POST /v1/messages`. It always asks for a stream: whole replies are cut to 16,000 tokens. */
function writeMessagesRequest(asked: ChatRequest, traits: ModelTraits): WireRequest {
  const { request, notices, toolNames, isMended } = fitRequest(asked, traits);
  const maxTokens = request.maxOutputTokens ?? traits.maxOutputTokens ?? usualMaxTokens;
  const { system, messages } = writeConversation(request, notices);
  const plan = planThinking({ request, traits, messages, notices });
  const isThinking = plan.thinking !== undefined;
  const output = writeOutput(request, plan, notices);
  const body: MessagesRequest = {
    ...writeExtras(request, isThinking, notices),
    model: request.model,
    max_tokens: Math.max(1, Math.floor(maxTokens)),
    stream: true,
    ...(system.length === 0 ? {} : { system }),
    messages,
    ...writeTools(request, traits, notices),
    ...(plan.thinking ? { thinking: plan.thinking } : {}),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...writeSampling(request, traits, isThinking, notices),
    ...writeStop(request, notices),
    ...writeUser(request, notices),
  };
  limitMarks(body);
  return { body, headers: chooseHeaders(body, request.betas), notices: [...notices], toolNames, isMended };
}

function writeOutput(
  { responseFormat }: ChatRequest,
  { effort }: ThinkingPlan,
  notices: Set<string>,
): OutputConfig {
  const config: OutputConfig = effort === undefined ? {} : { effort };
  if (!responseFormat || responseFormat.type === 'text') return config;
  if (responseFormat.type === 'json') {
    notices.add('The wish for JSON is left out: Claude takes a schema, or none.');
    return config;
  }
  const schema = toReplySchema(responseFormat.schema);
  if (schema) return { ...config, format: { type: 'json_schema', schema } };
  notices.add(
    'The schema of the reply is left out: Claude takes no open objects, tuples, recursion or unions at the top.',
  );
  return config;
}

/** Words of nothing but white space are refused. */
function writeStop({ stop = [] }: ChatRequest, notices: Set<string>): { stop_sequences?: string[] } {
  const words = stop.filter((word) => /\S/.test(word));
  if (words.length < stop.length)
    notices.add('Stop sequences of white space are left out: Claude takes none.');
  return words.length === 0 ? {} : { stop_sequences: words };
}

function writeUser(
  { user, metadata }: ChatRequest,
  notices: Set<string>,
): { metadata?: { user_id: string } } {
  if (metadata && Object.keys(metadata).length > 0)
    notices.add('Metadata is left out: Claude takes none but the user.');
  return user === undefined ? {} : { metadata: { user_id: user } };
}

function chooseHeaders(body: MessagesRequest, asked: readonly string[] = []): Record<string, string> {
  // Without it, a model with a budget thinks before the first tool call only. Others do by themselves.
  const needed = body.thinking?.type === 'enabled' && body.tools ? ['interleaved-thinking-2025-05-14'] : [];
  return {
    ...(hasImage(body) ? { 'copilot-vision-request': 'true' } : {}),
    ...toBetaHeader(body, [...asked, ...needed]),
  };
}

function hasImage({ messages }: MessagesRequest): boolean {
  return messages.some(({ content }) =>
    content.some(
      (block) =>
        block.type === 'image' ||
        (block.type === 'tool_result' && block.content?.some(({ type }) => type === 'image')),
    ),
  );
}

type Context = {
  request: ChatRequest;
  traits: ModelTraits;
  messages: readonly Turn[];
  notices: Set<string>;
};

type ThinkingPlan = { thinking?: ThinkingField; effort?: string };

/** Left out, a model does not think. */
function planThinking(context: Context): ThinkingPlan {
  const { reasoning } = context.request;
  if (!reasoning || reasoning.effort === 'none') return {};
  const thinking = isForced(context) ? undefined : chooseThinking(context);
  return {
    ...(thinking && { thinking }),
    ...(reasoning.effort !== undefined && { effort: reasoning.effort }),
  };
}

function isForced({ request: { toolChoice, tools }, notices }: Context): boolean {
  const forced = tools !== undefined && (toolChoice === 'required' || typeof toolChoice === 'object');
  if (forced) notices.add('Thinking is left out: Claude cannot think where it must call a tool.');
  return forced;
}

function chooseThinking({ request, traits, messages, notices }: Context): ThinkingField | undefined {
  const { budget, summary } = request.reasoning ?? {};
  // Unasked, the newest models show no thinking, only its signature.
  if (traits.adaptiveThinking) return { type: 'adaptive', ...(summary && { display: 'summarized' }) };
  if (budget === undefined) {
    if (traits.maxThinkingBudget === undefined)
      notices.add(`Thinking is left out: ${traits.id} has none that can be turned on.`);
    return undefined;
  }
  if (isAmidUnsignedCalls(messages)) {
    notices.add(lateThinkingNotice);
    return undefined;
  }
  return { type: 'enabled', budget_tokens: budget };
}

/** With a budget, turns that lead up to a tool result must begin with thinking. Turns by another model have lost theirs. */
function isAmidUnsignedCalls(messages: readonly Turn[]): boolean {
  const asked = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content[0]?.type !== 'tool_result',
  );
  const calling = messages.slice(asked + 1).filter(({ role }) => role === 'assistant');
  return (
    calling.length > 0 && !calling.some(({ content: [first] }) => first !== undefined && isThought(first))
  );
}

function isThought({ type }: Block): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

type SamplingFields = { temperature?: number; top_p?: number; top_k?: number };

/** The service's default for both fields: leaving it out changes nothing. */
const usualValue = 1;

/**
 * Sampling is fixed while a model thinks, and always on models that decide by themselves when to think. Other Claude models take a
 * temperature of at most 1, and not together with top_p.
 */
function writeSampling(
  { sampling = {} }: ChatRequest,
  traits: ModelTraits,
  isThinking: boolean,
  notices: Set<string>,
): SamplingFields {
  const { temperature, topP, topK, frequencyPenalty, presencePenalty, seed } = sampling;
  noteMissing({ 'frequency penalty': frequencyPenalty, 'presence penalty': presencePenalty, seed }, notices);
  const isFixed = isThinking || (traits.adaptiveThinking && traits.maxThinkingBudget === undefined);
  if (isFixed) {
    const lost = { temperature: unlessUsual(temperature), 'top-p': unlessUsual(topP), 'top-k': topK };
    const names = listKeys(lost);
    if (names !== '') notices.add(`Left out because a thinking model sets it itself: ${names}.`);
    return {};
  }
  const isBoth = temperature !== undefined && topP !== undefined;
  if (isBoth && topP !== usualValue)
    notices.add('The top-p is left out: Claude takes it or a temperature, not both.');
  if (temperature !== undefined && temperature > 1)
    notices.add('The temperature is 1, the highest that Claude takes.');
  return {
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, 1) }),
    ...(topP === undefined || isBoth ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function unlessUsual(value: number | undefined): number | undefined {
  return value === usualValue ? undefined : value;
}

function noteMissing(values: Record<string, number | undefined>, notices: Set<string>): void {
  const names = listKeys(values);
  if (names !== '') notices.add(`Left out because Claude has no such setting: ${names}.`);
}

function listKeys(values: Record<string, number | undefined>): string {
  return Object.keys(values)
    .filter((key) => values[key] !== undefined)
    .join(', ');
}

type ToolFields = { tools?: Tool[]; tool_choice?: ToolChoiceField };

/** A choice without tools is refused, so the one goes with the other. */
function writeTools(request: ChatRequest, traits: ModelTraits, notices: Set<string>): ToolFields {
  const { tools = [] } = request;
  if (tools.length === 0) return {};
  const isStrictLost = !traits.structuredOutput && tools.some(({ strict }) => strict);
  if (isStrictLost)
    notices.add(`Strict tools are sent without strictness: ${traits.id} has no structured output.`);
  const choice = writeChoice(request);
  return {
    tools: tools.map((tool) => writeTool(tool, traits.structuredOutput)),
    ...(choice ? { tool_choice: choice } : {}),
  };
}

function writeTool(
  { name, description, parameters, strict, cache }: ToolDefinition,
  canBeStrict: boolean,
): Tool {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: parameters,
    ...(strict && canBeStrict ? { strict } : {}),
    ...toCacheField(cache),
  };
}

function writeChoice({ toolChoice, parallelToolCalls }: ChatRequest): ToolChoiceField | undefined {
  const isSingle = parallelToolCalls === false && toolChoice !== 'none';
  if (toolChoice === undefined && !isSingle) return undefined;
  return { ...toChoiceField(toolChoice), ...(isSingle ? { disable_parallel_tool_use: true } : {}) };
}

function toChoiceField(choice: ToolChoice = 'auto'): ToolChoiceField {
  if (typeof choice === 'object') return { type: 'tool', name: choice.name };
  return { type: choice === 'required' ? 'any' : choice };
}

function writeExtras({ extras }: ChatRequest, isThinking: boolean, notices: Set<string>): JsonObject {
  if (!extras) return {};
  const isOwn = extras.dialect === 'messages';
  const entries = Object.entries(extras.fields);
  const lost = entries.filter(([name]) => !isOwn || !ownFields.has(name)).map(([name]) => name);
  if (lost.length > 0) notices.add(toLeftOutNotice(lost));
  const kept = Object.fromEntries(entries.filter(([name]) => !lost.includes(name)));
  if (kept.context_management === undefined || isThinking) return kept;
  return { ...kept, context_management: withoutThinkingEdits(kept.context_management) };
}

/** Clearing thinking is refused if no thinking is on, and it may have been turned off here. */
function withoutThinkingEdits(management: unknown): unknown {
  if (!isObject(management) || !Array.isArray(management.edits)) return management;
  const edits = management.edits.filter(
    (edit) => !(isObject(edit) && typeof edit.type === 'string' && edit.type.startsWith('clear_thinking')),
  );
  return { ...management, edits };
}

/** Anthropic's own format, in which Copilot serves Claude: the one that keeps signed thinking, cache marks and documents. */
export const messagesUpstream: Upstream = {
  name: 'messages',
  path: dialectPaths.messages,
  writeRequest: writeMessagesRequest,
  createReplyReader: createMessagesReader,
  readReply: readMessagesReply,
};
