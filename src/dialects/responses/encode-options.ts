import { type JsonObject, toObject } from '../../json-value.ts';
import { compact } from '../body-reader.ts';
import type { ChatRequest, ResponseFormat } from '../chat-request.ts';
import type { ModelTraits } from '../model-traits.ts';

/** Copilot answers 400 to less. */
const minOutputTokens = 16;

export function writeReasoning(
  { reasoning = {} }: ChatRequest,
  extras: JsonObject,
  notices: Set<string>,
): JsonObject | undefined {
  const { effort, budget, summary } = reasoning;
  if (budget !== undefined) notices.add('The thinking budget is left out: /responses knows efforts only.');
  return omitEmpty({ ...toObject(extras.reasoning), effort, summary });
}

export function writeText({ responseFormat }: ChatRequest, extras: JsonObject): JsonObject | undefined {
  const format = responseFormat && writeFormat(responseFormat);
  return omitEmpty({ ...toObject(extras.text), format });
}

function writeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, strict, description } = format;
  return compact({ type: 'json_schema', name, description, schema, strict });
}

/** Models that take an effort refuse temperature and top_p. */
export function writeSampling(
  { sampling = {} }: ChatRequest,
  traits: ModelTraits,
  notices: Set<string>,
): JsonObject {
  const { temperature, topP, ...unknown } = sampling;
  const known = compact({ temperature, top_p: topP });
  const isReasoningModel = traits.efforts.length > 0;
  if (isReasoningModel) noticeNames(known, `${traits.id} takes no sampling`, notices);
  noticeNames(compact(unknown), '/responses has no such setting', notices);
  return isReasoningModel ? {} : known;
}

function noticeNames(settings: object, why: string, notices: Set<string>): void {
  const names = Object.keys(settings).join(', ');
  if (names !== '') notices.add(`Left out, for ${why}: ${names}.`);
}

export function writeMaxOutputTokens(
  { maxOutputTokens }: ChatRequest,
  notices: Set<string>,
): number | undefined {
  if (maxOutputTokens === undefined || maxOutputTokens >= minOutputTokens) return maxOutputTokens;
  notices.add(`The output limit is raised to ${minOutputTokens} tokens, the least that /responses takes.`);
  return minOutputTokens;
}

export function noticeStop({ stop = [] }: ChatRequest, notices: Set<string>): void {
  if (stop.length > 0) notices.add('Stop sequences are left out: /responses has none.');
}

function omitEmpty(value: JsonObject): JsonObject | undefined {
  const rest = compact(value);
  return Object.keys(rest).length === 0 ? undefined : rest;
}
