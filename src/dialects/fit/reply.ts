import type { ChatRequest } from '../chat-request.ts';
import type { Fitting } from './fitting.ts';

/** No more tokens than the model writes. */
export function fitOutputLimit(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const { maxOutputTokens: wanted } = request;
  const { maxOutputTokens: limit } = traits;
  if (wanted === undefined || limit === undefined || wanted <= limit) return request;
  notices.add(`The reply has at most ${limit} tokens, the most that ${traits.id} writes.`);
  return { ...request, maxOutputTokens: limit };
}

/** A schema only for a model that follows one. */
export function fitFormat(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const { responseFormat, ...rest } = request;
  if (responseFormat?.type !== 'json-schema' || traits.structuredOutput) return request;
  notices.add(`The schema of the reply is left out: ${traits.id} follows none.`);
  return rest;
}
