import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RecordedDialect } from './recorded-stream.ts';

export type RecordingServer = { url: string; close(): void };

/** The dialects by the names of their folders, each with the path that it is asked on. */
export const endpoints: Record<RecordedDialect, string> = {
  'chat-completions': '/chat/completions',
  responses: '/responses',
  messages: '/v1/messages',
};

/**
 * Answers the list of models with `catalogue`, and everything else with a recorded stream, a write for each chunk: the simulator makes each
 * event anew.
 */
export async function startRecordingServer(
  catalogue: unknown,
  chunks: readonly Buffer[],
): Promise<RecordingServer> {
  const models = JSON.stringify(catalogue);
  // It never closes an idle connection: on a slow machine that could happen just when the connection is used again.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    request.resume().on('end', () => {
      const isList = request.url?.endsWith('/models') === true;
      response.writeHead(200, { 'content-type': isList ? 'application/json' : 'text/event-stream' });
      if (isList) response.end(models);
      else void writeChunks(response, chunks);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function writeChunks(outgoing: ServerResponse, chunks: readonly Buffer[]): Promise<void> {
  for (const chunk of chunks) {
    if (!outgoing.write(chunk)) await once(outgoing, 'drain');
    await new Promise((resolve) => setImmediate(resolve));
  }
  outgoing.end();
}
