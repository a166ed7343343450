import type { Dialect } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { prepareRequest } from './accepted.ts';
import { nativeChatCompletions } from './native.ts';
import { createChatCompletionsReader, readChatCompletionsReply } from './read-reply.ts';
import { readChatCompletionsRequest } from './read-request.ts';
import { createChatCompletionsWriter, writeChatCompletionsReply } from './write-reply.ts';
import { writeChatCompletionsRequest } from './write-request.ts';

/** OpenAI's Chat Completions with Copilot's additions. */
export const chatCompletions: Dialect = {
  name: 'chat-completions',
  path: dialectPaths['chat-completions'],
  prepareRequest,
  writeRequest: writeChatCompletionsRequest,
  createReplyReader: createChatCompletionsReader,
  readReply: readChatCompletionsReply,
  readRequest: readChatCompletionsRequest,
  createReplyWriter: createChatCompletionsWriter,
  writeReply: writeChatCompletionsReply,
  native: nativeChatCompletions,
};
