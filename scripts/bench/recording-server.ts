import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RecordingServer = { url: string; close(): void };

/** Answers the list of models with `catalogue`, and everything else with a recorded stream: the simulator makes each event anew. */
export async function startRecordingServer(catalogue: unknown, stream: Buffer): Promise<RecordingServer> {
  const models = JSON.stringify(catalogue);
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isList = request.url?.endsWith('/models') === true;
      response.writeHead(200, { 'content-type': isList ? 'application/json' : 'text/event-stream' });
      response.end(isList ? models : stream);
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
