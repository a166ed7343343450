import { toArray, toRecord, toRecords, toText } from '../json.ts';
import { chatMessageRules } from './chat-message-rules.ts';
import { refuseExternalImages, refuseManyImages } from './images.ts';
import type { Rule } from './model-call.ts';
import { createEffortRule, createPromptRule, refuseSampling, refuseStructuredOutput } from './model-rules.ts';
import { refuseBody, refuseWithCode } from './service-error.ts';
import { refuseChatTools, refuseLoneToolChoice, refuseManyTools } from './tool-rules.ts';
import { refuseReasoningFields, refuseUnsupportedFields } from './unsupported-fields.ts';

const maxCacheControls = 4;

const refuseMessages: Rule = ({ body }) =>
  toArray(body.messages).length === 0
    ? refuseBody("Missing required parameter: 'messages'.", 'messages')
    : undefined;

const refuseLongPrompt = createPromptRule((tokens, limit) =>
  refuseWithCode(
    `prompt token count of ${tokens} exceeds the limit of ${limit}`,
    'model_max_prompt_tokens_exceeded',
  ),
);

// protocol: GPT-5.4 takes tools and an effort together on /responses only.
const refuseEffortWithTools: Rule = ({ body, model }) => {
  const isRefused =
    model.id === 'gpt-5.4' && body.reasoning_effort !== undefined && toArray(body.tools).length > 0;
  if (!isRefused) return undefined;
  const problem = `Function tools with reasoning_effort are not supported for ${model.id} in /v1/chat/completions.`;
  return refuseBody(`${problem} Please use /v1/responses instead.`, 'reasoning_effort');
};

const refuseThinkingBudget: Rule = ({ body, model }) => {
  const budget = body.thinking_budget;
  if (typeof budget !== 'number') return undefined;
  const { min_thinking_budget = 0, max_thinking_budget = 0 } = model.capabilities.supports ?? {};
  const ceiling = typeof body.max_tokens === 'number' ? body.max_tokens - 1 : max_thinking_budget;
  const isWithin = budget >= min_thinking_budget && budget <= Math.min(max_thinking_budget, ceiling);
  return isWithin ? undefined : refuseBody(`thinking_budget ${budget} is out of range`, 'thinking_budget');
};

const refuseEmptyPrediction: Rule = ({ body }) =>
  body.prediction !== undefined && toText(toRecord(body.prediction).content) === ''
    ? refuseBody("Invalid 'prediction.content': empty", 'prediction')
    : undefined;

const refuseCacheControls: Rule = ({ body }) => {
  const marked = toRecords(body.messages).filter((message) => message.copilot_cache_control !== undefined);
  if (marked.length <= maxCacheControls) return undefined;
  return refuseBody(`A maximum of ${maxCacheControls} blocks with cache_control may be provided.`);
};

export const chatRules: Rule[] = [
  refuseMessages,
  refuseLongPrompt,
  refuseUnsupportedFields,
  refuseReasoningFields,
  refuseManyTools,
  refuseChatTools,
  refuseLoneToolChoice,
  refuseEffortWithTools,
  createEffortRule('reasoning_effort', (body) => body.reasoning_effort),
  refuseThinkingBudget,
  refuseSampling,
  refuseStructuredOutput,
  refuseEmptyPrediction,
  refuseCacheControls,
  ...chatMessageRules,
  refuseExternalImages,
  refuseManyImages,
];
