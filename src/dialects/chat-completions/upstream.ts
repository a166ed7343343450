import type { Upstream } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { createChatCompletionsReader, readChatCompletionsReply } from './read-reply.ts';
import { writeChatCompletionsRequest } from './write-request.ts';

/** OpenAI's Chat Completions with Copilot's additions. */
export const chatCompletionsUpstream: Upstream = {
  name: 'chat-completions',
  path: dialectPaths['chat-completions'],
  writeRequest: writeChatCompletionsRequest,
  createReplyReader: createChatCompletionsReader,
  readReply: readChatCompletionsReply,
};
