import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { keepLast } from '../once.ts';
import { writeBody, writeJson } from './call.ts';
import { describeForLog, toFailure, toFailureBody, toFailureFor } from './failure.ts';
import { formatFailurePage, prefersHtml, toPageHeaders } from './failure-page.ts';
import { findSession, type Guard, nameCaller } from './guard.ts';
import { findRoute, type Route, toBarePath } from './router.ts';
import type { Services } from './services.ts';

type ApiServerOptions = {
  routes: readonly Route[];
  services: Services;
  /** The services for an account that has a key of its own. */
  servicesOf?: (account: string) => Services;
  guard: Guard;
  timeouts?: Partial<Timeouts>;
  /** Called once for each request; `route` is its path in the table, undefined if there is no such route. */
  onReply: (reply: { method: string; route: string | undefined; status: number }) => void;
};

/** In milliseconds. */
export type Timeouts = {
  /** How long the head of a request may take to arrive. */
  headers: number;
  /** How long a whole request may take to arrive. */
  request: number;
  /** How long a connection with an unread body stays open, so that its sender can read why. */
  linger: number;
};

export type ApiServer = {
  /** Throws what the system throws, such as EADDRINUSE. */
  listen(address: { host: string; port: number }): Promise<AddressInfo>;
  /** Takes no more requests, waits up to `graceMs` for running answers, and ends the others. */
  close(graceMs: number): Promise<void>;
  /** Ends running answers now; their streams say so. */
  endAnswers(): void;
};

const usualTimeouts: Timeouts = { headers: 10_000, request: 60_000, linger: 1_000 };
/** Clients keep connections open. If we close one first, a request fails now and then. */
const keepAliveMs = 75_000;
const maxConnections = 1_000;
/** How often idle connections are closed while the server ends, in milliseconds. */
const sweepMs = 50;

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { routes, services, guard } = options;
  const timeouts = { ...usualTimeouts, ...options.timeouts };
  const open = new Set<AbortController>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let route: Route | undefined;
    const controller = new AbortController();
    open.add(controller);
    response.once('close', () => {
      open.delete(controller);
      if (!response.writableFinished) controller.abort(new CliError('interrupted', 'the caller has left'));
      options.onReply({ method: request.method ?? '', route: route?.path, status: response.statusCode });
    });
    const id = randomUUID();
    response.setHeader('x-request-id', id);
    if (services.isEnding()) response.setHeader('connection', 'close');
    try {
      const { method = 'GET', headers } = request;
      checkHead(request);
      guard.checkSender(headers);
      allowOrigin(request, response);
      refuseWebSocket(request, response);
      const { pathname, searchParams: query } = toUrl(request.url ?? '/');
      const path = toBarePath(pathname);
      const match = findRoute(routes, method, path);
      if (method === 'OPTIONS') {
        answerPreflight(response);
        return;
      }
      if (!match || 'allowed' in match) throw refusePath(method, path, match?.allowed, response);
      route = match.route;
      const account = route.isOpen ? undefined : guard.checkKey(headers);
      if (account !== undefined) checkReach(route);
      const call = {
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
      await route.handle(
        call,
        account === undefined ? services : (options.servicesOf?.(account) ?? services),
      );
    } catch (error) {
      fail(error, id, route, request, response);
    } finally {
      closeUnread(request, response, timeouts.linger);
    }
  }

  function fail(
    error: unknown,
    id: string,
    route: Route | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (response.destroyed) return;
    const failure = toFailureFor(request.headers['user-agent'], toFailure(error));
    services.log(failure.status >= 500 ? 'error' : 'info', 'request_failed', {
      id,
      method: request.method,
      path: request.url?.replace(/\?.*$/, ''),
      status: failure.status,
      code: failure.code,
      message: describeForLog(error),
    });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (hasUnreadBody(request)) response.setHeader('connection', 'close');
    // With this header, a browser asks a person for the key.
    if (failure.status === 401 && request.headers.accept?.includes('text/html'))
      response.setHeader('www-authenticate', 'Basic realm="copilot-cli", charset="UTF-8"');
    if (request.method === 'GET' && prefersHtml(request.headers.accept)) {
      const page = formatFailurePage(failure, request);
      const headers = { ...failure.headers, ...toPageHeaders() };
      writeBody({ response }, failure.status, 'text/html; charset=utf-8', page, headers);
      return;
    }
    const body = toFailureBody(route?.dialect ?? 'chat-completions', failure, {
      id,
      now: services.now(),
    });
    writeJson({ response }, failure.status, body, failure.headers);
  }

  const server = createHttpServer(answer, timeouts, services.maxBodyBytes);
  const servers = [server];

  /** Clients that say localhost may mean either address of this machine. Without IPv6, nobody means the other one. */
  async function listenBeside(port: number): Promise<void> {
    const twin = createHttpServer(answer, timeouts, services.maxBodyBytes);
    try {
      await startListening(twin, { host: '::1', port });
      servers.push(twin);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') services.log('warn', 'address_taken', { address: `[::1]:${port}` });
    }
  }

  function endAnswers(): void {
    for (const controller of open) controller.abort(new CliError('interrupted', 'the server ends'));
    // The streams still report why they end.
    setTimeout(() => {
      for (const one of servers) one.closeAllConnections();
    }, timeouts.linger).unref();
  }

  return {
    async listen({ host, port }) {
      const isUsual = host === 'localhost' || host === '127.0.0.1';
      const address = await startListening(server, { host: isUsual ? '127.0.0.1' : host, port });
      if (isUsual) await listenBeside(address.port);
      return address;
    },
    async close(graceMs) {
      const closed = Promise.all(
        servers.map((one) => new Promise<void>((resolve) => one.close(() => resolve()))),
      );
      // The connection of an answer that has just ended is idle, too.
      const sweeper = setInterval(() => {
        for (const one of servers) one.closeIdleConnections();
      }, sweepMs);
      const timer = setTimeout(endAnswers, graceMs);
      await closed;
      clearTimeout(timer);
      clearInterval(sweeper);
    },
    endAnswers,
  };
}

function startListening(server: Server, address: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** What no client sends twice, because two readers of it could disagree. Throws CliError `usage`. */
function checkHead({ rawHeaders }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1)
    throw new CliError('usage', 'there is more than one Host header', { details: { status: 400 } });
}

/** Codex tries a WebSocket first, and again after any other answer than this one. Throws CliError `usage` with status 426. */
function refuseWebSocket({ headers: { upgrade = '' } }: IncomingMessage, response: ServerResponse): void {
  if (!/(?:^|,)\s*websocket\s*(?:\/|,|$)/i.test(upgrade)) return;
  response.setHeader('upgrade', 'HTTP/1.1');
  throw new CliError('usage', 'this server has no WebSockets', {
    hint: 'Send the request as an HTTP POST.',
    details: { status: 426 },
  });
}

/** Throws CliError `usage`. */
const toUrl = keepLast((url: string): URL => {
  try {
    // A path that begins with two slashes is a path, not a host.
    return new URL(url.startsWith('/') ? `http://localhost${url}` : url);
  } catch {
    throw new CliError('usage', 'the path is not understood', { details: { status: 400 } });
  }
});

function refusePath(
  method: string,
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

/** The guard has already accepted the origin. */
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

/** A server that no caller can hold up: it cuts off requests that are too slow, too long or not HTTP. */
function createHttpServer(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  timeouts: Timeouts,
  maxBodyBytes: number,
): Server {
  const server = createServer({
    connectionsCheckingInterval: Math.min(1_000, timeouts.headers),
    keepAliveTimeout: keepAliveMs,
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
  });
  server.maxConnections = maxConnections;
  server.on('request', answer);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A caller that asks first is spared sending a body that is too long.
    if (!(Number(request.headers['content-length']) > maxBodyBytes)) response.writeContinue();
    void answer(request, response);
  });
  server.on('clientError', refuseConnection);
  return server;
}

/** Whether a part of the request's body is still to come. */
function hasUnreadBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0);
}

/** Closes the connection of an unread body, but not at once: its sender should have time to read the reply. */
function closeUnread(request: IncomingMessage, response: ServerResponse, lingerMs: number): void {
  if (!hasUnreadBody(request)) return;
  // Read now, because a request can lose its socket later.
  const { socket } = request;
  const close = (): void => {
    setTimeout(() => socket?.destroy(), lingerMs).unref();
  };
  if (response.writableFinished) close();
  else response.once('finish', close);
}

/** Answers a malformed, oversized or slow head with a status line, and closes the connection. */
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

/** Throws CliError `forbidden` for a route about the accounts and the usage of the whole server. */
function checkReach({ path }: Route): void {
  if (!/^\/(?:auth|usage|api\/providers|metrics)(?:\/|$)/.test(path)) return;
  throw new CliError(
    'forbidden',
    'the key of one account may not see or change the accounts of this server',
    { hint: advise`Use the key of the server: ${flag('--api-key')}` },
  );
}
