import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { findRoute, type Route } from '../../src/server/router.ts';
import type { Services } from '../../src/server/services.ts';
import { createCall } from './calls.ts';

export type RouteReply = { status: number; headers: Headers; text: string; json: unknown };
export type AskRoute = (
  method: string,
  path: string,
  headers?: Record<string, string>,
) => Promise<RouteReply>;

/** Serves routes on loopback until the test ends. What they throw comes as its code. */
export async function serveRoutes(routes: Route[], services: Partial<Services> = {}): Promise<AskRoute> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const match = findRoute(routes, request.method ?? '', url.pathname);
    if (!match || !('route' in match)) {
      response.writeHead(404).end();
      return;
    }
    const params = Object.fromEntries(
      Object.entries(match.params).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    const call = createCall({ headers: request.headers, params, request, response });
    match.route.handle(call, services as Services).catch((error) => {
      response.writeHead(500).end(JSON.stringify({ thrown: describeError(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return async (method, path, headers = {}) => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers });
    const text = await reply.text();
    const isJson = reply.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json: isJson || text.startsWith('{') ? JSON.parse(text) : undefined,
    };
  };
}
