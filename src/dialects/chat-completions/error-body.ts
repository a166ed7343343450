const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'server_error'],
  [429, 'rate_limit_error'],
]);

/** A failure as OpenAI's clients read it, in a stream or in place of a reply. */
export function toErrorBody({
  status,
  code,
  message,
  param,
}: {
  status: number;
  code: string;
  message: string;
  /** The field of the request that is to blame. */
  param?: string | undefined;
}): object {
  const usual = status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type: types.get(status) ?? usual, param: param ?? null, code } };
}
