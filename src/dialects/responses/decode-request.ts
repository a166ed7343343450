import { type JsonObject, toFlag, toObject } from '../../json-value.ts';
import {
  compact,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../body-reader.ts';
import type { ChatRequest, Message } from '../chat-request.ts';
import { createTextMessage } from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { readExtras } from './decode-extras.ts';
import { readInput } from './decode-input.ts';
import { readMetadata, readReasoning, readResponseFormat, readSampling } from './decode-options.ts';
import { readToolChoice, readTools } from './decode-tools.ts';

/**
 * A caller's body to a request. Ids of items are passed over, and so are `store` and `stream_options`: nothing is kept
 * here, and no padding is sent.
 */
export function readRequest(body: unknown): CallerRequest {
  const fields = readObject(body, 'body');
  refuseStored(fields);
  const request: ChatRequest = compact({
    model: readString(fields.model, 'model'),
    messages: [...readInstructions(fields.instructions), ...readInput(fields.input)],
    tools: readTools(fields.tools),
    toolChoice: readToolChoice(fields.tool_choice),
    parallelToolCalls: readOptionalFlag(fields.parallel_tool_calls, 'parallel_tool_calls'),
    reasoning: readReasoning(fields.reasoning),
    sampling: readSampling(fields),
    maxOutputTokens: readOptionalNumber(fields.max_output_tokens, 'max_output_tokens'),
    responseFormat: readResponseFormat(fields.text),
    user: readOptionalString(fields.user, 'user'),
    metadata: readMetadata(fields.metadata),
    extras: readExtras(fields),
  });
  return {
    request,
    stream: readOptionalFlag(fields.stream, 'stream') ?? false,
    initiator: readInitiator(fields.input),
  };
}

/** The last item decides, wherever it is moved to here. */
function readInitiator(input: unknown): CallerRequest['initiator'] {
  if (!Array.isArray(input)) return 'user';
  return toObject(input.at(-1)).role === 'user' ? 'user' : 'agent';
}

function refuseStored(fields: JsonObject): void {
  for (const name of ['previous_response_id', 'conversation', 'prompt']) {
    if (fields[name] !== undefined && fields[name] !== null)
      throw new DialectError('nothing is stored here: send the whole conversation as input', name);
  }
  if (toFlag(fields.background))
    throw new DialectError('nothing is stored here to be asked for later', 'background');
}

function readInstructions(value: unknown): Message[] {
  const text = readOptionalString(value, 'instructions');
  return text ? [createTextMessage('system', text)] : [];
}
