import type { Upstream } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { createMessagesReader, readMessagesReply } from './read-reply.ts';
import { writeMessagesRequest } from './write-request.ts';

/** Anthropic's own format, in which Copilot serves Claude: the one that keeps signed thinking, cache marks and documents. */
export const messagesUpstream: Upstream = {
  name: 'messages',
  path: dialectPaths.messages,
  writeRequest: writeMessagesRequest,
  createReplyReader: createMessagesReader,
  readReply: readMessagesReply,
};
