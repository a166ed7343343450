import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toObject } from '../../src/json-value.ts';
import {
  callTool,
  makeServer,
  misbehaving,
  nodeServer,
  openTestHost,
  type TestHost,
  textOf,
} from '../helpers/mcp.ts';

const right = '{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"right"}]}}';

/** What a server sends in place of an answer, with the id of the request for `ID`, and what the call says. */
const wrong: readonly (readonly [what: string, line: string, failure: RegExp])[] = [
  ['neither a result nor an error', '{"jsonrpc":"2.0","id":ID}', /neither a result nor an error/],
  [
    'a result and an error',
    '{"jsonrpc":"2.0","id":ID,"result":{},"error":{"code":1,"message":"m"}}',
    /a result and an error/,
  ],
  ['a result that is a text', '{"jsonrpc":"2.0","id":ID,"result":"done"}', /the result .* is not an object/],
  ['a result that is a list', '{"jsonrpc":"2.0","id":ID,"result":[]}', /the result .* is not an object/],
  ['a result of nothing', '{"jsonrpc":"2.0","id":ID,"result":null}', /the result .* is not an object/],
  ['a result of another form', '{"jsonrpc":"2.0","id":ID,"result":{"content":"text"}}', /./],
  ['an error that is a text', '{"jsonrpc":"2.0","id":ID,"error":"broken"}', /has no code and message/],
  ['an error without a message', '{"jsonrpc":"2.0","id":ID,"error":{"code":-1}}', /has no code and message/],
  ['no version', '{"id":ID,"result":{}}', /not of JSON-RPC 2\.0/],
  ['an old version', '{"jsonrpc":"1.0","id":ID,"result":{}}', /not of JSON-RPC 2\.0/],
  ['a foreign id', '{"jsonrpc":"2.0","id":4711,"result":{}}', /the id of no request/],
  ['a word for an id', '{"jsonrpc":"2.0","id":"call-ID","result":{}}', /the id of no request/],
  ['no id', '{"jsonrpc":"2.0","result":{}}', /the id of no request|not of/],
  [
    'an error for nobody',
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
    /Parse error|no code/,
  ],
  ['a list of a wrong answer', '[{"jsonrpc":"2.0","id":ID}]', /neither a result nor an error/],
];

/** What is odd, and is understood. */
const understood: readonly (readonly [what: string, line: string])[] = [
  ['an id in quotes', right.replace('ID', '"ID"')],
  ['a list', `[${right}]`],
  [
    'a list with other messages',
    `[{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}},${right}]`,
  ],
];

async function expectEnd(host: TestHost, line: string, failure: RegExp): Promise<void> {
  const startedAt = performance.now();
  await expect(callTool(host, 'raw', { line })).rejects.toThrow(/^odd: (?!.*did not answer in time)/);
  await expect(callTool(host, 'raw', { line })).rejects.toThrow(failure);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  expect(textOf(await callTool(host, 'raw', { line: right }))).toBe('right');
  expect(host.states()[0]?.status).toBe('ready');
}

describe('An answer of the wrong form ends its call at once, on stdio', () => {
  const open = (): TestHost => openTestHost([nodeServer('odd', misbehaving, ['forms'], { timeout: 20_000 })]);

  it.each(wrong)('%s', (_what, line, failure) => expectEnd(open(), line, failure));

  it.each(understood)('but %s is understood', async (_what, line) => {
    expect(textOf(await callTool(open(), 'raw', { line }))).toBe('right');
  });

  it('but a log in JSON before the answer is none', async () => {
    const line = `{"level":"info","id":ID}\n{"msg":"x"}\n[]\n"text"\n5\n${right}`;
    expect(textOf(await callTool(open(), 'raw', { line }))).toBe('right');
  });

  it.each(['{}', '{"jsonrpc":"2.0"}', '[]', 'text', '{"level":"info"}'])(
    'but %s thousands of times takes little work',
    { tags: 'deep' },
    async (line) => {
      const host = open();
      await callTool(host, 'raw', { line: right });
      const before = process.cpuUsage();
      const call = callTool(host, 'raw', { line: `${`${line}\n`.repeat(8000)}${right}` });
      await call.catch(() => {});
      const { user, system } = process.cpuUsage(before);
      expect(user + system).toBeLessThan(300_000);
    },
  );

  it('and fails a start at once', async () => {
    const host = openTestHost([nodeServer('odd', misbehaving, ['answers-nothing'])]);

    expect(await host.tools()).toEqual([]);

    expect(host.states()[0]?.problem).toBe('its answer has neither a result nor an error');
  });
});

describe.each(['application/json', 'text/event-stream'])(
  'An answer of the wrong form ends its call at once, by HTTP in %s',
  (type) => {
    const open = async (): Promise<TestHost> =>
      openTestHost([makeServer('odd', { type: 'http', url: await serve(type), timeout: 20_000 })]);

    it.each(wrong)('%s', async (_what, line, failure) => expectEnd(await open(), line, failure));

    it.each(understood)('but %s is understood', async (_what, line) => {
      expect(textOf(await callTool(await open(), 'raw', { line }))).toBe('right');
    });
  },
);

/** A server that answers `tools/call` with the line of its argument, and leaves streams of events open. */
async function serve(type: string): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const bytes of request) body += bytes;
    const { id, method, params } = toObject(JSON.parse(body || '{}'));
    if (request.method !== 'POST') return response.writeHead(405).end();
    if (id === undefined) return response.writeHead(202).end();
    const answer = (result: unknown): string => JSON.stringify({ jsonrpc: '2.0', id, result });
    const text = {
      initialize: answer({
        protocolVersion: toObject(params).protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'odd', version: '1' },
      }),
      'tools/list': answer({ tools: [{ name: 'raw', inputSchema: { type: 'object' } }] }),
      'tools/call': String(toObject(toObject(params).arguments).line).replaceAll('ID', String(id)),
    }[String(method)];
    response.writeHead(200, { 'content-type': type });
    if (type === 'application/json') return response.end(text);
    return response.write(`event: message\ndata: ${text}\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}
