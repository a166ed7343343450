import { createHash } from 'node:crypto';
import { estimateTokens } from '../answer/estimate-tokens.ts';
import { type JsonRecord, toArray } from '../json.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { createPlainRoute } from './model-route.ts';
import { refuseBody } from './service-error.ts';

const defaultDimensions = 1536;
const maxInputTokens = 8191;

/** POST /embeddings */
export const embed = createPlainRoute({
  endpoint: '/embeddings',
  rules: [refuseInputs],
  answer: createEmbeddings,
});

function refuseInputs({ body, model }: ModelCall): ReturnType<Rule> {
  const inputs = listInputs(body);
  const limit = model.capabilities.limits?.max_inputs ?? Number.POSITIVE_INFINITY;
  if (inputs.length === 0) return refuseBody("Missing required parameter: 'input'.", 'input');
  if (inputs.length > limit) {
    return refuseBody(`Invalid 'input': array too long. Expected at most ${limit} inputs.`, 'input');
  }
  const isTooLong = inputs.some((input) => estimateTokens(input) > maxInputTokens);
  return isTooLong ? refuseBody(`Invalid 'input': maximum ${maxInputTokens} tokens.`, 'input') : undefined;
}

// protocol: numbers only; encoding_format is not honoured.
function createEmbeddings({ body, model }: ModelCall): JsonRecord {
  const inputs = listInputs(body);
  const dimensions = typeof body.dimensions === 'number' ? body.dimensions : defaultDimensions;
  const tokens = estimateTokens(inputs);
  return {
    data: inputs.map((input, index) => ({
      object: 'embedding',
      index,
      embedding: createVector(String(input), dimensions),
    })),
    model: model.id,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function listInputs(body: JsonRecord): unknown[] {
  return typeof body.input === 'string' ? [body.input] : toArray(body.input);
}

/** A vector of length one that is always the same for the same text. */
function createVector(text: string, dimensions: number): number[] {
  const seed = createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
  const values = Array.from({ length: dimensions }, (_, index) => Math.sin((index + 1) * (seed + 0.5)));
  const length = Math.hypot(...values) || 1;
  return values.map((value) => value / length);
}
