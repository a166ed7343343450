import type { Dialect } from '../dialect.ts';
import { readChatCompletionsRequest } from './decode-request.ts';
import { createChatCompletionsReader, readChatCompletionsReply } from './decoder.ts';
import { writeChatCompletionsRequest } from './encode-request.ts';
import { createChatCompletionsWriter } from './encoder.ts';
import { nativeChatCompletions } from './native.ts';
import { writeChatCompletionsReply } from './reply-encoder.ts';

/** OpenAI's Chat Completions, with what Copilot adds to it. */
export const chatCompletions: Dialect = {
  name: 'chat-completions',
  path: '/chat/completions',
  writeRequest: writeChatCompletionsRequest,
  createReplyReader: createChatCompletionsReader,
  readReply: readChatCompletionsReply,
  readRequest: readChatCompletionsRequest,
  createReplyWriter: createChatCompletionsWriter,
  writeReply: writeChatCompletionsReply,
  native: nativeChatCompletions,
};
