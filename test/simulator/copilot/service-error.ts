import { type Reply, toErrorReply } from '../reply.ts';

type ErrorDetails = { param?: string; type?: string };

/** The error shape of the Copilot API. */
export function createServiceError(message: string, code: string, details: ErrorDetails = {}) {
  return { error: { message, code, ...details } };
}

/** 400 with the code that most malformed bodies share. */
export function refuseBody(message: string, param?: string): Reply {
  return refuseWithCode(message, 'invalid_request_body', param === undefined ? {} : { param });
}

export function refuseWithCode(message: string, code: string, details: ErrorDetails = {}): Reply {
  return toErrorReply(400, createServiceError(message, code, details));
}
