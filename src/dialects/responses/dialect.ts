import type { Dialect } from '../dialect.ts';
import { prepareRequest } from './accepted.ts';
import { nativeResponses } from './native.ts';
import { readRequest } from './read-request.ts';
import { responsesUpstream } from './upstream.ts';
import { createReplyWriter, writeReply } from './write-reply.ts';

export const responses: Dialect = {
  ...responsesUpstream,
  prepareRequest,
  readRequest,
  createReplyWriter,
  writeReply,
  native: nativeResponses,
};
