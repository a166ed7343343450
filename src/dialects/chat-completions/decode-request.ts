import type { JsonObject } from '../../json-value.ts';
import {
  compact,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../body-reader.ts';
import type { ChatRequest } from '../chat-request.ts';
import { type CallerRequest, DialectError } from '../dialect.ts';
import { toInitiator } from '../initiator.ts';
import { readMessages } from './decode-messages.ts';
import {
  readExtras,
  readFormat,
  readMaxTokens,
  readMetadata,
  readReasoning,
  readSampling,
  readStop,
} from './decode-options.ts';
import { readToolChoice, readTools } from './decode-tools.ts';

/** What Copilot does for nobody. Throws DialectError. */
export function refuseUnsayable({ n, functions }: JsonObject): void {
  const choices = readOptionalNumber(n, 'n') ?? 1;
  if (choices !== 1) throw new DialectError('must be 1: Copilot gives one reply', 'n');
  if (Array.isArray(functions) && functions.length > 0)
    throw new DialectError('tools have taken the place of functions: send tools', 'functions');
}

/** A caller's body of `POST /chat/completions`, as OpenAI's clients and Cursor write it. */
export function readChatCompletionsRequest(value: unknown): CallerRequest {
  const body = readObject(value, 'body');
  const isInput = body.messages === undefined && Array.isArray(body.input);
  refuseUnsayable(body);
  const request: ChatRequest = compact({
    model: readString(body.model, 'model'),
    messages: isInput ? readMessages(body.input, 'input') : readMessages(body.messages, 'messages'),
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    parallelToolCalls: readOptionalFlag(body.parallel_tool_calls, 'parallel_tool_calls'),
    reasoning: readReasoning(body),
    sampling: readSampling(body),
    maxOutputTokens: readMaxTokens(body),
    stop: readStop(body.stop),
    responseFormat: readFormat(body.response_format),
    user: readOptionalString(body.user, 'user'),
    metadata: readMetadata(body.metadata),
    extras: readExtras(body),
  });
  const options = readObject(body.stream_options ?? {}, 'stream_options');
  return {
    request,
    stream: readOptionalFlag(body.stream, 'stream') ?? false,
    initiator: toInitiator(request),
    includeUsage: readOptionalFlag(options.include_usage, 'stream_options.include_usage') ?? false,
  };
}
