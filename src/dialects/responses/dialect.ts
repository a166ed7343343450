import type { Dialect } from '../dialect.ts';
import { prepareRequest } from './accepted.ts';
import { nativeResponses } from './native.ts';
import { readRequest } from './read-request.ts';
import { createReplyWriter, writeReply } from './write-reply.ts';
import { responsesUpstream } from './write-request.ts';

export const responses: Dialect = {
  ...responsesUpstream,
  prepareRequest,
  readRequest,
  createReplyWriter,
  writeReply,
  native: nativeResponses,
};
