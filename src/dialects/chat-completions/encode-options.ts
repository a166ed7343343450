import type { ChatRequest, ResponseFormat } from '../chat-request.ts';
import { toUserField } from '../user-field.ts';
import type { Context } from './encode-content.ts';

/** All that bounds or shapes the reply. */
export function writeOptions(context: Context): Record<string, unknown> {
  const { request, notices } = context;
  if (request.metadata) notices.add('Metadata is left out: Copilot takes none in this dialect.');
  return {
    max_tokens: request.maxOutputTokens,
    stop: request.stop?.length ? request.stop : undefined,
    response_format: writeFormat(request),
    // A summary need not be asked for: this endpoint shows thinking wherever there is some to show.
    reasoning_effort: request.reasoning?.effort,
    thinking_budget: chooseBudget(context),
    ...writeSampling(context),
    user: toUserField(request.user),
  };
}

/** Plain text is what every model writes unasked. */
function writeFormat({ responseFormat: format }: ChatRequest): object | undefined {
  if (!format || format.type === 'text') return undefined;
  return format.type === 'json' ? { type: 'json_object' } : writeSchema(format);
}

function writeSchema(format: ResponseFormat & { type: 'json-schema' }): object {
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

/** Claude cannot think where it must call a tool. */
function chooseBudget({ request: { reasoning, toolChoice }, notices }: Context): number | undefined {
  const isForced = toolChoice === 'required' || typeof toolChoice === 'object';
  if (reasoning?.budget === undefined || !isForced) return reasoning?.budget;
  notices.add('Thinking is left out: Claude cannot think where it must call a tool.');
  return undefined;
}

function writeSampling(context: Context): Record<string, number | undefined> {
  const { request, traits, notices } = context;
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
  const isFixed = traits.efforts.length > 0 || chooseBudget(context) !== undefined;
  if (!isFixed || asked.length === 0) return fields;
  const names = asked.map(([name]) => name).join(', ');
  notices.add(`Left out, for ${traits.id} samples by itself: ${names}.`);
  return {};
}
