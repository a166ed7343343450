import type { Dialect } from '../dialect.ts';
import { readRequest } from './decode-request.ts';
import { createReplyReader } from './decoder.ts';
import { writeRequest } from './encode-request.ts';
import { createReplyWriter, writeReply } from './encoder.ts';
import { readReply } from './frame-reader.ts';
import { nativeResponses } from './native.ts';

/** `/responses`: what the newer GPT models, Grok and others are served by, some of them by nothing else. */
export const responses: Dialect = {
  name: 'responses',
  path: '/responses',
  writeRequest,
  createReplyReader,
  readReply,
  readRequest,
  createReplyWriter,
  writeReply,
  native: nativeResponses,
};
