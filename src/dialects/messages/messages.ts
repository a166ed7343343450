import type { Dialect } from '../dialect.ts';
import { decodeMessagesRequest } from './decode-request.ts';
import { createMessagesDecoder, decodeMessagesReply } from './decoder.ts';
import { encodeMessagesRequest } from './encode-request.ts';
import { createMessagesEncoder } from './encoder.ts';
import { nativeMessages } from './native.ts';
import { encodeMessagesReply } from './reply-message.ts';

/** Anthropic's own format, in which Copilot serves Claude: the one that keeps signed thinking, cache marks and documents. */
export const messages: Dialect = {
  name: 'messages',
  path: '/v1/messages',
  encodeRequest: encodeMessagesRequest,
  createDecoder: createMessagesDecoder,
  decodeReply: decodeMessagesReply,
  decodeRequest: decodeMessagesRequest,
  createEncoder: createMessagesEncoder,
  encodeReply: encodeMessagesReply,
  native: nativeMessages,
};
