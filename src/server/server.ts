import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CliError } from '../errors.ts';
import type { Call, Route } from './call.ts';
import { toFailure, toFailureBody } from './failure.ts';
import { type Guard, readKey } from './guard.ts';
import { writeJson } from './reply.ts';
import { findRoute, toBarePath } from './router.ts';
import type { Services } from './services.ts';

export type ApiServerOptions = {
  routes: readonly Route[];
  services: Services;
  guard: Guard;
  timeouts?: Partial<Timeouts>;
};

/** In milliseconds. */
export type Timeouts = {
  /** How long the head of a request may take. */
  headers: number;
  /** How long a whole request may take to arrive. */
  request: number;
  /** How long what is left of a refused body is read, so that its sender can read why. */
  linger: number;
};

const usualTimeouts: Timeouts = { headers: 10_000, request: 60_000, linger: 1_000 };
/** Clients keep connections; to close them under their hands makes a request fail now and then. */
const keepAliveMs = 75_000;
const maxConnections = 1_000;

export type ApiServer = {
  /** Throws what the system throws, such as EADDRINUSE. */
  listen(address: { host: string; port: number }): Promise<AddressInfo>;
  /** Takes no more requests, waits so long for those that are being answered, and ends the others. */
  close(graceMs: number): Promise<void>;
};

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { services } = options;
  const timeouts = { ...usualTimeouts, ...options.timeouts };
  const open = new Set<AbortController>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const controller = new AbortController();
    open.add(controller);
    response.once('close', () => {
      open.delete(controller);
      controller.abort(new CliError('interrupted', 'the caller has left'));
    });
    const id = randomUUID();
    response.setHeader('x-request-id', id);
    if (services.isEnding()) response.setHeader('connection', 'close');
    let route: Route | undefined;
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
    const failure = toFailure(error);
    services.log(failure.status >= 500 ? 'error' : 'info', 'request_failed', {
      id,
      method: request.method,
      path: request.url?.replace(/\?.*$/, ''),
      status: failure.status,
      code: failure.code,
      message: failure.message,
    });
    if (response.headersSent || response.destroyed) response.destroy();
    else
      writeJson(
        { response },
        failure.status,
        toFailureBody(route?.dialect ?? 'chat-completions', failure, id),
        failure.headers,
      );
  }

  const server = createServer({
    connectionsCheckingInterval: Math.min(1_000, timeouts.headers),
    keepAliveTimeout: keepAliveMs,
  });
  server.headersTimeout = timeouts.headers;
  server.requestTimeout = timeouts.request;
  server.maxConnections = maxConnections;
  server.on('request', (request, response) => void answer(request, response));
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Whoever asks first need not send what is too much.
    if (!(Number(request.headers['content-length']) > services.maxBodyBytes)) response.writeContinue();
    void answer(request, response);
  });
  server.on('clientError', refuseConnection);

  return {
    listen: ({ host, port }) => listen(server, host, port),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        for (const controller of open) controller.abort(new CliError('interrupted', 'the server ends'));
        // What is said of it in the streams still goes out.
        setTimeout(() => server.closeAllConnections(), timeouts.linger);
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function toUrl({ url = '/' }: IncomingMessage): URL {
  try {
    // A path of two slashes is a path, and no host.
    return new URL(url.startsWith('/') ? `http://localhost${url}` : url);
  } catch {
    throw new CliError('usage', 'the path is not understood', { details: { status: 400 } });
  }
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

/** What a client says it is, and a mark of its key: enough to part callers from each other, and no secret. */
function nameCaller({ headers }: IncomingMessage): string {
  const product = /^[\w.-]{1,40}/.exec(headers['user-agent'] ?? '')?.[0] ?? 'unknown';
  const key = readKey(headers);
  const mark = key === undefined ? '' : `-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  return product + mark;
}

const sessionHeaders = [
  'x-claude-code-session-id',
  'session_id',
  'session-id',
  'x-session-id',
  'conversation_id',
];

function findSession({ headers }: IncomingMessage): string | undefined {
  const given = sessionHeaders
    .map((name) => headers[name])
    .find((value) => typeof value === 'string' && value !== '');
  return typeof given === 'string' ? given.replaceAll(/[^\w.:-]/g, '').slice(0, 80) || undefined : undefined;
}

/** Of a body that nobody wants, a little is read, so that the sender comes to read the reply. */
function closeUnread(request: IncomingMessage, response: ServerResponse, lingerMs: number): void {
  if (request.complete) return;
  const close = (): void => {
    setTimeout(() => request.socket.destroy(), lingerMs).unref();
  };
  if (response.writableFinished) close();
  else response.once('finish', close);
}

/** What is no HTTP, or too much, or too slow, gets a line of it, and no more. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
