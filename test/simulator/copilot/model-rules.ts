import { estimatePromptTokens } from '../answer/estimate-tokens.ts';
import { toRecord } from '../json.ts';
import { type Reply, toErrorReply, toPlainReply } from '../reply.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { isReasoningModel, listEndpoints } from './model-entry.ts';
import { createServiceError, refuseBody, refuseWithCode } from './service-error.ts';

/** protocol: also the answer for models whose policy is not accepted; 138 bytes with its newline. */
export function refuseModel(): Reply {
  return refuseWithCode('The requested model is not supported.', 'model_not_supported', {
    param: 'model',
    type: 'invalid_request_error',
  });
}

export const refuseEndpoint: Rule = ({ model, endpoint }) => {
  if (listEndpoints(model).includes(endpoint)) return undefined;
  const message = `model "${model.id}" is not accessible via the ${endpoint} endpoint`;
  return refuseWithCode(message, 'unsupported_api_for_model');
};

export const refusePolicy: Rule = ({ model }) =>
  model.policy === undefined || model.policy.state === 'enabled' ? undefined : refuseModel();

export const refuseAccount: Rule = ({ world }) => {
  const { chatEnabled, plan } = world.state.account;
  if (!chatEnabled) return toPlainReply(403, 'unauthorized: not authorized to use this Copilot feature');
  if (plan !== 'exhausted') return undefined;
  return toErrorReply(402, createServiceError('You have no quota', 'quota_exceeded'));
};

/** The rule for prompts over max_prompt_tokens, which every dialect words differently. */
export function createPromptRule(describe: (tokens: number, limit: number, call: ModelCall) => Reply): Rule {
  return (call) => {
    const limit = call.model.capabilities.limits?.max_prompt_tokens ?? Number.POSITIVE_INFINITY;
    const tokens = estimatePromptTokens(call.body);
    return tokens > limit ? describe(tokens, limit, call) : undefined;
  };
}

/** The rule for efforts that the model does not list; `read` finds the effort in a body. */
export function createEffortRule(name: string, read: (body: ModelCall['body']) => unknown): Rule {
  return ({ body, model }) => {
    const effort = read(body);
    const listed = model.capabilities.supports?.reasoning_effort ?? [];
    if (effort === undefined || effort === null || listed.includes(String(effort))) return undefined;
    const support = `supported values: [${listed.join(' ')}]`;
    const message = `${name} "${effort}" is not supported by model ${model.id}; ${support}`;
    return refuseWithCode(message, 'invalid_reasoning_effort');
  };
}

/** protocol: reasoning models take default sampling only. */
export const refuseSampling: Rule = ({ body, model }) => {
  const name = ['temperature', 'top_p'].find((key) => typeof body[key] === 'number' && body[key] !== 1);
  if (name === undefined || !isReasoningModel(model)) return undefined;
  const message = `Unsupported value: '${name}' does not support ${body[name]} with this model. Only the default (1) value is supported.`;
  return refuseWithCode(message, 'unsupported_value', { param: name });
};

/** A JSON schema for the answer needs a model with structured outputs. */
export const refuseStructuredOutput: Rule = ({ body, model }) => {
  const format = toRecord(body.response_format ?? toRecord(body.text).format);
  if (format.type !== 'json_schema' || model.capabilities.supports?.structured_outputs === true)
    return undefined;
  return refuseBody(`Structured outputs are not supported by model ${model.id}.`, 'response_format');
};
