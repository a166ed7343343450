import { isObject, type JsonObject } from '../../json-value.ts';
import { toCredits, type Usage } from '../chat-event.ts';

/** The counts reported so far for one reply, as the wire counts. */
export type Counts = {
  input?: number;
  cacheRead?: number;
  cacheWrite?: number;
  output?: number;
  thinking?: number;
  nanoCredits?: number;
};

/** Later messages win: the first one may know only part, or nothing and say 0. */
export function readCounts(counts: Counts, usage: unknown): void {
  if (!isObject(usage)) return;
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = usage;
  if (isCount(input_tokens)) counts.input = input_tokens;
  if (isCount(cache_read_input_tokens)) counts.cacheRead = cache_read_input_tokens;
  if (isCount(cache_creation_input_tokens)) counts.cacheWrite = cache_creation_input_tokens;
  if (isCount(output_tokens)) counts.output = output_tokens;
  const details = usage.output_tokens_details;
  if (isObject(details) && isCount(details.thinking_tokens)) counts.thinking = details.thinking_tokens;
  readCredits(counts, usage);
}

/** The counts of `message_start`, in which Copilot writes 0 for an unknown count. */
export function readFirstCounts(counts: Counts, usage: unknown): void {
  if (!isObject(usage)) return;
  const input = [usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens];
  if (input.some((count) => isCount(count) && count > 0)) readCounts(counts, usage);
}

/** `copilot_usage` is beside the usage, or inside it in other dialects. */
export function readCredits(counts: Counts, holder: JsonObject): void {
  const billed = holder.copilot_usage;
  if (isObject(billed) && isCount(billed.total_nano_aiu)) counts.nanoCredits = billed.total_nano_aiu;
}

/** Undefined if nothing was reported. */
export function toUsage(counts: Counts): Usage | undefined {
  if (Object.keys(counts).length === 0) return undefined;
  const { input, cacheRead, cacheWrite, output, thinking, nanoCredits } = counts;
  const isInputKnown = input !== undefined || cacheRead !== undefined || cacheWrite !== undefined;
  return {
    // The wire's input count excludes what was read from or written to the cache.
    inputTokens: isInputKnown ? (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0) : undefined,
    cachedInputTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: output,
    reasoningTokens: thinking,
    credits: nanoCredits === undefined ? undefined : toCredits(nanoCredits),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
