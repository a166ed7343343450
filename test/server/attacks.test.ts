import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { routes } from '../../src/server/routes.ts';
import { startTestServer } from '../helpers/api-server.ts';
import { sendRaw, toHead } from './raw-request.ts';

const json = { 'content-type': 'application/json' };
const chat = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }] });

type Asked = { method?: string; headers?: Record<string, string>; body?: string | Buffer };

/** With any Host and Origin, which fetch does not let one choose. */
function ask(
  url: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (bytes: Buffer) => chunks.push(bytes));
      reply.on('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('a web page of a stranger', () => {
  it.each([
    ['by a name of its own that means this machine', { host: 'evil.example' }],
    ['by a name that begins like ours', { host: 'localhost.evil.example' }],
    ['by a name that holds ours', { host: '127.0.0.1.evil.example:80' }],
    ['with a user before our name', { host: 'evil.example@127.0.0.1' }],
    ['by its origin', { origin: 'https://evil.example' }],
    ['by an origin on another port', { origin: 'http://127.0.0.1:1' }],
    ['by an origin that it hides', { origin: 'null' }],
    ['by a form', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' }],
    ['by a plain form of a neighbour', { 'sec-fetch-site': 'same-site', 'content-type': 'text/plain' }],
  ])('is turned away on every route %s', async (_, headers) => {
    const server = await startTestServer();
    for (const { method, path } of routes) {
      const reply = await ask(server.url + path.replace('*', 'x'), {
        method,
        headers,
        ...(method === 'POST' && { body: chat }),
      });
      expect(reply.status, path).toBe(403);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
    const preflight = await ask(`${server.url}/v1/models`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(403);
    expect(server.simulator.requests).toEqual([]);
  });

  it('is let in where it is named, and told so before it asks', async () => {
    const origin = 'https://friend.example';
    const server = await startTestServer({ guard: { allowedOrigins: [origin], apiKey: 'key' } });
    const headers = { origin, 'sec-fetch-site': 'cross-site', 'access-control-request-headers': 'x-api-key' };
    const preflight = await ask(`${server.url}/v1/models`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'x-api-key',
    });
    expect((await ask(`${server.url}/v1/models`, { headers })).status).toBe(401);
    expect(
      (await ask(`${server.url}/v1/models`, { headers: { ...headers, 'x-api-key': 'key' } })).status,
    ).toBe(200);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])(
    'is not meant by our own name %s',
    async (name) => {
      const server = await startTestServer();
      const { port } = new URL(server.url);
      const reply = await ask(`${server.url}/healthz`, { headers: { host: `${name}:${port}` } });
      expect(reply.status).toBe(200);
    },
  );
});

describe('a key', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['none', {}, 401],
    ['another', { authorization: 'Bearer other' }, 401],
    ['an empty one', { authorization: 'Bearer ' }, 401],
    ['a part of it', { 'x-api-key': 'secret-ke' }, 401],
    ['another as a password', { authorization: basic('me:other') }, 401],
    ['by a scheme of no meaning', { authorization: 'Digest secret-key' }, 401],
    ['the right one as a bearer', { authorization: 'Bearer secret-key' }, 200],
    ['the right one in a header of its own', { 'x-api-key': 'secret-key' }, 200],
    ['the right one as a password', { authorization: basic('me:secret-key') }, 200],
  ])('that is %s opens what it should', async (_, headers, status) => {
    const server = await startTestServer({ guard: { apiKey: 'secret-key' } });
    expect((await ask(`${server.url}/v1/models`, { headers })).status).toBe(status);
  });

  it('is wanted on every route that tells or does something', async () => {
    const server = await startTestServer({ guard: { apiKey: 'secret-key' } });
    for (const { method, path, isOpen = false } of routes) {
      const reply = await ask(server.url + path.replace('*', 'x'), {
        method,
        ...(method === 'POST' && { body: chat }),
      });
      expect(reply.status, path).toBe(isOpen ? 200 : 401);
    }
    expect(server.simulator.requests).toEqual([]);
  });
});

describe('a body', () => {
  it('that says it has a gigabyte is refused before it comes', async () => {
    const server = await startTestServer();
    const head = toHead('POST /v1/chat/completions', { ...json, 'content-length': String(2 ** 30) });
    const { status, text } = await sendRaw(server.url, [head]);
    expect(status).toBe(413);
    expect(text).toContain('larger than');
  });

  it('without an end is refused when it is too long, and does not fill the memory', async () => {
    const server = await startTestServer({ services: { maxBodyBytes: 4 * 2 ** 20 } });
    const megabyte = Buffer.alloc(2 ** 20, 'a');
    const before = process.memoryUsage();
    function* send() {
      yield toHead('POST /v1/chat/completions', { ...json, 'transfer-encoding': 'chunked' });
      for (let count = 0; count < 1024; count += 1) {
        yield '100000\r\n';
        yield megabyte;
        yield '\r\n';
      }
    }
    const { status } = await sendRaw(server.url, send());
    const after = process.memoryUsage();
    expect(status).toBe(413);
    expect(after.rss - before.rss).toBeLessThan(200 * 2 ** 20);
  });

  it('that is packed is not unpacked', async () => {
    const server = await startTestServer();
    const headers = { ...json, 'content-encoding': 'gzip' };
    const reply = await ask(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: gzipSync(chat),
    });
    expect(reply.status).toBe(415);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"model":'],
    ['no object', '[]'],
    ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['brackets alone', '['.repeat(100_000)],
    ['a deep list', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['messages of the wrong kind', '{"model":"gpt-4.1","messages":"hi"}'],
    ['a prototype', '{"model":"gpt-4.1","__proto__":{"messages":[]}}'],
  ])('of %s is refused on each route that takes one', async (_, body) => {
    const server = await startTestServer();
    for (const path of [
      '/chat/completions',
      '/responses',
      '/messages',
      '/embeddings',
      '/messages/count_tokens',
    ]) {
      const reply = await ask(server.url + path, { method: 'POST', headers: json, body });
      // The service's own choice answers where no model is named, and /responses takes more.
      expect(reply.status, `${path} ${reply.text}`).toBeLessThan(500);
      if (!String(body).includes('gpt-4.1')) expect(reply.status, path).toBe(400);
    }
    expect((await ask(`${server.url}/healthz`)).status).toBe(200);
  });

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each([
    ['/chat/completions', 'gpt-4.1', `"messages":[{"role":"user","content":${deep}}]`],
    ['/chat/completions', 'claude-sonnet-4.6', `"messages":[{"role":"user","content":${deep}}]`],
    [
      '/chat/completions',
      'claude-sonnet-4.6',
      `"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"a":${deep}}}}]`,
    ],
    ['/chat/completions', 'gpt-4.1', `"messages":[{"role":"user","content":"hi"}],"metadata":${deep}`],
    [
      '/messages',
      'claude-sonnet-4.6',
      `"max_tokens":9,"messages":[{"role":"user","content":[{"type":"x","y":${deep}}]}]`,
    ],
    [
      '/messages',
      'gpt-5.4',
      `"max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"b","input":{"c":${deep}}}]}]`,
    ],
    ['/responses', 'gpt-5.4', `"input":[{"type":"x","y":${deep}}]`],
    [
      '/responses',
      'gpt-5.4',
      `"input":"hi","tools":[{"type":"function","name":"f","parameters":{"a":${deep}}}]`,
    ],
    [
      '/messages/count_tokens',
      'gpt-5.4',
      `"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"a":${deep}}}]`,
    ],
    [
      '/messages/count_tokens',
      'claude-sonnet-4.6',
      `"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"a":${deep}}}]`,
    ],
    ['/embeddings', 'text-embedding-3-small', `"input":${deep}`],
  ])('with a deep place in %s for %s is an error of the caller', async (path, model, rest) => {
    const server = await startTestServer();
    const body = `{"model":"${model}",${rest}}`;
    const reply = await ask(server.url + path, { method: 'POST', headers: json, body });
    expect(reply.status, reply.text.slice(0, 300)).toBeLessThan(500);
    expect(reply.text).not.toMatch(/call stack|RangeError/i);
  });
});

describe('a slow request', () => {
  const timeouts = { headers: 300, request: 600, linger: 50 };

  it('that sends its head byte by byte is ended', async () => {
    const server = await startTestServer({ timeouts });
    const { status } = await drip(
      server.url,
      `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'a'.repeat(1000)}`,
      '',
    );
    expect(status).toBe(408);
  });

  it('that sends its body byte by byte is ended', async () => {
    const server = await startTestServer({ timeouts });
    const head = toHead('POST /v1/chat/completions', { ...json, 'content-length': '1000' });
    const { status } = await drip(server.url, ' '.repeat(1000), head);
    expect(status).toBe(408);
    expect(server.simulator.requests).toEqual([]);
  });
});

describe('a head', () => {
  it('with a header that is too long is refused', async () => {
    const server = await startTestServer();
    const { status } = await sendRaw(server.url, [toHead('GET /healthz', { 'x-long': 'a'.repeat(100_000) })]);
    expect(status).toBe(431);
  });

  it('with too many headers is refused', async () => {
    const server = await startTestServer();
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`x-${index}`, 'a']));
    expect((await sendRaw(server.url, [toHead('GET /healthz', many)])).status).toBe(431);
  });

  it.each([
    ['//v1/models', 404],
    ['/v1//models', 404],
    ['/%76%31/models', 404],
    ['/v1/models%00', 404],
    ['/v1/models/%00', 404],
    ['/v1/models/%', 404],
    ['/healthz%2f..%2fv1%2fmodels', 404],
    ['/healthz/../v1/models', 401],
    ['/healthz/%2e%2e/v1/models', 401],
    ['/v1/../../../etc/passwd', 404],
    ['http://127.0.0.1/v1/models', 401],
    ['http://evil.example/healthz/../v1/models', 401],
    ['/very-long', 404],
    ['*', 400],
    ['/\\..\\v1\\models', 401],
  ])('with the path %s gets no further than %i', async (path, expected) => {
    const server = await startTestServer({ guard: { apiKey: 'secret-key' } });
    const keyed = path.startsWith('/v1/models/') ? { 'x-api-key': 'secret-key' } : {};
    const sent = path.replace('very-long', 'a'.repeat(10_000));
    const { status, text } = await sendRaw(server.url, [toHead(`GET ${sent}`, keyed)]);
    expect(status, text).toBe(expected);
    expect(text.length).toBeLessThan(2000);
  });

  it.each([
    'NONSENSE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /healthz HTTP/1.1\r\n\r\n',
    '\u0000\u0001\u0002\r\n\r\n',
  ])('that is no HTTP is refused: %j', async (text) => {
    const server = await startTestServer();
    expect((await sendRaw(server.url, [text])).status).toBe(400);
  });

  it('that gives two lengths is refused', async () => {
    const server = await startTestServer();
    const head = toHead('POST /v1/chat/completions', {
      ...json,
      'content-length': '5',
      'transfer-encoding': 'chunked',
    });
    expect((await sendRaw(server.url, [head, '0\r\n\r\n'])).status).toBe(400);
  });
});

describe('methods', () => {
  it('HEAD gets the head that GET gets, and nothing else', async () => {
    const server = await startTestServer();
    for (const { method, path } of routes.filter(({ path }) => !path.endsWith('*'))) {
      const reply = await ask(server.url + path, { method: 'HEAD' });
      expect(reply.status, path).toBe(method === 'GET' ? 200 : 405);
      expect(reply.text).toBe('');
    }
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE'])('%s is not taken', async (method) => {
    const server = await startTestServer();
    const reply = await ask(`${server.url}/v1/models`, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe('GET');
  });

  it('requests that are sent at once are answered in order', async () => {
    const server = await startTestServer();
    const head = (path: string, close: string) =>
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: ${close}\r\n\r\n`;
    const both =
      head('/v1/models', 'keep-alive') + head('/nowhere', 'keep-alive') + head('/healthz', 'close');
    const { text } = await sendRaw(server.url, [both]);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '404',
      '200',
    ]);
  });
});

describe('secrets', () => {
  it('are in no reply, no header and no line of the log, of any route', async () => {
    const apiKey = 'canary-of-the-api-key';
    const server = await startTestServer({ guard: { apiKey } });
    const said: string[] = [];
    for (const { method, path } of routes) {
      for (const model of ['gpt-4.1', 'claude-sonnet-4.6', 'no-such-model']) {
        for (const key of [apiKey, `${apiKey}-wrong`]) {
          const body = JSON.stringify({
            model,
            max_tokens: 50,
            messages: [{ role: 'user', content: 'hi' }],
            input: 'hi',
          });
          const headers = { ...json, authorization: `Bearer ${key}` };
          const target = path.replace('*', model);
          const reply = await ask(server.url + target, {
            method,
            headers,
            ...(method === 'POST' && { body }),
          });
          said.push(target, JSON.stringify(reply.headers), reply.text);
        }
      }
    }
    server.simulator.faults.add({
      path: '/chat/completions',
      status: 401,
      body: 'unauthorized: invalid token',
      times: 9,
    });
    said.push(
      JSON.stringify(
        await ask(`${server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { ...json, 'x-api-key': apiKey },
          body: chat,
        }),
      ),
    );
    said.push(JSON.stringify(server.logged), JSON.stringify(server.records));
    const sent = server.simulator.requests.map(({ headers }) => headers.authorization ?? '');
    const secrets = new Set([apiKey, ...sent.map((value) => value.replace(/^\w+ /, ''))]);
    expect(secrets.size).toBeGreaterThanOrEqual(3);
    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret);
  });
});

/** One byte in a while. */
async function drip(url: string, text: string, head: string) {
  const { connect } = await import('node:net');
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let reply = '';
  socket.on('data', (bytes) => {
    reply += bytes;
  });
  socket.on('error', () => {});
  socket.write(head);
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable && sent < text.length) socket.write(text[sent++] ?? '');
  }, 20);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]), reply };
}
