import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../../src/http/http.ts';
import { key } from '../../helpers/masked-texts.ts';
import { createWorkspace, type TestWorkspace } from './workspace.ts';

const token = `ghp_${'a1B2'.repeat(9)}`;

const openHttp = async () => {
  const http = createHttp({ env: {}, now: Date.now });
  onTestFinished(() => http.close());
  return { http, userAgent: 'test' };
};

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const create = (): TestWorkspace => createWorkspace({}, { openHttp });

describe('web_fetch', () => {
  it('returns a page as text, and says how to read on', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<h1>Head</h1><script>evil()</script><p>${'a'.repeat(100)}</p>`);
    });
    const workspace = create();
    const text = await workspace.call('web_fetch', { url: `${url}/page#part`, max_length: 10 });
    expect(text).toMatch(/^Head\n+a+\n\[Characters 0 to 10 of \d+\. For more: start_index 10\.\]$/);
    expect(await workspace.call('web_fetch', { url, start_index: 20 })).toMatch(/^a{80,}$/);
    await expect(workspace.call('web_fetch', { url, start_index: 1000 })).rejects.toThrow(
      /The page has 10\d characters/,
    );
  });

  it.each([
    ['a token', `hello ${token} bye`],
    ['a private key', `hello\n${key.join('\n')}\nbye`],
    ['a key in JSON', JSON.stringify({ private_key: key.join('\n'), id: 1 })],
    ['a key in base64', `tls.key: ${Buffer.from(key.join('\n')).toString('base64')} bye`],
  ])('shows no half of %s, wherever the page is read on', async (_, page) => {
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(page);
    });
    const workspace = create();
    const whole = await workspace.call('web_fetch', { url });
    expect(whole).toContain('[secret]');
    for (let start = 0; start < whole.length; start += 3)
      expect(await workspace.call('web_fetch', { url, start_index: start })).toBe(whole.slice(start));
    const first = await workspace.call('web_fetch', { url, max_length: 9 });
    expect(first).toBe(
      `${whole.slice(0, 9)}\n[Characters 0 to 9 of ${whole.length}. For more: start_index 9.]`,
    );
    await expect(workspace.call('web_fetch', { url, start_index: page.length - 1 })).rejects.toThrow(
      `The page has ${whole.length} characters.`,
    );
  });

  it('asks for the very address, and sends no query to anybody before', async () => {
    const { accesses } = await create().plan('web_fetch', { url: ' HTTPS://Example.com:443/a/../b?c=d#e ' });
    expect(accesses).toEqual([{ kind: 'url', url: 'https://example.com/b?c=d' }]);
  });

  it('follows a redirect on the same host', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end('new page');
    });
    expect(await create().call('web_fetch', { url: `${url}/old` })).toBe('new page');
  });

  it.each([
    ['another port', (port: number) => `http://127.0.0.1:${port}/secret`],
    ['another name of the same machine', (port: number) => `http://localhost:${port}/secret`],
    ['a cloud service of the machine', () => 'http://169.254.169.254/latest/meta-data'],
  ])('does not follow a redirect to %s, and says where it leads', async (_what, toTarget) => {
    let isAsked = false;
    const other = await serve((_request, response) => {
      isAsked = true;
      response.end('secret');
    });
    const target = toTarget(Number(new URL(other).port));
    const url = await serve((_request, response) => response.writeHead(302, { location: target }).end());
    await expect(create().call('web_fetch', { url })).rejects.toThrow(
      `${url} redirects to ${target}, which was not fetched. To go there, call web_fetch with that address.`,
    );
    expect(isAsked).toBe(false);
  });

  it('does not follow a redirect to a file', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    await expect(create().call('web_fetch', { url })).rejects.toThrow(/not the URL of a page/);
  });

  it.each<[string, RegExp]>([
    ['file:///etc/passwd', /begins with http/],
    ['data:text/plain,hello', /begins with http/],
    ['javascript:alert(1)', /begins with http/],
    ['/etc/passwd', /begins with http/],
    ['http://', /begins with http/],
    ['https://github.com@evil.example/', /user name or password/],
    ['https://:secret@evil.example/', /user name or password/],
    [`https://a.example/${'x'.repeat(5000)}`, /too long/],
  ])('refuses %s', async (url, expected) => {
    await expect(create().call('web_fetch', { url })).rejects.toThrow(expected);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['a missing page', (_request, response) => response.writeHead(404).end(), /^http:.* answers 404\.$/],
    [
      'a server out of order',
      (_request, response) => response.writeHead(500).end(),
      /^http:.* answers 500\.$/,
    ],
    [
      'binary data',
      (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('x'),
      /^http:.* is not text but image\/png/,
    ],
    [
      'too large a page',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(11 * 1024 * 1024)),
      /^http:.* more than 10 MB/,
    ],
  ])('tells of %s', async (_what, listener, expected) => {
    await expect(create().call('web_fetch', { url: await serve(listener) })).rejects.toThrow(expected);
  });

  it('tells of a host that cannot be reached as the person writes it', async () => {
    await expect(create().call('web_fetch', { url: 'http://localhost:1/a' })).rejects.toThrow(
      /^localhost:1 /,
    );
  });

  it('stops with the signal', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort(new Error('enough')));
    await expect(create().callWhole('web_fetch', { url }, controller.signal)).rejects.toThrow('enough');
  });
});
