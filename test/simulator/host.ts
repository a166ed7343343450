import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type FaultQueue, toFaultReply } from './fault.ts';
import { type HostName, recordRequest } from './recorded-request.ts';
import type { RequestLog } from './request-log.ts';
import { answerRequest } from './routes.ts';
import { sendReply } from './send-reply.ts';
import type { World } from './world.ts';

export type Host = { url: string; close(): Promise<void> };

/** How the hosts speak TLS, and the name that their URLs have. */
export type Secure = { name: string; options: ServerOptions };

/** One of the simulated hosts, on a port of its own on the loopback interface. */
export async function startHost(
  name: HostName,
  world: World,
  faults: FaultQueue,
  log: RequestLog,
  secure?: Secure,
): Promise<Host> {
  const answer = (message: IncomingMessage, response: ServerResponse): void => {
    serve({ name, world, faults, log }, message, response).catch((error) => reportMistake(error, response));
  };
  const server = secure ? createSecureServer(secure.options, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = secure ? `https://${secure.name}:${port}` : `http://127.0.0.1:${port}`;
  return { url, close: () => closeServer(server) };
}

type Service = { name: HostName; world: World; faults: FaultQueue; log: RequestLog };

async function serve(service: Service, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { name, world, faults, log } = service;
  const request = await recordRequest(name, message);
  const hangUp = new AbortController();
  let isReset = false;
  response.once('close', () => {
    if (!response.writableEnded && !isReset) request.closedByClient = true;
    hangUp.abort();
  });
  log.add(request);
  const fault = faults.take(request);
  if (fault?.delayMs) await delay(fault.delayMs, undefined, { signal: hangUp.signal });
  const reply = (fault && toFaultReply(fault)) ?? (await answerRequest(request, world));
  if (reply === 'no-answer') return;
  if (reply !== 'reset') {
    request.status = reply.status;
    if (reply.status >= 400 && reply.body !== undefined) request.refusal = reply.body;
  }
  const transport = { ...world.state.transport, ...fault?.transport };
  isReset =
    reply === 'reset' || (await sendReply(request, reply, response, transport, hangUp.signal)) === 'reset';
  if (reply === 'reset') message.socket.resetAndDestroy();
  else if (isReset) message.socket.destroy();
}

/**
 * A client that hangs up ends the work on its request. A body that is nested too deeply is its sender's mistake; everything else is one of
 * the simulator itself.
 */
function reportMistake(error: unknown, response: ServerResponse): void {
  if (response.destroyed) return;
  if (!response.headersSent && error instanceof RangeError && error.message.includes('call stack')) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{"error":{"message":"the body is nested too deeply","code":"invalid_request_body"}}');
    return;
  }
  const text = error instanceof Error ? error.stack : String(error);
  if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`simulator mistake: ${text}\n`);
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
