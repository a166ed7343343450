import { randomHex } from '../answer/answer-ids.ts';
import { type Reply, toErrorReply } from '../reply.ts';
import type { ModelCall } from './model-call.ts';

const requestIdPrefixes = { bedrock: 'req_bdrk_', vertex: 'req_vrtx_', anthropic: 'req_' };

/** 400 in Anthropic's shape, as the backend that serves Claude words it. */
export function refuseAsClaude({ world }: ModelCall, message: string, code?: string): Reply {
  return toErrorReply(400, {
    type: 'error',
    error: { type: 'invalid_request_error', message, ...(code === undefined ? {} : { code }) },
    request_id: `${requestIdPrefixes[world.state.claudeBackend]}${randomHex(12)}`,
  });
}

/** 400 in the flat shape that some refusals of Claude have. */
export function refuseFlat(message: string): Reply {
  return toErrorReply(400, { message });
}
