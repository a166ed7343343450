import type { Dialect } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { prepareRequest } from './accepted.ts';
import { nativeResponses } from './native.ts';
import { createReplyReader, readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { createReplyWriter, writeReply } from './write-reply.ts';
import { writeRequest } from './write-request.ts';

/** `/responses`: for newer GPT models, Grok and others; for some the only endpoint. */
export const responses: Dialect = {
  name: 'responses',
  path: dialectPaths.responses,
  prepareRequest,
  writeRequest,
  createReplyReader,
  readReply,
  readRequest,
  createReplyWriter,
  writeReply,
  native: nativeResponses,
};
