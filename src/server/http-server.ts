import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** In milliseconds. */
export type Timeouts = {
  /** How long the head of a request may take. */
  headers: number;
  /** How long a whole request may take to arrive. */
  request: number;
  /** How long a connection is kept whose body nobody wants, so that its sender can read why. */
  linger: number;
};

export const usualTimeouts: Timeouts = { headers: 10_000, request: 60_000, linger: 1_000 };
/** Clients keep connections; to close them under their hands makes a request fail now and then. */
const keepAliveMs = 75_000;
const maxConnections = 1_000;

export type HttpServerOptions = {
  answer(request: IncomingMessage, response: ServerResponse): void;
  timeouts: Timeouts;
  maxBodyBytes: number;
};

/** A server that no caller can hold up: what is slow, long or no HTTP ends early. */
export function createHttpServer({ answer, timeouts, maxBodyBytes }: HttpServerOptions): Server {
  const server = createServer({
    connectionsCheckingInterval: Math.min(1_000, timeouts.headers),
    keepAliveTimeout: keepAliveMs,
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
  });
  server.maxConnections = maxConnections;
  server.on('request', answer);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Whoever asks first need not send what is too much.
    if (!(Number(request.headers['content-length']) > maxBodyBytes)) response.writeContinue();
    answer(request, response);
  });
  server.on('clientError', refuseConnection);
  return server;
}

/** Throws what the system throws, such as EADDRINUSE. */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Whether some of a request's body is still to come. */
export function hasUnreadBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0);
}

/** Of a body that nobody wants, a little is read, so that the sender comes to read the reply. */
export function closeUnread(request: IncomingMessage, response: ServerResponse, lingerMs: number): void {
  if (!hasUnreadBody(request)) return;
  // Later, a request may have none any more.
  const { socket } = request;
  const close = (): void => {
    setTimeout(() => socket?.destroy(), lingerMs).unref();
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
