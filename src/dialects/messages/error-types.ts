const errorTypes: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'api_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [529, 'overloaded_error'],
]);

/** What Anthropic calls an error of this HTTP status. */
export function toErrorType(status: number): string {
  return errorTypes.get(status) ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error');
}
