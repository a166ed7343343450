import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * An MCP server over Streamable HTTP, by hand. Its tool `grow` adds a tool `grown`, tells so on the stream of the session, and ends when the
 * list was read again.
 */
export async function startChangingServer(): Promise<string> {
  let tools = [{ name: 'grow', inputSchema: { type: 'object' } }];
  let openStream = (_: ServerResponse): void => {};
  const stream = new Promise<ServerResponse>((resolve) => {
    openStream = resolve;
  });
  let tellRead = (): void => {};

  async function answer(
    method: string,
    params: { protocolVersion?: string; name?: string },
  ): Promise<unknown> {
    if (method === 'initialize')
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: 'changing', version: '1' },
      };
    if (method === 'tools/list') {
      tellRead();
      return { tools };
    }
    if (params.name === 'grow') {
      const isRead = new Promise<void>((resolve) => {
        tellRead = resolve;
      });
      tools = [...tools, { name: 'grown', inputSchema: { type: 'object' } }];
      const message = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
      (await stream).write(`data: ${JSON.stringify(message)}\n\n`);
      await isRead;
    }
    return { content: [{ type: 'text', text: `${params.name} is called` }] };
  }

  const server = createServer(async (request, response) => {
    response.setHeader('mcp-session-id', 'one');
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      openStream(response);
      return;
    }
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
    if (id === undefined) return void response.writeHead(202).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: await answer(method, params) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}
