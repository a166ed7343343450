import type { ServerResponse } from 'node:http';

type Reply = { response: ServerResponse };

/** Writes a whole reply. Nothing of it is for a browser to guess at, keep or show in a frame. */
export function writeBody(
  { response }: Reply,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export function writeJson(
  call: Reply,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  writeBody(call, status, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}
