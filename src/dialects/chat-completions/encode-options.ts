import type { ResponseFormat } from '../chat-request.ts';
import type { Context } from './encode-content.ts';

/** All that bounds or shapes the reply. */
export function encodeOptions(context: Context): Record<string, unknown> {
  const { request, notices } = context;
  if (request.metadata) notices.add('Metadata is left out: Copilot takes none in this dialect.');
  return {
    max_tokens: limitOutput(context),
    stop: request.stop?.length ? request.stop : undefined,
    response_format: encodeFormat(context),
    reasoning_effort: chooseEffort(context),
    thinking_budget: chooseBudget(context),
    ...encodeSampling(context),
    user: request.user,
  };
}

function limitOutput({ request, traits, notices }: Context): number | undefined {
  const { maxOutputTokens: wanted } = request;
  const limit = traits.maxOutputTokens;
  if (wanted === undefined || limit === undefined || wanted <= limit) return wanted;
  notices.add(`The reply has at most ${limit} tokens, the most that ${traits.id} writes.`);
  return limit;
}

/** Plain text is what every model writes unasked. */
function encodeFormat({ request, traits, notices }: Context): object | undefined {
  const format = request.responseFormat;
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json') return { type: 'json_object' };
  if (traits.structuredOutput) return encodeSchema(format);
  notices.add(`The schema of the reply is left out: ${traits.id} follows none.`);
  return undefined;
}

function encodeSchema(format: ResponseFormat & { type: 'json-schema' }): object {
  const { type: _, name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    json_schema: {
      name,
      ...(description === undefined ? {} : { description }),
      schema,
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

/** A summary need not be asked for: this endpoint shows thinking wherever there is some to show. */
function chooseEffort({ request, traits, notices }: Context): string | undefined {
  const effort = request.reasoning?.effort;
  if (effort === undefined || traits.efforts.includes(effort)) return effort;
  const accepted = traits.efforts.length === 0 ? 'takes none' : `takes ${traits.efforts.join(', ')}`;
  notices.add(`The effort ${effort} is left out: ${traits.id} ${accepted}.`);
  return undefined;
}

/** Part of the output, which must leave room for an answer. */
function chooseBudget(context: Context): number | undefined {
  const { request, traits, notices } = context;
  const wanted = request.reasoning?.budget;
  if (wanted === undefined) return undefined;
  const { minThinkingBudget: smallest = 0, maxThinkingBudget: largest } = traits;
  if (largest === undefined) {
    notices.add(`The thinking budget is left out: ${traits.id} takes none.`);
    return undefined;
  }
  const output = request.maxOutputTokens ?? traits.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const most = Math.min(largest, output - 1, (traits.maxOutputTokens ?? Number.POSITIVE_INFINITY) - 1);
  if (most < smallest) {
    notices.add(
      `The thinking budget is left out: it needs ${smallest} tokens of the ${output} of the reply.`,
    );
    return undefined;
  }
  const budget = Math.max(smallest, Math.min(most, Math.floor(wanted)));
  if (budget !== wanted)
    notices.add(`The thinking budget is ${budget} tokens: ${traits.id} takes ${smallest} to ${most} here.`);
  return budget;
}

function encodeSampling({ request, traits, notices }: Context): Record<string, number | undefined> {
  const { topK, ...sampling } = request.sampling ?? {};
  if (topK !== undefined) notices.add('Top-k is left out: this dialect has no such thing.');
  const fields = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    seed: sampling.seed,
  };
  const asked = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (traits.efforts.length === 0 || asked.length === 0) return fields;
  const names = asked.map(([name]) => name).join(', ');
  notices.add(`Left out, for ${traits.id} samples by itself: ${names}.`);
  return {};
}
