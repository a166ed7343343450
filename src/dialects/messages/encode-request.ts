import type { ChatRequest } from '../chat-request.ts';
import type { WireRequest } from '../dialect.ts';
import { fitRequest } from '../fit/fit-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { limitMarks } from './cache-marks.ts';
import { writeConversation } from './encode-conversation.ts';
import { writeTools } from './encode-tools.ts';
import { writeExtras } from './extras.ts';
import { toReplySchema } from './reply-schema.ts';
import { writeSampling } from './sampling.ts';
import { planThinking, type ThinkingPlan } from './thinking.ts';
import type { MessagesRequest, OutputConfig } from './wire.ts';

/** The field is required; this is for models whose limit is not known. */
const usualMaxTokens = 8192;

/** The body for `POST /v1/messages`. It always asks for a stream: whole replies are cut to 16,000 tokens. */
export function writeMessagesRequest(asked: ChatRequest, traits: ModelTraits): WireRequest {
  const { request, notices, toolNames } = fitRequest(asked, traits);
  const maxTokens = request.maxOutputTokens ?? traits.maxOutputTokens ?? usualMaxTokens;
  const { system, messages } = writeConversation(request, notices);
  const plan = planThinking({ request, traits, messages, notices });
  const isThinking = plan.thinking !== undefined;
  const output = writeOutput(request, plan, notices);
  const body: MessagesRequest = {
    ...writeExtras(request, isThinking, notices),
    model: request.model,
    max_tokens: Math.max(1, Math.floor(maxTokens)),
    stream: true,
    ...(system.length === 0 ? {} : { system }),
    messages,
    ...writeTools(request, traits, notices),
    ...(plan.thinking ? { thinking: plan.thinking } : {}),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...writeSampling(request, traits, isThinking, notices),
    ...writeStop(request, notices),
    ...writeUser(request, notices),
  };
  if (limitMarks(body) > 0) notices.add('Of more than four cache marks, the last four are kept.');
  return { body, headers: chooseHeaders(body), notices: [...notices], toolNames };
}

function writeOutput(
  { responseFormat }: ChatRequest,
  { effort }: ThinkingPlan,
  notices: Set<string>,
): OutputConfig {
  const config: OutputConfig = effort === undefined ? {} : { effort };
  if (!responseFormat || responseFormat.type === 'text') return config;
  if (responseFormat.type === 'json') {
    notices.add('The wish for JSON is left out: Claude takes a schema, or none.');
    return config;
  }
  const schema = toReplySchema(responseFormat.schema);
  if (schema) return { ...config, format: { type: 'json_schema', schema } };
  notices.add(
    'The schema of the reply is left out: Claude takes no open objects, tuples, recursion or unions at the top.',
  );
  return config;
}

/** Words of nothing but white space are refused. */
function writeStop({ stop = [] }: ChatRequest, notices: Set<string>): { stop_sequences?: string[] } {
  const words = stop.filter((word) => /\S/.test(word));
  if (words.length < stop.length)
    notices.add('Stop sequences of white space are left out: Claude takes none.');
  return words.length === 0 ? {} : { stop_sequences: words };
}

function writeUser(
  { user, metadata }: ChatRequest,
  notices: Set<string>,
): { metadata?: { user_id: string } } {
  if (metadata && Object.keys(metadata).length > 0)
    notices.add('Metadata is left out: Claude takes none but the user.');
  return user === undefined ? {} : { metadata: { user_id: user } };
}

function chooseHeaders(body: MessagesRequest): Record<string, string> {
  const betas = [
    // Without it, a model with a budget thinks before the first tool call only. Others do by themselves.
    ...(body.thinking?.type === 'enabled' && body.tools ? ['interleaved-thinking-2025-05-14'] : []),
    ...('context_management' in body ? ['context-management-2025-06-27'] : []),
  ];
  return {
    ...(hasImage(body) ? { 'copilot-vision-request': 'true' } : {}),
    ...(betas.length === 0 ? {} : { 'anthropic-beta': betas.join(',') }),
  };
}

function hasImage({ messages }: MessagesRequest): boolean {
  return messages.some(({ content }) =>
    content.some(
      (block) =>
        block.type === 'image' ||
        (block.type === 'tool_result' && block.content?.some(({ type }) => type === 'image')),
    ),
  );
}
