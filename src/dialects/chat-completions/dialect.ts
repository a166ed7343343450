import type { Dialect } from '../dialect.ts';
import { prepareRequest } from './accepted.ts';
import { nativeChatCompletions } from './native.ts';
import { readChatCompletionsRequest } from './read-request.ts';
import { createChatCompletionsWriter, writeChatCompletionsReply } from './write-reply.ts';
import { chatCompletionsUpstream } from './write-request.ts';

export const chatCompletions: Dialect = {
  ...chatCompletionsUpstream,
  prepareRequest,
  readRequest: readChatCompletionsRequest,
  createReplyWriter: createChatCompletionsWriter,
  writeReply: writeChatCompletionsReply,
  native: nativeChatCompletions,
};
