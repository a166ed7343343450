import type { Dialect } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { createDecoder } from './decoder.ts';
import { encodeRequest } from './encode-request.ts';
import { createEncoder, encodeReply } from './encoder.ts';
import { decodeReply } from './frame-reader.ts';
import { nativeResponses } from './native.ts';

/** `/responses`: what the newer GPT models, Grok and others are served by, some of them by nothing else. */
export const responses: Dialect = {
  name: 'responses',
  path: '/responses',
  encodeRequest,
  createDecoder,
  decodeReply,
  decodeRequest,
  createEncoder,
  encodeReply,
  native: nativeResponses,
};
