import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../errors.ts';
import type { Call, Route } from './call.ts';
import { toFailure, toFailureBody } from './failure.ts';
import type { Guard } from './guard.ts';
import {
  closeUnread,
  createHttpServer,
  hasUnreadBody,
  listen,
  type Timeouts,
  usualTimeouts,
} from './http-server.ts';
import { writeJson } from './reply.ts';
import { findSession, nameCaller, toUrl } from './request-facts.ts';
import { findRoute, toBarePath } from './router.ts';
import type { Services } from './services.ts';

export type ApiServerOptions = {
  routes: readonly Route[];
  services: Services;
  guard: Guard;
  timeouts?: Partial<Timeouts>;
  /** Told once for each request; `route` is the path in the table, undefined where there is none. */
  onReply?: (reply: { method: string; route: string | undefined; status: number }) => void;
};

export type ApiServer = {
  /** Throws what the system throws, such as EADDRINUSE. */
  listen(address: { host: string; port: number }): Promise<AddressInfo>;
  /** Takes no more requests, waits so long for those that are being answered, and ends the others. */
  close(graceMs: number): Promise<void>;
};

/** How often connections that nobody uses are closed while the server ends, in milliseconds. */
const sweepMs = 50;

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { services } = options;
  const timeouts = { ...usualTimeouts, ...options.timeouts };
  const open = new Set<AbortController>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let route: Route | undefined;
    const controller = new AbortController();
    open.add(controller);
    response.once('close', () => {
      open.delete(controller);
      controller.abort(new CliError('interrupted', 'the caller has left'));
      options.onReply?.({ method: request.method ?? '', route: route?.path, status: response.statusCode });
    });
    const id = randomUUID();
    response.setHeader('x-request-id', id);
    if (services.isEnding()) response.setHeader('connection', 'close');
    try {
      options.guard.checkSender(request.headers);
      allowOrigin(request, response);
      const { pathname, searchParams: query } = toUrl(request);
      const path = toBarePath(pathname);
      const match = findRoute(options.routes, request.method ?? '', path);
      if (request.method === 'OPTIONS') {
        answerPreflight(response);
        return;
      }
      if (!match || 'allowed' in match) throw refusePath(request, path, match?.allowed, response);
      route = match.route;
      if (!route.isOpen) options.guard.checkKey(request.headers);
      const { method = 'GET', headers } = request;
      const call: Call = {
        id,
        method,
        path,
        query,
        headers,
        params: match.params,
        caller: nameCaller(request),
        session: findSession(request),
        signal: controller.signal,
        request,
        response,
      };
      await route.handle(call, services);
    } catch (error) {
      fail(error, { id, route, request, response });
    } finally {
      closeUnread(request, response, timeouts.linger);
    }
  }

  function fail(
    error: unknown,
    {
      id,
      route,
      request,
      response,
    }: { id: string; route: Route | undefined; request: IncomingMessage; response: ServerResponse },
  ): void {
    if (response.destroyed) return;
    const failure = toFailure(error);
    services.log(failure.status >= 500 ? 'error' : 'info', 'request_failed', {
      id,
      method: request.method,
      path: request.url?.replace(/\?.*$/, ''),
      status: failure.status,
      code: failure.code,
      message: failure.message,
    });
    if (hasUnreadBody(request) && !response.headersSent) response.setHeader('connection', 'close');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // A browser asks a person for the key where it reads this.
    if (failure.status === 401 && request.headers.accept?.includes('text/html'))
      response.setHeader('www-authenticate', 'Basic realm="copilot-cli", charset="UTF-8"');
    const body = toFailureBody(route?.dialect ?? 'chat-completions', failure, id);
    writeJson({ response }, failure.status, body, failure.headers);
  }

  const server = createHttpServer({
    answer: (request, response) => void answer(request, response),
    timeouts,
    maxBodyBytes: services.maxBodyBytes,
  });

  return {
    listen: ({ host, port }) => listen(server, host, port),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection whose answer has just ended is idle, too.
      const sweeper = setInterval(() => server.closeIdleConnections(), sweepMs);
      let timer = setTimeout(() => {
        for (const controller of open) controller.abort(new CliError('interrupted', 'the server ends'));
        // What is said of it in the streams still goes out.
        timer = setTimeout(() => server.closeAllConnections(), timeouts.linger);
      }, graceMs);
      await closed;
      clearTimeout(timer);
      clearInterval(sweeper);
    },
  };
}

function refusePath(
  { method }: IncomingMessage,
  path: string,
  allowed: string[] | undefined,
  response: ServerResponse,
): CliError {
  const shown = path.slice(0, 100);
  if (!allowed)
    return new CliError('usage', `there is no ${method} ${shown}`, {
      hint: 'GET /openapi.json lists what there is',
      details: { status: 404 },
    });
  response.setHeader('allow', allowed.join(', '));
  return new CliError('usage', `${shown} takes ${allowed.join(' and ')} only`, { details: { status: 405 } });
}

/** The guard has let the page in by name. */
function allowOrigin({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  if (origin === undefined) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  response.setHeader('access-control-expose-headers', '*');
}

function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers':
      response.req.headers['access-control-request-headers'] ?? 'authorization, content-type',
    'access-control-max-age': '600',
  });
  response.end();
}
