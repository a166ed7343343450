import type { Upstream } from '../dialect.ts';
import { dialectPaths } from '../dialect-paths.ts';
import { createReplyReader, readReply } from './read-reply.ts';
import { writeRequest } from './write-request.ts';

/** `/responses`: for newer GPT models, Grok and others; for some the only endpoint. */
export const responsesUpstream: Upstream = {
  name: 'responses',
  path: dialectPaths.responses,
  writeRequest,
  createReplyReader,
  readReply,
};
