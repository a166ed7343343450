import { markForCache } from '../cache-marks.ts';
import type { ChatRequest } from '../chat-request.ts';
import { isClaude, type ModelTraits } from '../model-traits.ts';
import type { Fitting } from './fitting.ts';
import { fitCalls, fitHistory } from './history.ts';
import { fitImages } from './images.ts';
import { fitReasoning } from './reasoning.ts';
import { fitTools } from './tools.ts';

type FittedRequest = Omit<Fitting, 'traits'> & { request: ChatRequest };

/** A budget for thinking must fit into the reply, and Kimi's calls are named for their tools: each comes after the other. */
const steps: ((request: ChatRequest, fitting: Fitting) => ChatRequest)[] = [
  fitImages,
  fitHistory,
  fitTools,
  fitCalls,
  fitOutputLimit,
  fitReasoning,
  fitFormat,
  fitCache,
];

/** Fits a request to the model's limits and to all backends, whatever the dialect. Throws DialectError for images given by URL. */
export function fitRequest(asked: ChatRequest, traits: ModelTraits): FittedRequest {
  const fitting: Fitting = { traits, notices: new Set(), toolNames: new Map(), isMended: false };
  const request = steps.reduce((current, step) => step(current, fitting), asked);
  const { notices, toolNames, isMended } = fitting;
  return { request, notices, toolNames, isMended };
}

/** No more tokens than the model writes. */
function fitOutputLimit(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const { maxOutputTokens: wanted } = request;
  const { maxOutputTokens: limit } = traits;
  if (wanted === undefined || limit === undefined || wanted <= limit) return request;
  notices.add(`The reply has at most ${limit} tokens, the most that ${traits.id} writes.`);
  return { ...request, maxOutputTokens: limit };
}

function fitCache({ autoCache, ...request }: ChatRequest, { traits }: Fitting): ChatRequest {
  return autoCache && isClaude(traits) ? markForCache(request) : request;
}

/** A schema only for a model that follows one. */
function fitFormat(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  const { responseFormat, ...rest } = request;
  if (responseFormat?.type !== 'json-schema' || traits.structuredOutput) return request;
  notices.add(`The schema of the reply is left out: ${traits.id} follows none.`);
  return rest;
}
