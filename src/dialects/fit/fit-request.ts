import type { ChatRequest } from '../chat-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { fitCalls } from './calls.ts';
import type { Fitting } from './fitting.ts';
import { fitHistory } from './history.ts';
import { fitImages } from './images.ts';
import { fitReasoning } from './reasoning.ts';
import { fitFormat, fitOutputLimit } from './reply.ts';
import { fitTools } from './tools.ts';

export type FittedRequest = Omit<Fitting, 'traits'> & { request: ChatRequest };

/** A budget for thinking must fit into the reply, and Kimi's calls are named for their tools: each comes after the other. */
const steps: ((request: ChatRequest, fitting: Fitting) => ChatRequest)[] = [
  fitImages,
  fitHistory,
  fitTools,
  fitCalls,
  fitOutputLimit,
  fitReasoning,
  fitFormat,
];

/**
 * A request as the model takes it, whichever dialect it is then written in: what the catalogue says of the model, and what every
 * backend of Copilot demands. Throws DialectError for images by address.
 */
export function fitRequest(asked: ChatRequest, traits: ModelTraits): FittedRequest {
  const fitting: Fitting = { traits, notices: new Set(), toolNames: new Map() };
  const request = steps.reduce((current, step) => step(current, fitting), asked);
  return { request, notices: fitting.notices, toolNames: fitting.toolNames };
}
