import { type JsonObject, toTexts } from '../../json-value.ts';
import { compact } from '../body-reader.ts';
import type { ChatRequest } from '../chat-request.ts';
import type { WireRequest } from '../dialect.ts';
import { fitRequest } from '../fit/fit-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { toUserField } from '../user-field.ts';
import { writeInput } from './encode-input.ts';
import {
  writeMaxOutputTokens,
  writeReasoning,
  writeSampling,
  writeText,
  noticeStop,
} from './encode-options.ts';
import { writeTools } from './encode-tools.ts';
import { encryptedReasoning } from './wire.ts';

/**
 * The body for `POST /responses`. Nothing is stored there, so the whole conversation goes along every time, and thinking
 * can only be replayed where its encrypted form was asked for. Throws DialectError for images that lie elsewhere.
 */
export function writeRequest(asked: ChatRequest, traits: ModelTraits): WireRequest {
  const { request, notices, toolNames } = fitRequest(asked, traits);
  const extras = writeExtras(request, notices);
  const input = writeInput(request);
  noticeStop(request, notices);
  const body = compact({
    ...extras,
    model: request.model,
    input: input.items,
    ...writeTools(request, extras),
    reasoning: writeReasoning(request, extras, notices),
    text: writeText(request, extras),
    ...writeSampling(request, traits, notices),
    max_output_tokens: writeMaxOutputTokens(request, notices),
    user: toUserField(request.user),
    metadata: request.metadata,
    include: [...new Set([encryptedReasoning, ...toTexts(extras.include)])],
    store: false,
    stream: true,
  });
  return {
    body,
    headers: input.hasMedia ? { 'copilot-vision-request': 'true' } : {},
    notices: [...notices],
    toolNames,
  };
}

function writeExtras({ extras }: ChatRequest, notices: Set<string>): JsonObject {
  if (extras === undefined) return {};
  if (extras.dialect !== 'responses') {
    const names = Object.keys(extras.fields).join(', ');
    if (names !== '') notices.add(`Left out, for only the dialect ${extras.dialect} has it: ${names}.`);
    return {};
  }
  // Copilot answers 400 to a service tier.
  const { service_tier, ...fields } = extras.fields;
  if (service_tier !== undefined) notices.add('The service tier is left out: Copilot has none.');
  return fields;
}
