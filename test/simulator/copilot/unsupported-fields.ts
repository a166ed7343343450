import { type JsonRecord, toRecord } from '../json.ts';
import type { Reply } from '../reply.ts';
import { refuseAsClaude } from './claude-error.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { isOpenaiReasoningModel } from './model-entry.ts';
import { refuseBody } from './service-error.ts';

/**
 * How the service words that it does not take a field: as one that the model lacks, as a value that the model lacks (named by the field,
 * or by the value itself with the field in `param`), as one that nobody knows, or as Claude's backends say it.
 */
export type UnsupportedWords = 'parameter' | 'value' | 'named-value' | 'unknown' | 'extra';

/** Paths of fields, such as `text.verbosity`, that a model refuses beyond what it refuses anyway. */
export type UnsupportedFields = Record<string, Record<string, UnsupportedWords>>;

const wording: Record<UnsupportedWords, (path: string, value: unknown, call: ModelCall) => Reply> = {
  parameter: (path) =>
    refuseBody(`Unsupported parameter: '${path}' is not supported with this model.${toAdvice(path)}`, path),
  value: (path, value) =>
    refuseBody(
      `Unsupported value: '${path}' does not support ${JSON.stringify(value)} with this model. Only the default value is supported.`,
      path,
    ),
  'named-value': (path, value, { model }) =>
    refuseBody(
      `Unsupported value: '${value}' is not supported with the '${model.id}' model. Supported values are: 'medium'.`,
      path,
    ),
  unknown: (path) => refuseBody(`Unknown parameter: '${path}'.`, path),
  extra: (path, _, call) => refuseAsClaude(call, `${path}: Extra inputs are not permitted`),
};

function toAdvice(path: string): string {
  return path === 'max_tokens' ? " Use 'max_completion_tokens' instead." : '';
}

/** field report: GPT-5 and the o-series lack these on /chat/completions. */
const lackedByReasoningModels = [
  'max_tokens',
  'stop',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
];

/** The fields that a test has the model refuse; the first that the body says is named. */
export const refuseUnsupportedFields: Rule = (call) => {
  const { unsupportedFields } = call.world.state;
  for (const [path, words] of Object.entries(unsupportedFields[call.model.id] ?? {})) {
    const value = readPath(call.body, path);
    if (isSaid(value)) return wording[words](path, value, call);
  }
  return undefined;
};

export const refuseReasoningFields: Rule = (call) => {
  if (!isOpenaiReasoningModel(call.model)) return undefined;
  const path = lackedByReasoningModels.find((name) => isSaid(call.body[name]));
  return path === undefined ? undefined : wording.parameter(path, undefined, call);
};

/** `tools.description` finds the first tool that has one. */
function readPath(value: unknown, path: string): unknown {
  const [step = '', ...rest] = path.split('.');
  if (Array.isArray(value)) return value.map((item) => readPath(item, path)).find(isSaid);
  const inner = toRecord(value as JsonRecord)[step];
  return rest.length === 0 ? inner : readPath(inner, rest.join('.'));
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}
