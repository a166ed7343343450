import { type JsonObject, toObject } from '../../json-value.ts';
import { compact } from '../body-reader.ts';
import type { ChatRequest, ResponseFormat } from '../chat-request.ts';
import type { ModelTraits } from '../dialect.ts';

/** Copilot answers 400 to less. */
const minOutputTokens = 16;

export function encodeReasoning(
  { reasoning = {} }: ChatRequest,
  extras: JsonObject,
  traits: ModelTraits,
  notices: string[],
): JsonObject | undefined {
  const { effort, budget, summary } = reasoning;
  if (budget !== undefined) notices.push('The thinking budget was left out: /responses knows efforts only.');
  const isListed = effort === undefined || traits.efforts.includes(effort);
  if (!isListed) {
    const listed = traits.efforts.join(', ') || 'none';
    notices.push(`The effort "${effort}" was left out; efforts of ${traits.id}: ${listed}.`);
  }
  return omitEmpty({ ...toObject(extras.reasoning), effort: isListed ? effort : undefined, summary });
}

export function encodeText(
  { responseFormat }: ChatRequest,
  extras: JsonObject,
  traits: ModelTraits,
  notices: string[],
): JsonObject | undefined {
  const isSchema = responseFormat?.type === 'json-schema';
  if (isSchema && !traits.structuredOutput)
    notices.push(`The schema of the reply was left out: ${traits.id} follows none.`);
  const isLeftOut = responseFormat === undefined || (isSchema && !traits.structuredOutput);
  const format = isLeftOut ? undefined : encodeFormat(responseFormat);
  return omitEmpty({ ...toObject(extras.text), format });
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, strict, description } = format;
  return compact({ type: 'json_schema', name, description, schema, strict });
}

/** Models that take an effort refuse temperature and top_p. */
export function encodeSampling(
  { sampling = {} }: ChatRequest,
  traits: ModelTraits,
  notices: string[],
): JsonObject {
  const { temperature, topP, ...unknown } = sampling;
  const known = compact({ temperature, top_p: topP });
  const isReasoningModel = traits.efforts.length > 0;
  if (isReasoningModel) noticeNames(known, `${traits.id} takes no sampling`, notices);
  noticeNames(compact(unknown), '/responses has no such setting', notices);
  return isReasoningModel ? {} : known;
}

function noticeNames(settings: object, why: string, notices: string[]): void {
  const names = Object.keys(settings).join(', ');
  if (names !== '') notices.push(`Left out, for ${why}: ${names}.`);
}

export function encodeMaxOutputTokens(
  { maxOutputTokens }: ChatRequest,
  traits: ModelTraits,
  notices: string[],
): number | undefined {
  if (maxOutputTokens === undefined) return undefined;
  const limit = traits.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const tokens = Math.max(minOutputTokens, Math.min(maxOutputTokens, limit));
  if (tokens > maxOutputTokens)
    notices.push(`The output limit was raised to ${tokens} tokens, the least that /responses takes.`);
  if (tokens < maxOutputTokens)
    notices.push(`The output limit was lowered to ${tokens} tokens, the most that ${traits.id} writes.`);
  return tokens;
}

export function noticeStop({ stop = [] }: ChatRequest, notices: string[]): void {
  if (stop.length > 0) notices.push('The stop sequences were left out: /responses has none.');
}

function omitEmpty(value: JsonObject): JsonObject | undefined {
  const rest = compact(value);
  return Object.keys(rest).length === 0 ? undefined : rest;
}
