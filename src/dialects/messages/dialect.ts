import type { Dialect } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { prepareRequest } from './accepted.ts';
import { nativeMessages } from './native.ts';
import { createMessagesReader, readMessagesReply } from './read-reply.ts';
import { readMessagesRequest } from './read-request.ts';
import { createMessagesWriter, writeMessagesReply } from './write-reply.ts';
import { writeMessagesRequest } from './write-request.ts';

/** Anthropic's own format, in which Copilot serves Claude: the one that keeps signed thinking, cache marks and documents. */
export const messages: Dialect = {
  name: 'messages',
  path: dialectPaths.messages,
  prepareRequest,
  writeRequest: writeMessagesRequest,
  createReplyReader: createMessagesReader,
  readReply: readMessagesReply,
  readRequest: readMessagesRequest,
  createReplyWriter: createMessagesWriter,
  writeReply: writeMessagesReply,
  native: nativeMessages,
};
