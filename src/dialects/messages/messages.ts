import type { Dialect } from '../dialect.ts';
import { readMessagesRequest } from './decode-request.ts';
import { createMessagesReader, readMessagesReply } from './decoder.ts';
import { writeMessagesRequest } from './encode-request.ts';
import { createMessagesWriter } from './encoder.ts';
import { nativeMessages } from './native.ts';
import { writeMessagesReply } from './reply-message.ts';

/** Anthropic's own format, in which Copilot serves Claude: the one that keeps signed thinking, cache marks and documents. */
export const messages: Dialect = {
  name: 'messages',
  path: '/v1/messages',
  writeRequest: writeMessagesRequest,
  createReplyReader: createMessagesReader,
  readReply: readMessagesReply,
  readRequest: readMessagesRequest,
  createReplyWriter: createMessagesWriter,
  writeReply: writeMessagesReply,
  native: nativeMessages,
};
