import { createResponseObject } from '../answer/response-object.ts';
import { streamResponse } from '../answer/responses-stream.ts';
import type { SimulatedDialect } from './model-route.ts';
import { responsesRules } from './responses-rules.ts';

/** POST /responses */
export const responsesDialect: SimulatedDialect = {
  endpoint: '/responses',
  rules: responsesRules,
  stream: streamResponse,
  answer: createResponseObject,
};
