import { estimatePromptTokens } from '../answer/estimate-tokens.ts';
import { createMessageObject } from '../answer/message-object.ts';
import { streamMessage } from '../answer/messages-stream.ts';
import { countTokensRules, messagesRules } from './messages-rules.ts';
import { createPlainRoute, type SimulatedDialect } from './model-route.ts';

/** POST /v1/messages */
export const messagesDialect: SimulatedDialect = {
  endpoint: '/v1/messages',
  rules: messagesRules,
  stream: streamMessage,
  answer: createMessageObject,
};

/** POST /v1/messages/count_tokens */
export const countTokens = createPlainRoute({
  endpoint: '/v1/messages',
  rules: countTokensRules,
  answer: ({ body }) => ({ input_tokens: estimatePromptTokens(body) }),
});
