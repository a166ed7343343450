import { randomBytes } from 'node:crypto';
import type { ModelCall } from '../copilot/model-call.ts';
import type { Answer, AnsweredToolCall, AnswerStyle, Finish, Usage } from './answer.ts';
import { createToolCallId } from './answer-ids.ts';
import { countTokens, estimatePromptTokens } from './estimate-tokens.ts';
import { createPacer, type Pacer } from './pacer.ts';
import { accountForCache, type CacheUse } from './prompt-cache.ts';
import { findLastUserText } from './user-text.ts';

export type ScriptedToolCall = {
  id: string;
  name: string;
  namespace: string | undefined;
  deltas: Iterable<string>;
};

/** An answer with everything decided; its deltas can be read once. */
export type Script = Pick<
  Answer,
  'done' | 'annotations' | 'usagePlacement' | 'reasoningLast' | 'webSearch' | 'closingOutput'
> & {
  text: Iterable<string> | undefined;
  refusal: Iterable<string> | undefined;
  commentary: string | undefined;
  reasoning: Iterable<string> | undefined;
  opaque: string | undefined;
  reasoningField: 'reasoning_text' | 'cot_summary';
  toolCalls: ScriptedToolCall[];
  finish: Finish;
  style: AnswerStyle;
  /** The pause, in milliseconds, before the delta that was read last. */
  takePause(): number;
  /** What was used; complete once all deltas were read. */
  usage(): Usage;
};

const styles: Record<string, AnswerStyle> = { Anthropic: 'claude', Google: 'gemini' };
const argumentPieceLength = 12;

/** The answer to a call, as the state scripts it; remembers the signatures that it hands out. */
export async function createScript(call: ModelCall): Promise<{ script: Script; firstDelayMs: number }> {
  const { answer } = call.world.state;
  const scripted = (typeof answer === 'function' ? await answer(call.request) : answer) ?? {};
  const { text, refusal, toolCalls } = scripted;
  const isDefault = [text, refusal, toolCalls].every((said) => said === undefined);
  const chosen = isDefault ? { ...scripted, ...createDefaultText(call, scripted) } : scripted;
  return { script: decide(chosen, call), firstDelayMs: scripted.firstDelayMs ?? 0 };
}

function decide(answer: Answer, call: ModelCall): Script {
  const { done, annotations, usagePlacement, reasoningLast, webSearch, closingOutput } = answer;
  const style = answer.style ?? styles[call.model.vendor] ?? 'openai';
  const meter = { text: 0, reasoning: 0 };
  const cache = accountForCache(call);
  const pacer = createPacer(answer);
  const toDeltas = (source: Answer['text'], count: (length: number) => void) =>
    source === undefined ? undefined : pacer.pace(meterDeltas(splitText(source, answer.deltaLength), count));
  const toolCalls = (answer.toolCalls ?? []).map((toolCall, index) =>
    scriptToolCall(toolCall, index, call, pacer),
  );
  const opaque = answer.reasoningOpaque ?? (needsOpaque(answer, style) ? createOpaque() : undefined);
  if (opaque !== undefined) rememberSignature(opaque, toolCalls, call);
  return {
    ...(done === undefined ? {} : { done }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(usagePlacement === undefined ? {} : { usagePlacement }),
    ...(reasoningLast === undefined ? {} : { reasoningLast }),
    ...(webSearch === undefined ? {} : { webSearch }),
    ...(closingOutput === undefined ? {} : { closingOutput }),
    text: toDeltas(answer.text, (length) => (meter.text += length)),
    refusal: toDeltas(answer.refusal, (length) => (meter.text += length)),
    commentary: answer.commentary,
    reasoning: toDeltas(answer.reasoning, (length) => (meter.reasoning += length)),
    opaque,
    reasoningField: answer.reasoningField ?? 'reasoning_text',
    toolCalls,
    finish: answer.finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    style,
    takePause: pacer.takePause,
    usage: () => measureUsage(answer, call, { ...meter, cache }),
  };
}

/** Repeats the last user text, no longer than the caller allows. */
function createDefaultText(call: ModelCall, scripted: Answer): Answer {
  const text = `You said: ${findLastUserText(call.body)}`;
  const { max_tokens, max_completion_tokens, max_output_tokens, stream } = call.body;
  const nonStreaming =
    stream === true ? undefined : call.model.capabilities.limits?.max_non_streaming_output_tokens;
  const limits = [max_tokens, max_completion_tokens, max_output_tokens, nonStreaming];
  const limit = Math.min(...limits.filter((value) => typeof value === 'number'), Number.POSITIVE_INFINITY);
  if (countTokens(text.length) <= limit) return { text };
  return { text: text.slice(0, limit * 4), finish: scripted.finish ?? 'length' };
}

function splitText(source: string | Iterable<string>, deltaLength: number | undefined): Iterable<string> {
  if (typeof source !== 'string') return source;
  return deltaLength === undefined ? splitWords(source) : splitPieces(source, deltaLength);
}

function* meterDeltas(deltas: Iterable<string>, count: (length: number) => void): Generator<string> {
  for (const delta of deltas) {
    count(delta.length);
    yield delta;
  }
}

function* splitWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(/\s*\S+\s*|\s+/g)) yield word;
}

/** Pieces of `length` characters, of one more where a surrogate pair would be cut: JSON cannot carry half of one. */
function* splitPieces(text: string, length: number): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + length;
    if ((text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end += 1;
    yield text.slice(start, end);
  }
}

function scriptToolCall(
  toolCall: AnsweredToolCall,
  index: number,
  call: ModelCall,
  pacer: Pacer,
): ScriptedToolCall {
  const { claudeBackend } = call.world.state;
  const { name, id = createToolCallId(call.model, name, index, claudeBackend) } = toolCall;
  const deltas =
    typeof toolCall.arguments === 'string'
      ? splitPieces(toolCall.arguments, argumentPieceLength)
      : toolCall.arguments;
  return { id, name, namespace: toolCall.namespace, deltas: pacer.pace(deltas) };
}

// protocol: Gemini signs its thoughts whenever it calls tools, shown or not.
function needsOpaque(answer: Answer, style: AnswerStyle): boolean {
  return answer.reasoning !== undefined || (style === 'gemini' && (answer.toolCalls?.length ?? 0) > 0);
}

function createOpaque(): string {
  return randomBytes(96).toString('base64');
}

function rememberSignature(opaque: string, toolCalls: ScriptedToolCall[], call: ModelCall): void {
  const { signatures, signedToolCalls } = call.world.ledger;
  signatures.set(opaque, call.model.id);
  for (const { id } of toolCalls) signedToolCalls.set(id, call.model.id);
}

type Meter = { text: number; reasoning: number; cache: CacheUse };

function measureUsage(answer: Answer, call: ModelCall, meter: Meter): Usage {
  const reasoningTokens = countTokens(meter.reasoning);
  return {
    inputTokens: estimatePromptTokens(call.body),
    ...meter.cache,
    outputTokens: countTokens(meter.text) + reasoningTokens + (answer.toolCalls?.length ?? 0) * 20,
    reasoningTokens,
    ...answer.usage,
  };
}
