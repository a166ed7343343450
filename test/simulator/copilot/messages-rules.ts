import { type JsonRecord, toArray, toRecord, toRecords, toText } from '../json.ts';
import { cacheControlRules } from './cache-control-rules.ts';
import { refuseAsClaude, refuseFlat } from './claude-error.ts';
import { refuseExternalImages, refuseManyImages, refuseMislabelledImages } from './images.ts';
import { conversationRules, isBlank } from './messages-conversation-rules.ts';
import { messagesToolRules } from './messages-tool-rules.ts';
import type { Rule } from './model-call.ts';
import { isAdaptiveOnly } from './model-entry.ts';
import { createEffortRule, createPromptRule, refuseSampling } from './model-rules.ts';
import { refuseReplySchema } from './reply-schema-rules.ts';
import { refuseBody } from './service-error.ts';
import { refuseUnsupportedFields } from './unsupported-fields.ts';

const countedKeys = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'context_management',
  'cache_control',
];
const messageKeys = [
  ...countedKeys,
  'max_tokens',
  'stream',
  'stop_sequences',
  'metadata',
  'temperature',
  'top_p',
  'top_k',
  // protocol: tolerated and ignored.
  'service_tier',
  'speed',
];

function createKeysRule(keys: string[]): Rule {
  return (call) => {
    const extra = Object.keys(call.body).find((key) => !keys.includes(key));
    return extra === undefined ? undefined : refuseAsClaude(call, `${extra}: Extra inputs are not permitted`);
  };
}

/** protocol: the gateway lets a list of betas through and refuses all others. */
const refuseBeta: Rule = ({ request, world }) => {
  const values = (request.headers['anthropic-beta'] ?? '').split(',').map((value) => value.trim());
  const unknown = values.filter(
    (value) => value !== '' && !matchesAny(value, world.state.gate.anthropicBetas),
  );
  return unknown.length === 0 ? undefined : refuseBody(`unsupported beta header(s): ${unknown.join(', ')}`);
};

function matchesAny(value: string, patterns: RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(value));
}

const refuseMaxTokens: Rule = (call) => {
  const { max_tokens } = call.body;
  if (typeof max_tokens !== 'number') return refuseAsClaude(call, 'max_tokens: Field required');
  if (max_tokens < 1) {
    return refuseAsClaude(call, 'max_tokens: Input should be greater than or equal to 1');
  }
  const limit = call.model.capabilities.limits?.max_output_tokens ?? Number.POSITIVE_INFINITY;
  if (max_tokens <= limit) return undefined;
  return refuseFlat(`The maximum tokens you requested exceeds the model limit of ${limit}`);
};

// protocol: one backend serves Claude without context management.
const refuseContextManagement: Rule = (call) => {
  const isLacking = call.world.state.claudeBackend === 'vertex' && call.body.context_management !== undefined;
  return isLacking ? refuseAsClaude(call, 'context_management: Extra inputs are not permitted') : undefined;
};

const refuseThinking: Rule = (call) => {
  const { body, model } = call;
  const problem = findThinkingProblem(toRecord(body.thinking), body.max_tokens, {
    isAdaptiveOnly: isAdaptiveOnly(model),
    isAdaptive: model.capabilities.supports?.adaptive_thinking === true,
  });
  if (problem !== undefined) return refuseAsClaude(call, problem);
  const choice = toText(toRecord(body.tool_choice).type);
  const isForced = choice === 'any' || choice === 'tool';
  if (!isForced || !isThinking(body)) return undefined;
  return refuseAsClaude(call, 'Thinking may not be enabled when tool_choice forces tool use.');
};

function isThinking(body: JsonRecord): boolean {
  return ['enabled', 'adaptive'].includes(toText(toRecord(body.thinking).type));
}

function findThinkingProblem(
  thinking: JsonRecord,
  maxTokens: unknown,
  model: { isAdaptiveOnly: boolean; isAdaptive: boolean },
): string | undefined {
  const { type, budget_tokens } = thinking;
  if (type === 'adaptive') {
    return model.isAdaptive ? undefined : 'adaptive thinking is not supported on this model';
  }
  if (type !== 'enabled') return undefined;
  if (model.isAdaptiveOnly) return '"thinking.type.enabled" is not supported for this model.';
  if (typeof budget_tokens !== 'number') return 'thinking.enabled.budget_tokens: Field required';
  if (budget_tokens < 1024) {
    return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  }
  const isTooLarge = typeof maxTokens === 'number' && budget_tokens >= maxTokens;
  return isTooLarge ? '`max_tokens` must be greater than `thinking.budget_tokens`.' : undefined;
}

const refuseNoMessages: Rule = (call) =>
  toArray(call.body.messages).length === 0
    ? refuseAsClaude(call, 'messages: at least one message is required')
    : undefined;

const refuseEmptySystem: Rule = (call) => {
  const blanks = toRecords(call.body.system).filter(isBlank);
  if (blanks.some(({ cache_control }) => cache_control !== undefined))
    return refuseAsClaude(call, 'system: cache_control cannot be set for empty text blocks');
  return blanks.length > 0
    ? refuseAsClaude(call, 'system: text content blocks must be non-empty')
    : undefined;
};

const refuseLongPrompt = createPromptRule((tokens, limit, call) =>
  refuseAsClaude(
    call,
    `prompt is too long: ${tokens} tokens > ${limit} maximum`,
    'model_max_prompt_tokens_exceeded',
  ),
);

const bodyRules: Rule[] = [
  refuseNoMessages,
  refuseUnsupportedFields,
  refuseContextManagement,
  ...cacheControlRules,
  ...messagesToolRules,
  createEffortRule('output_config.effort', (body) => toRecord(body.output_config).effort),
  refuseReplySchema,
  refuseThinking,
  refuseEmptySystem,
  ...conversationRules,
  refuseExternalImages,
  refuseMislabelledImages,
  refuseManyImages,
];

export const messagesRules: Rule[] = [
  refuseBeta,
  createKeysRule(messageKeys),
  refuseLongPrompt,
  refuseMaxTokens,
  refuseSampling,
  ...bodyRules,
];

/** The same body, without what concerns the answer. */
export const countTokensRules: Rule[] = [refuseBeta, createKeysRule(countedKeys), ...bodyRules];
