import type { Call } from './call.ts';

/** Answers with JSON, and ends the answer. */
export function writeJson(
  { response }: Pick<Call, 'response'>,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
