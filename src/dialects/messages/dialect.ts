import type { Dialect } from '../dialect.ts';
import { prepareRequest } from './accepted.ts';
import { nativeMessages } from './native.ts';
import { readMessagesRequest } from './read-request.ts';
import { createMessagesWriter, writeMessagesReply } from './write-reply.ts';
import { messagesUpstream } from './write-request.ts';

export const messages: Dialect = {
  ...messagesUpstream,
  prepareRequest,
  readRequest: readMessagesRequest,
  createReplyWriter: createMessagesWriter,
  writeReply: writeMessagesReply,
  native: nativeMessages,
};
