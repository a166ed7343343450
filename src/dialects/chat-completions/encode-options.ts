import type { ChatRequest, ResponseFormat } from '../chat-request.ts';
import type { Context } from './encode-content.ts';

/** All that bounds or shapes the reply. */
export function encodeOptions(context: Context): Record<string, unknown> {
  const { request, notices } = context;
  if (request.metadata) notices.add('Metadata is left out: Copilot takes none in this dialect.');
  return {
    max_tokens: request.maxOutputTokens,
    stop: request.stop?.length ? request.stop : undefined,
    response_format: encodeFormat(request),
    // A summary need not be asked for: this endpoint shows thinking wherever there is some to show.
    reasoning_effort: request.reasoning?.effort,
    thinking_budget: request.reasoning?.budget,
    ...encodeSampling(context),
    user: request.user,
  };
}

/** Plain text is what every model writes unasked. */
function encodeFormat({ responseFormat: format }: ChatRequest): object | undefined {
  if (!format || format.type === 'text') return undefined;
  return format.type === 'json' ? { type: 'json_object' } : encodeSchema(format);
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
