import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp, type HttpRequest } from '../../src/http/http.ts';
import { Secret } from '../../src/secret.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that goes when the test ends. */
async function startServer(handler: Handler): Promise<string> {
  const server = createServer(handler);
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Something to wait for. */
function createGate<T>(): { pass: (value: T) => void; passed: Promise<T> } {
  let pass: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    pass = resolve;
  });
  return { pass, passed };
}

const { signal } = new AbortController();

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, signal, ...more };
}

const createClient = (log?: (line: string) => void) => createHttp({ env: {}, now: () => 0, log });
const send = (url: string, more?: Partial<HttpRequest>) => createClient().send(get(url, more));

const secret = new Secret('plain-looking-CANARY-value');
const authorization = { scheme: 'Bearer', secret } as const;

describe('a request', () => {
  it('sends a body in pieces as one, with its length, again on the next connection, too', async () => {
    const seen: { length: string | undefined; body: string }[] = [];
    const url = await startServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      seen.push({ length: request.headers['content-length'], body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { connection: 'close' }).end('ok');
    });
    const body = ['{"a":"é', '😀'.repeat(30_000), '"}'];
    const http = createClient();
    for (const _ of [1, 2]) expect((await http.send(get(url, { method: 'POST', body }))).status).toBe(200);
    expect(seen.map(({ length }) => length)).toEqual(['120010', '120010']);
    expect(seen.every((sent) => sent.body === body.join(''))).toBe(true);
  });

  it('has the answer of a server that reads no body, be it in pieces or not', async () => {
    const url = await startServer((_, response) => {
      response.writeHead(413, { connection: 'close' }).end('too large');
    });
    const piece = 'x'.repeat(64 * 1024);
    for (const body of [piece.repeat(100), Array.from({ length: 100 }, () => piece)]) {
      const response = await send(url, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([413, 'too large']);
    }
  });

  it('carries its method, headers, credentials and body', async () => {
    let seen: Record<string, unknown> = {};
    const url = await startServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, headers } = request;
      seen = { method, path: request.url, headers, body: Buffer.concat(chunks).toString() };
      response.writeHead(201, { 'x-request-id': 'r-1' }).end('{"a":1}');
    });
    const response = await send(`${url}/a/b?c=d`, {
      method: 'POST',
      headers: { 'x-one': '1', 'content-type': 'application/json' },
      authorization: { scheme: 'token', secret },
      body: '{"é":true}',
    });
    expect(seen).toMatchObject({ method: 'POST', path: '/a/b?c=d', body: '{"é":true}' });
    expect(seen.headers).toMatchObject({ 'x-one': '1', authorization: `token ${secret.expose()}` });
    expect(response.status).toBe(201);
    expect(response.headers['x-request-id']).toBe('r-1');
    expect(await response.json()).toEqual({ a: 1 });
  });

  it('does not follow a redirect, which would take the credentials along', async () => {
    const paths: (string | undefined)[] = [];
    const url = await startServer((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const response = await send(url, { authorization });
    await response.discard();
    expect({ status: response.status, paths }).toEqual({ status: 302, paths: ['/'] });
  });

  it('is a network failure where the connection is refused', async () => {
    const url = await startServer(() => {});
    const refused = url.replace(/\d+$/, '1');
    await expect(send(refused)).rejects.toMatchObject({
      code: 'network',
      message: '127.0.0.1:1 refused the connection',
    });
  });

  it('is a network failure where the server hangs up', async () => {
    const url = await startServer((request) => request.socket.destroy());
    await expect(send(url)).rejects.toMatchObject({ code: 'network' });
  });

  it('is a network failure where the first byte takes too long', async () => {
    const url = await startServer(() => {});
    await expect(send(url, { firstByteTimeoutMs: 30 })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('did not begin to answer in time'),
    });
  });
});

describe('stopping a request', () => {
  const reason = new Error('enough');

  it('before it is sent throws the reason, and nothing is sent', async () => {
    let requests = 0;
    const url = await startServer((_, response) => {
      requests += 1;
      response.end();
    });
    await expect(send(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toBe(0);
  });

  it('while the connection is made throws the reason, and does not wait for it', {
    timeout: 5_000,
  }, async () => {
    const controller = new AbortController();
    // It never answers the handshake.
    const server = createTcpServer((socket) => {
      onTestFinished(() => void socket.destroy());
      controller.abort(reason);
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(send(url, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('before the answer throws the reason', async () => {
    const controller = new AbortController();
    const url = await startServer(() => controller.abort(reason));
    await expect(send(url, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('in the middle of the answer throws the reason, and the server sees it', async () => {
    const controller = new AbortController();
    const closed = createGate<boolean>();
    const url = await startServer((_, response) => {
      response.once('close', () => closed.pass(true));
      response.write('some');
    });
    const response = await send(url, { signal: controller.signal });
    const reading = (async () => {
      for await (const _ of response.body) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await closed.passed;
  });
});

describe('the body of an answer', () => {
  it('comes as its bytes arrive', async () => {
    let proceed = (): void => {};
    const url = await startServer((_, response) => {
      response.write('one');
      proceed = () => void response.end('two');
    });
    const chunks: string[] = [];
    for await (const bytes of (await send(url)).body) {
      chunks.push(Buffer.from(bytes).toString());
      proceed();
    }
    expect(chunks).toEqual(['one', 'two']);
  });

  it('comes whole to a slow reader, for whom the server waits', async () => {
    const sent = Buffer.alloc(8 * 2 ** 20, 'abcdefg');
    let isFinished = false;
    const url = await startServer((_, response) => {
      response.once('finish', () => {
        isFinished = true;
      });
      response.end(sent);
    });
    const pieces: Uint8Array[] = [];
    const wasFinished: boolean[] = [];
    for await (const bytes of (await send(url)).body) {
      await new Promise((resolve) => setImmediate(resolve));
      wasFinished.push(isFinished);
      pieces.push(bytes);
    }
    expect(Buffer.concat(pieces).equals(sent)).toBe(true);
    expect(wasFinished[0]).toBe(false);
    expect(pieces.every((bytes) => bytes.length <= 2 ** 20)).toBe(true);
  });

  it('that is cut is a network failure, behind what came', async () => {
    const url = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('four', () => response.destroy());
    });
    const { body } = await send(url);
    expect(Buffer.from((await body[Symbol.asyncIterator]().next()).value).toString()).toBe('four');
    await expect(body[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'network' });
  });

  it('closes the connection where the reader leaves', async () => {
    const closed = createGate<boolean>();
    const url = await startServer((_, response) => {
      response.once('close', () => closed.pass(response.writableFinished));
      response.write('one');
    });
    for await (const _ of (await send(url)).body) break;
    expect(await closed.passed).toBe(false);
  });

  it('throws a network failure where it breaks off', async () => {
    const url = await startServer((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    });
    const { body } = await send(url);
    const read = async (): Promise<void> => {
      for await (const _ of body);
    };
    await expect(read()).rejects.toMatchObject({ code: 'network', exitCode: 13 });
  });

  it('gives the connection back where it is discarded', async () => {
    const ports = new Set<number | undefined>();
    const url = await startServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(500).end('x'.repeat(1000));
    });
    const http = createClient();
    for (let count = 0; count < 8; count += 1) await (await http.send(get(url))).discard();
    expect(ports.size).toBeLessThan(8);
  });
});

describe('an answer that is packed, though nobody asked for it', () => {
  const packers = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync };

  const startPacked = (coding: string, bytes: Uint8Array): Promise<string> =>
    startServer((_, response) => response.writeHead(200, { 'content-encoding': coding }).end(bytes));

  it.each(Object.entries(packers))('is unpacked: %s', async (coding, pack) => {
    const url = await startPacked(coding, pack('{"a":"žluťoučký"}'));
    const response = await send(url);
    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(response.headers).not.toHaveProperty('content-length');
    expect(await response.json()).toEqual({ a: 'žluťoučký' });
    expect(await (await send(url)).text()).toBe('{"a":"žluťoučký"}');
  });

  it('gives its bytes as they arrive', async () => {
    const gate = createGate<void>();
    const url = await startServer(async (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const packer = createGzip();
      packer.pipe(response);
      packer.write('first');
      packer.flush();
      await gate.passed;
      packer.end(' last');
    });
    const pieces: string[] = [];
    for await (const bytes of (await send(url)).body) {
      pieces.push(Buffer.from(bytes).toString());
      gate.pass();
    }
    expect(pieces).toEqual(['first', ' last']);
  });

  it.each([
    ['damaged', 'gzip', Buffer.from('not packed'), /cannot be unpacked \(gzip\)/],
    ['damaged', 'br', Buffer.from('not packed'), /cannot be unpacked \(br\)/],
    ['cut', 'gzip', gzipSync('hello hello').subarray(0, -4), /cannot be unpacked/],
    ['packed in a way of its own', 'zzz', Buffer.from('a'), /packed as zzz$/],
    ['named as what every object has', 'constructor', Buffer.from('a'), /packed as constructor$/],
    ['packed twice', 'gzip, br', Buffer.from('a'), /packed as gzip, br$/],
  ])('is a wrong answer where it is %s: %s', async (_, coding, bytes, message) => {
    const response = await send(await startPacked(coding, bytes));
    await expect(response.text()).rejects.toMatchObject({
      code: 'upstream',
      message: expect.stringMatching(message),
    });
  });

  it('is left where its reader leaves', async () => {
    const closed = createGate<void>();
    const url = await startServer((_, response) => {
      response.on('close', () => closed.pass());
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync('first'));
    });
    for await (const _ of (await send(url)).body) break;
    await closed.passed;
  });
});

describe('the text of an answer', () => {
  it('holds neither the secret that was sent nor other tokens', async () => {
    const url = await startServer((request, response) => {
      response.end(`bad: ${request.headers.authorization}, was gho_CANARY0123456789`);
    });
    const text = await (await send(url, { authorization })).text();
    expect(text).toBe('bad: Bearer [secret], was [secret]');
  });

  it('has no control characters', async () => {
    const url = await startServer((_, response) => void response.end('a\u001b[31mb\u0007\u009b\n'));
    expect(await (await send(url)).text()).toBe('a[31mb\n');
  });

  it('is cut at 64 KB, where a character ends', async () => {
    const url = await startServer((_, response) => void response.end(`a${'é'.repeat(50_000)}`));
    const text = await (await send(url)).text();
    expect(text).toBe(`a${'é'.repeat(32_767)}`);
  });

  it('is read no further than that', async () => {
    const closed = createGate<boolean>();
    const url = await startServer((_, response) => {
      response.once('close', () => closed.pass(true));
      response.write('x'.repeat(100_000));
    });
    expect(await (await send(url)).text()).toHaveLength(65_536);
    await closed.passed;
  });

  it('marks bytes that are no UTF-8, and goes on', async () => {
    const url = await startServer((_, response) => void response.end(Buffer.from('a\u00fcb', 'latin1')));
    expect(await (await send(url)).text()).toBe('a\ufffdb');
  });
});

describe('the JSON of an answer', () => {
  it('is undefined where it is none', async () => {
    const url = await startServer((_, response) => void response.end('<html>'));
    expect(await (await send(url)).json()).toBeUndefined();
  });

  it('keeps tokens, which it is asked for', async () => {
    const url = await startServer((_, response) => void response.end('{"token":"tid=abc;exp=1:mac"}'));
    expect(await (await send(url)).json()).toEqual({ token: 'tid=abc;exp=1:mac' });
  });

  it('is a network failure where it is too large', async () => {
    const url = await startServer((_, response) => void response.end(`"${'x'.repeat(33 * 1024 * 1024)}"`));
    await expect((await send(url)).json()).rejects.toMatchObject({ code: 'network' });
  });
});

describe('the log', () => {
  async function logOf(handler: Handler, more: Partial<HttpRequest>): Promise<string[]> {
    const url = await startServer(handler);
    const lines: string[] = [];
    const http = createClient((line) => lines.push(line.replace(url, 'http://server')));
    await http.send(get(`${url}/path?q=CANARY`, more)).catch(() => {});
    return lines;
  }
  const headers = {
    'x-api-key': 'CANARY-key',
    'copilot-session-token': 'CANARY-session',
    'x-note': `sent ${secret.expose()} and ghu_CANARY0123`,
    'editor-version': 'vscode/1.107.0',
  };

  it('has one line for a request, without secrets and without the query', async () => {
    const lines = await logOf(
      (_, response) => void response.writeHead(402, { 'x-github-request-id': 'ABCD:1' }).end(),
      { headers, authorization },
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^GET http:\/\/server\/path 402 0 ms request id ABCD:1 headers \{/);
    expect(lines[0]).toContain('"editor-version":"vscode/1.107.0"');
    expect(lines[0]).toContain('"x-note":"[secret]"');
    expect(lines[0]).not.toContain('CANARY');
  });

  it('has one line for a failure, without secrets', async () => {
    const lines = await logOf((request) => request.socket.destroy(), { headers, authorization });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^GET http:\/\/server\/path failed: /);
    expect(lines[0]).not.toContain('CANARY');
  });
});
