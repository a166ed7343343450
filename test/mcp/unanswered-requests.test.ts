import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Transport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type JsonObject, toObject } from '../../src/json-value.ts';
import { createAnswerWatch } from '../../src/mcp/answer-watch.ts';
import { createFetch } from '../../src/mcp/http-fetch.ts';
import { callTool, makeServer, openTestHost, type TestHost, textOf } from '../helpers/mcp.ts';

type Reply = ServerResponse<IncomingMessage>;

const startEvents = (response: Reply): Reply =>
  response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
const sendJson = (response: Reply, text: string): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(text);

/** How a server ends its response to a request without the answer to it. */
const endings: Record<string, (response: Reply) => void> = {
  'ends its stream': (response) => void startEvents(response).end(),
  'ends its stream in half an event': (response) =>
    void startEvents(response).end('data: {"jsonrpc":"2.0","meth\n\n'),
  'ends its stream in half a line': (response) => void startEvents(response).end('data: {"jsonrpc"'),
  'ends its stream after other messages': (response) =>
    void startEvents(response).end(
      'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}\n\n',
    ),
  'resets its stream': (response) => {
    startEvents(response).write(': x\n\n');
    setTimeout(() => response.socket?.resetAndDestroy(), 50);
  },
  'accepts it and sends nothing': (response) => void response.writeHead(202).end(),
  'answers with an empty list': (response) => sendJson(response, '[]'),
  'answers with another message': (response) =>
    sendJson(response, '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'),
};

type Asked = { id: number; method: string; params: JsonObject };
type ServerOptions = {
  /** Responds in a way of its own, and returns true. */
  respond?: (asked: Asked, response: Reply) => boolean;
  /** Responds to a GET. */
  stream?: (request: IncomingMessage, response: Reply) => void;
};

const answers: Record<string, JsonObject> = {
  'tools/list': {
    tools: [
      { name: 'act', inputSchema: { type: 'object' } },
      { name: 'look', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
    ],
  },
  'tools/call': { content: [{ type: 'text', text: 'right' }] },
  'prompts/list': { prompts: [{ name: 'p' }] },
  'prompts/get': { messages: [{ role: 'user', content: { type: 'text', text: 'right' } }] },
  'resources/list': { resources: [{ uri: 'x://y', name: 'y' }] },
  'resources/templates/list': { resourceTemplates: [] },
  'resources/read': { contents: [{ uri: 'x://y', text: 'right' }] },
};

function toAnswer({ id, method, params }: Asked): string {
  const initialized = {
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {}, prompts: {}, resources: {} },
    serverInfo: { name: 'odd', version: '1' },
  };
  return JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? initialized });
}

const refuseStream = (_: IncomingMessage, response: Reply): void => void response.writeHead(405).end();
const keepStream = (_: IncomingMessage, response: Reply): void => startEvents(response).flushHeaders();

async function listen(serve: (request: IncomingMessage, response: Reply) => unknown): Promise<string> {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

async function readMessage(request: IncomingMessage): Promise<Asked & { isRequest: boolean }> {
  let body = '';
  for await (const bytes of request) body += bytes;
  const { id, method, params } = toObject(JSON.parse(body));
  return {
    id: Number(id),
    method: String(method),
    params: toObject(params ?? {}),
    isRequest: id !== undefined,
  };
}

type Server = { host: TestHost; asked: string[] };

/** A server over Streamable HTTP, and the methods that it was asked for. */
async function start({
  respond = () => false,
  stream = refuseStream,
  ...options
}: ServerOptions & { startMs?: number } = {}): Promise<Server> {
  const asked: string[] = [];
  const url = await listen(async (request, response) => {
    if (request.method === 'GET') return stream(request, response);
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { isRequest, ...message } = await readMessage(request);
    asked.push(message.method);
    if (!isRequest) return response.writeHead(202).end();
    return respond(message, response) || sendJson(response, toAnswer(message));
  });
  return { host: openTestHost([makeServer('odd', { type: 'http', url })], options), asked };
}

const until = (): AbortSignal => AbortSignal.timeout(15_000);
const read = (host: TestHost): Promise<unknown> => host.readResource('odd', 'x://y', until());
const prompt = (host: TestHost): Promise<string> => host.getPrompt('odd', 'p', {}, until());

/** Milliseconds that this took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const noAnswer = /without an answer/;

describe.each(Object.entries(endings))('A server that %s', (_, end) => {
  const breaks =
    (method: string) =>
    (asked: Asked, response: Reply): boolean => {
      if (asked.method === method) end(response);
      return asked.method === method;
    };

  it('in a call: the call fails soon, is not made again and cancelled, and the next one works', async () => {
    const { host, asked } = await start({
      respond: (one, response) =>
        toObject(one.params.arguments ?? {}).breaks === true && breaks('tools/call')(one, response),
    });
    await host.tools();

    const took = await timed(() =>
      expect(callTool(host, 'act', { breaks: true })).rejects.toThrow(
        /^odd: .*without an answer.*not known whether the call was carried out/,
      ),
    );

    expect(took).toBeLessThan(3000);
    expect(asked.filter((one) => one === 'tools/call')).toHaveLength(1);
    await vi.waitFor(() => expect(asked).toContain('notifications/cancelled'));
    expect(textOf(await callTool(host, 'act'))).toBe('right');
    expect(asked.filter((one) => one === 'initialize')).toHaveLength(1);
  });

  it.each<[method: string, ask: (host: TestHost) => Promise<unknown>]>([
    ['tools/call', (host) => callTool(host, 'look')],
    ['prompts/get', prompt],
    ['resources/read', read],
  ])('in %s, which changes nothing: it is asked once more, then fails soon', async (method, ask) => {
    const { host, asked } = await start({ respond: breaks(method) });
    await host.tools();

    const took = await timed(() => expect(ask(host)).rejects.toThrow(noAnswer));

    expect(took).toBeLessThan(3000);
    expect(asked.filter((one) => one === method)).toHaveLength(2);
  });

  it.each(['initialize', 'tools/list', 'prompts/list'])('in %s: its start fails soon', async (method) => {
    const { host } = await start({ respond: breaks(method), startMs: 10_000 });

    const took = await timed(() => host.tools());

    expect(took).toBeLessThan(4000);
    expect(host.states()[0]).toMatchObject({ status: 'failed', problem: expect.stringMatching(noAnswer) });
  });
});

describe('An answer that is none', () => {
  it.each<[what: string, end: (response: Reply) => void, words: string]>([
    ['is empty', (response) => sendJson(response, ''), 'odd: its answer is not JSON'],
    ['is a page', (response) => sendJson(response, '<html></html>'), 'odd: its answer is not JSON'],
    [
      'has no type',
      (response) => void response.writeHead(200).end('hello'),
      'odd: it answered with neither JSON nor a stream of events',
    ],
  ])('fails the call in plain words: it %s', async (_, end, words) => {
    const { host } = await start({
      respond: (asked, response) => {
        if (asked.method === 'tools/call') end(response);
        return asked.method === 'tools/call';
      },
    });

    await expect(callTool(host, 'act')).rejects.toThrow(words);
  });
});

describe('A request that is broken once', () => {
  it.each<[method: string, ask: (host: TestHost) => Promise<unknown>]>([
    ['tools/call', async (host) => textOf(await callTool(host, 'look'))],
    ['prompts/get', prompt],
    ['resources/read', async (host) => JSON.stringify(await read(host))],
  ])('has its answer if it may be asked twice: %s', async (method, ask) => {
    let count = 0;
    const { host } = await start({
      respond: (asked, response) => {
        const isFirst = asked.method === method && ++count === 1;
        if (isFirst) startEvents(response).end();
        return isFirst;
      },
    });

    expect(await ask(host)).toContain('right');
  });

  it('leaves the other calls of the session alone', async () => {
    const { host } = await start({
      respond: (asked, response) => {
        if (asked.method !== 'tools/call') return false;
        const isBroken = toObject(asked.params.arguments ?? {}).breaks === true;
        if (isBroken) startEvents(response).end();
        else setTimeout(() => sendJson(response, toAnswer(asked)), 700);
        return true;
      },
    });
    const other = callTool(host, 'act');
    const broken = callTool(host, 'act', { breaks: true });

    await expect(broken).rejects.toThrow(noAnswer);

    expect(textOf(await other)).toBe('right');
  });
});

describe('An answer that comes by another way', () => {
  const breakCalls =
    (end: (response: Reply, asked: Asked) => unknown) =>
    (asked: Asked, response: Reply): boolean => {
      if (asked.method === 'tools/call') end(response, asked);
      return asked.method === 'tools/call';
    };

  it('is read from a stream that is resumed', async () => {
    let call: Asked | undefined;
    const { host } = await start({
      respond: breakCalls((response, asked) => {
        call = asked;
        startEvents(response).end('id: one\nretry: 100\ndata:\n\n');
      }),
      stream: (request, response) => {
        if (request.headers['last-event-id'] !== 'one') return refuseStream(request, response);
        startEvents(response).write(': wait\n\n');
        setTimeout(() => response.end(`id: two\ndata: ${toAnswer(call as Asked)}\n\n`), 300);
      },
    });

    expect(textOf(await callTool(host, 'act'))).toBe('right');
  });

  it.each([405, 500])('is not waited for if the server does not resume its stream (%s)', async (status) => {
    const { host } = await start({
      respond: breakCalls((response) => startEvents(response).end('id: one\ndata:\n\n')),
      stream: (_, response) => void response.writeHead(status).end(),
    });
    await host.tools();

    const took = await timed(() =>
      expect(callTool(host, 'act')).rejects.toThrow(/^odd: .*not known whether the call was carried out/),
    );

    expect(took).toBeLessThan(10_000);
  });

  const keepAsking = 'id: one\nretry: 1\ndata:\n\n';

  it.each<[what: string, rest: string]>([
    ['no event', ''],
    ['a comment alone', ': wait\n\n'],
    ['the same event', 'id: one\ndata:\n\n'],
    ['a message without an id', 'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n'],
  ])('is read from a stream that was resumed and ended with %s', async (_, rest) => {
    let call: Asked | undefined;
    let resumed = 0;
    const { host } = await start({
      respond: breakCalls((response, asked) => {
        call = asked;
        startEvents(response).end(keepAsking);
      }),
      stream: (request, response) => {
        if (request.headers['last-event-id'] !== 'one') return keepStream(request, response);
        resumed += 1;
        startEvents(response).end(resumed < 8 ? rest : `id: two\ndata: ${toAnswer(call as Asked)}\n\n`);
      },
    });

    expect(textOf(await callTool(host, 'act'))).toBe('right');
    expect(resumed).toBe(8);
  });

  it.each<[what: string, rest: string]>([
    ['no event', ''],
    ['the same event', 'id: one\ndata:\n\n'],
  ])(
    'is not waited for on a stream that is resumed for ever with %s',
    async (_, rest) => {
      let resumed = 0;
      const { host } = await start({
        respond: breakCalls((response, { params }) =>
          startEvents(response).end(params.arguments ? keepAsking : ''),
        ),
        stream: (request, response) => {
          if (request.headers['last-event-id'] === undefined) return keepStream(request, response);
          resumed += 1;
          startEvents(response).end(rest);
        },
      });
      await host.tools();

      await expect(callTool(host, 'act')).rejects.toThrow(
        /^odd: its stream ended each time that it was resumed/,
      );

      const count = resumed;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(resumed).toBe(count);
    },
    20_000,
  );

  it('is not waited for if what is resumed is no stream', async () => {
    const { host } = await start({
      respond: breakCalls((response) => startEvents(response).end(keepAsking)),
      stream: (request, response) =>
        request.headers['last-event-id'] === undefined
          ? keepStream(request, response)
          : response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
    });
    await host.tools();

    const took = await timed(() => expect(callTool(host, 'act')).rejects.toThrow(noAnswer));

    expect(took).toBeLessThan(3000);
  });

  it('that nobody waits for any more is not asked for again', async () => {
    let resumed = 0;
    const { host } = await start({
      respond: breakCalls((response) => startEvents(response).end(keepAsking)),
      stream: (request, response) => {
        if (request.headers['last-event-id'] === undefined) return keepStream(request, response);
        resumed += 1;
        setTimeout(() => startEvents(response).end(), 20);
      },
    });
    await host.tools();
    const stop = new AbortController();
    const call = callTool(host, 'act', {}, { signal: stop.signal });
    await vi.waitFor(() => expect(resumed).toBeGreaterThan(2));

    stop.abort();
    await expect(call).rejects.toThrow();

    const count = resumed;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(resumed).toBeLessThanOrEqual(count + 1);
  });

  it('is read from the stream of the session if the request was accepted', async () => {
    let session: Reply | undefined;
    const { host } = await start({
      respond: breakCalls((response, asked) => {
        response.writeHead(202).end();
        setTimeout(() => session?.write(`data: ${toAnswer(asked)}\n\n`), 500);
      }),
      stream: (request, response) => {
        session = response;
        keepStream(request, response);
      },
    });

    expect(textOf(await callTool(host, 'act'))).toBe('right');
  });

  it('is not waited for on the stream of the session if the one of the request has ended', async () => {
    const { host } = await start({
      respond: breakCalls((response) => startEvents(response).end()),
      stream: keepStream,
    });
    await host.tools();

    const took = await timed(() => expect(callTool(host, 'act')).rejects.toThrow(noAnswer));

    expect(took).toBeLessThan(3000);
  });

  it('is not waited for once the stream of the session cannot be opened again', async () => {
    let session: Reply | undefined;
    const { host } = await start({
      respond: breakCalls((response) => {
        response.writeHead(202).end();
        setTimeout(() => session?.end(), 200);
      }),
      stream: (request, response) => {
        if (session) return refuseStream(request, response);
        session = response;
        keepStream(request, response);
      },
    });
    await host.tools();

    const took = await timed(() => expect(callTool(host, 'act')).rejects.toThrow(noAnswer));

    expect(took).toBeLessThan(5000);
  });
});

describe('A server of the type sse whose one stream ends', () => {
  /** Answers on the stream, which it ends at this method. */
  async function startSse(method: string): Promise<Server & { end(): void }> {
    const asked: string[] = [];
    let stream: Reply | undefined;
    const url = await listen(async (request, response) => {
      if (request.method === 'GET') {
        stream = startEvents(response);
        stream.write('event: endpoint\ndata: /messages\n\n');
        return;
      }
      const { isRequest, ...message } = await readMessage(request);
      asked.push(message.method);
      response.writeHead(202).end();
      if (!isRequest) return;
      if (message.method === method && toObject(message.params.arguments ?? {}).works !== true) stream?.end();
      else stream?.write(`data: ${toAnswer(message)}\n\n`);
    });
    const host = openTestHost([makeServer('odd', { type: 'sse', url })], { startMs: 10_000 });
    return { host, asked, end: () => void stream?.end() };
  }

  it('fails the call soon, and is reached again for the next one', async () => {
    const { host, asked } = await startSse('tools/call');
    await host.tools();

    const took = await timed(() =>
      expect(callTool(host, 'act')).rejects.toThrow(
        /the connection was lost during this call.*not known whether the call was carried out/,
      ),
    );

    expect(took).toBeLessThan(3000);
    expect(textOf(await callTool(host, 'act', { works: true }))).toBe('right');
    expect(asked.filter((one) => one === 'initialize')).toHaveLength(2);
  });

  it('is reached again if the stream ends between two calls', async () => {
    const { host, asked, end } = await startSse('none');
    expect(textOf(await callTool(host, 'act'))).toBe('right');

    end();

    await vi.waitFor(() => expect(host.states()[0]?.status).toBe('lost'));
    expect(textOf(await callTool(host, 'act'))).toBe('right');
    expect(asked.filter((one) => one === 'initialize')).toHaveLength(2);
  });

  it.each(['initialize', 'tools/list'])('fails its start soon in %s', async (method) => {
    const { host } = await startSse(method);

    const took = await timed(() => host.tools());

    expect(took).toBeLessThan(4000);
    expect(host.states()[0]).toMatchObject({ status: 'failed', problem: expect.stringMatching(noAnswer) });
  });
});

describe('The watch for answers', () => {
  const url = 'http://127.0.0.1:1/mcp';
  const request = { jsonrpc: '2.0' as const, id: 7, method: 'tools/call', params: {} };
  const quiet = {
    jsonrpc: '2.0' as const,
    method: 'notifications/message',
    params: { level: 'info', data: 'x' },
  };

  it('gives an accepted request a minute of silence on the stream of the session', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const watch = createAnswerWatch(async () => new Response('', { status: 200 }));
    const sent: unknown[] = [];
    const got: unknown[] = [];
    const transport: Transport = {
      async start() {},
      async close() {},
      async send(message) {
        sent.push(message);
      },
    };
    watch.follow(transport);
    const { onmessage } = transport;
    transport.onmessage = (message) => {
      onmessage?.(message);
      got.push(message);
    };
    await watch.fetch(url, { method: 'GET' });

    await transport.send(request);
    await vi.advanceTimersByTimeAsync(50_000);
    transport.onmessage(quiet);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(got).toEqual([quiet]);
    await vi.advanceTimersByTimeAsync(11_000);

    expect(got[1]).toMatchObject({ id: 7, error: { message: expect.stringContaining('for a minute') } });
    expect(sent[1]).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 7 } });
  });

  it.each([
    ['a request', JSON.stringify(request), 0],
    ['a form of the sign-in', new URLSearchParams({ grant_type: 'x' }), undefined],
  ])('limits the silence of each request itself: not the network, in %s', async (_, body, idleTimeoutMs) => {
    const limits: unknown[] = [];
    const fetch = createFetch({
      http: {
        async send(one) {
          limits.push(one.idleTimeoutMs);
          throw new Error('enough');
        },
      },
      signal: new AbortController().signal,
      origin: new URL(url).origin,
      headers: {},
    });

    await expect(fetch(url, { method: 'POST', body })).rejects.toThrow('enough');

    expect(limits).toEqual([idleTimeoutMs]);
  });
});
