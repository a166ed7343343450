import type { Dialect } from '../dialect.ts';
import { decodeChatCompletionsRequest } from './decode-request.ts';
import { createChatCompletionsDecoder, decodeChatCompletionsReply } from './decoder.ts';
import { encodeChatCompletionsRequest } from './encode-request.ts';
import { createChatCompletionsEncoder } from './encoder.ts';
import { nativeChatCompletions } from './native.ts';
import { encodeChatCompletionsReply } from './reply-encoder.ts';

/** OpenAI's Chat Completions, with what Copilot adds to it. */
export const chatCompletions: Dialect = {
  name: 'chat-completions',
  path: '/chat/completions',
  encodeRequest: encodeChatCompletionsRequest,
  createDecoder: createChatCompletionsDecoder,
  decodeReply: decodeChatCompletionsReply,
  decodeRequest: decodeChatCompletionsRequest,
  createEncoder: createChatCompletionsEncoder,
  encodeReply: encodeChatCompletionsReply,
  native: nativeChatCompletions,
};
