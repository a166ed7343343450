import { describe, expect, it } from 'vitest';
import { modelRoutes as routes } from '../../../src/server/routes.ts';
import { startTestServer } from '../../helpers/api-server.ts';
import { sendRaw, toHead } from '../raw-request.ts';
import { ask } from './ask.ts';

const json = { 'content-type': 'application/json' };

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
    const server = await startTestServer({ server: { apiKey: 'secret-key' } });
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

describe('a head with two Host headers is refused', () => {
  it.each([
    ['of two names', ['host: 127.0.0.1', 'host: evil.example']],
    ['the foreign one first', ['host: evil.example', 'Host: 127.0.0.1']],
    ['of one name', ['host: 127.0.0.1', 'HOST: 127.0.0.1']],
    ['one of them empty', ['host: 127.0.0.1', 'host:']],
  ])('%s', async (_, hosts) => {
    const server = await startTestServer({ server: { allowedOrigins: ['http://evil.example'] } });
    const { status, text } = await sendRaw(server.url, [
      `GET /v1/models HTTP/1.1\r\n${hosts.join('\r\n')}\r\nconnection: close\r\n\r\n`,
    ]);
    expect(status).toBe(400);
    expect(text).not.toContain('gpt');
    expect(server.simulator.requests).toEqual([]);
  });
});

describe('a WebSocket', () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };

  it.each([
    ['/v1/responses', upgrade],
    ['/responses', { ...upgrade, upgrade: 'WebSocket' }],
    ['/v1/realtime?model=gpt-5.4', upgrade],
    ['/v1/responses', { ...upgrade, upgrade: 'h2c, websocket' }],
  ])('on %s is answered at once with 426', async (path, headers) => {
    const server = await startTestServer();
    const reply = await ask(`${server.url}${path}`, { headers });
    expect(reply.status).toBe(426);
    expect(reply.headers.upgrade).toBe('HTTP/1.1');
    expect(JSON.parse(reply.text).error.message).toContain('no WebSockets');
    expect(server.simulator.requests).toEqual([]);
  });

  it('of a page of another site is refused as any request of it', async () => {
    const server = await startTestServer();
    const headers = { ...upgrade, origin: 'https://evil.example' };
    expect((await ask(`${server.url}/v1/responses`, { headers })).status).toBe(403);
  });

  it('is not what asks for HTTP/2 in the clear: that is answered', async () => {
    const server = await startTestServer();
    const headers = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQAAP__',
    };
    expect((await ask(`${server.url}/v1/models`, { headers })).status).toBe(200);
  });
});
