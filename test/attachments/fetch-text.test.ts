import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetchBytes, createFetchText, type FetchLimits } from '../../src/attachments/fetch-text.ts';
import { convertHtml } from '../../src/attachments/html-text.ts';
import { CliError } from '../../src/errors.ts';
import { shellWords, wordHint } from '../../src/hint.ts';
import { createHttp } from '../../src/http/http.ts';

type Answer = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** A server on loopback that gives each path its answer. */
async function startServer(
  answers: Record<string, Answer>,
): Promise<{ origin: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request);
    const { status = 200, headers = {}, body = '' } = answers[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  };
  const server = createServer(listener);
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function createFetch(limits?: FetchLimits): (url: string) => Promise<string> {
  const http = createHttp({ env: {}, now: () => 0 });
  onTestFinished(() => http.close());
  return createFetchText({
    http,
    signal: new AbortController().signal,
    userAgent: 'tester/1',
    ...(limits && { limits }),
  });
}

async function fetchAnswer(answer: Answer): Promise<string> {
  const { origin } = await startServer({ '/page': answer });
  return createFetch()(`${origin}/page`);
}

const page =
  '<html><head><title>T</title><style>b{}</style><script>x()</script></head><body><h1>Head</h1><p>One\n two</p>';

describe('the text of a page', () => {
  it.each<[type: string | undefined, body: string | Uint8Array, text: string]>([
    ['text/plain', 'a <b>\n', 'a <b>\n'],
    ['text/markdown; charset=utf-8', '# é', '# é'],
    ['application/json', '{"a": 1}', '{"a": 1}'],
    ['application/ld+json', '{}', '{}'],
    [undefined, 'no type', 'no type'],
    ['text/plain; charset=ISO-8859-1', Buffer.from('caf\xe9', 'latin1'), 'café'],
    ['text/plain; charset="Shift_JIS"', Buffer.from('8abf', 'hex'), '漢'],
    ['text/plain; charset=nonsense', 'é', 'é'],
    ['text/html', page, 'Head\n\nOne two'],
    ['TEXT/HTML;charset=utf-8', '<p>caf&eacute;<br>x', 'café\nx'],
    ['application/xhtml+xml', '<p>x</p>', 'x'],
  ])('of type %s is made of %j', async (type, body, text) => {
    expect(await fetchAnswer({ headers: type === undefined ? {} : { 'content-type': type }, body })).toBe(
      text,
    );
  });

  // Without the thread, which takes longer than the page.
  it.each([
    ['<a href="https://e.com/x">link</a><img src="p.png" alt="pic">', 'link [https://e.com/x]'],
    ['<a href="https://e.com/x">https://e.com/x</a> <a href="#top">up</a>', 'https://e.com/x up'],
    ['<table><tr><th>Name</th><th>B</th></tr><tr><td>x</td><td>y</td></tr></table>', 'Name   B\nx      y'],
    [`<p>${'word '.repeat(40)}</p>`, 'word '.repeat(40).trim()],
    ['<ul><li>one<li>two</ul>', ' * one\n * two'],
  ])('is made of %j', async (body, text) => {
    expect(await convertHtml(body)).toBe(text);
  });

  it('is found in a page that is nested without sense', async () => {
    const body = `${'<div>'.repeat(50_000)}deep${'</div>'.repeat(50_000)}<p>after</p>`;
    const text = await fetchAnswer({ headers: { 'content-type': 'text/html' }, body });
    expect(text).toContain('after');
    expect(text).toContain('nested more deeply is left out');
  });

  it('is whole in a page of some hundred levels, and none of a page that has its text too deep', async () => {
    const nest = (depth: number) => ({
      headers: { 'content-type': 'text/html' },
      body: `${'<div>'.repeat(depth)}deep${'</div>'.repeat(depth)}`,
    });
    expect(await fetchAnswer(nest(500))).toBe('deep');
    await expect(fetchAnswer(nest(50_000))).rejects.toMatchObject({ code: 'usage' });
  });

  it('is asked for in our own name, and without a password', async () => {
    const { origin, seen } = await startServer({
      '/page?q=1': { headers: { 'content-type': 'text/plain' } },
    });
    await createFetch()(`${origin.replace('//', '//me:secret@')}/page?q=1#part`);
    expect(seen.map(({ headers }) => [headers['user-agent'], headers.authorization])).toEqual([
      ['tester/1', undefined],
    ]);
  });

  it('is found where redirects lead', async () => {
    const { origin } = await startServer({
      '/a': { status: 302, headers: { location: '/b' } },
      '/b': { status: 308, headers: { location: 'c' } },
      '/c': { headers: { 'content-type': 'text/plain' }, body: 'here' },
    });
    expect(await createFetch()(`${origin}/a`)).toBe('here');
  });
});

/** Pages anywhere, without a network: where each redirects to, or nothing. */
function createFakeWeb(redirects: Record<string, string>) {
  const asked: string[] = [];
  const http = createHttp({ env: {}, now: () => 0 });
  onTestFinished(() => http.close());
  const send: typeof http.send = async ({ url }) => {
    asked.push(url);
    const location = redirects[url];
    return {
      status: location === undefined ? 200 : 302,
      headers: { 'content-type': 'text/plain', ...(location !== undefined && { location }) },
      body: (async function* () {
        yield Buffer.from('here');
      })(),
      discard: async () => {},
    } as unknown as Awaited<ReturnType<typeof http.send>>;
  };
  const options = {
    http: { ...http, send },
    signal: new AbortController().signal,
    userAgent: 'tester/1',
  };
  return { asked, options };
}

describe('a redirect', () => {
  it.each<[from: string, to: string, message: string]>([
    [
      'https://e.com/a',
      'https://169.254.169.254/meta?k=secret',
      'https://e.com/a redirects to https://169.254.169.254/meta?…, which is on this machine or in a private network',
    ],
    [
      'http://127.0.0.1:8080/a',
      'http://localhost:8081/b',
      'http://127.0.0.1:8080/a redirects to http://localhost:8081/b, which is on this machine or in a private network',
    ],
    [
      'https://e.com/a',
      'http://e.com/a',
      'https://e.com/a redirects to http://e.com/a, which is not encrypted',
    ],
  ])('is not followed from %s to %s, as text or as bytes', async (from, to, message) => {
    for (const create of [createFetchText, createFetchBytes]) {
      const { asked, options } = createFakeWeb({ [from]: to });
      const error: unknown = await create(options)(from).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'usage', message });
      expect(error instanceof CliError && wordHint(error.hint ?? '', shellWords)).toContain(
        'name that URL itself with -f or -a',
      );
      expect(asked).toEqual([from]);
    }
  });

  it('is not followed inside by way of a public page', async () => {
    const { asked, options } = createFakeWeb({
      'https://e.com/a': 'https://other.example/b',
      'https://other.example/b': 'https://[::ffff:10.0.0.1]/',
    });
    await expect(createFetchText(options)('https://e.com/a')).rejects.toMatchObject({ code: 'usage' });
    expect(asked).toEqual(['https://e.com/a', 'https://other.example/b']);
  });

  it.each([
    ['http://e.com/a', 'https://www.other.example/b'],
    ['http://10.0.0.1/a', 'http://10.0.0.1:8080/b'],
  ])('is followed from %s to %s', async (from, to) => {
    const { asked, options } = createFakeWeb({ [from]: to });
    expect(await createFetchText(options)(from)).toBe('here');
    expect(asked).toEqual([from, to]);
  });
});

describe('a page that takes long', () => {
  it.each<[name: string, limits: FetchLimits, message: RegExp]>([
    ['is given up at a silence', { silenceMs: 30, totalMs: 60_000 }, /\/page stayed silent for 0\.03 s$/],
    [
      'is given up though it goes on and on',
      { silenceMs: 60_000, totalMs: 200 },
      /\/page did not finish within 0\.2 s$/,
    ],
  ])('%s', async (_, limits, message) => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const timer = setInterval(() => response.write('word '), 100);
      response.on('close', () => clearInterval(timer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    onTestFinished(() => void server.close());
    await expect(createFetch(limits)(`http://127.0.0.1:${port}/page`)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(message),
    });
  });
});

describe('a page without a text', () => {
  const plain = { 'content-type': 'text/plain' };

  it.each<[name: string, answer: Answer, code: string, message: RegExp]>([
    ['an image', { headers: { 'content-type': 'image/png' } }, 'usage', /page is not text but image\/png$/],
    [
      'a download',
      { headers: { 'content-type': 'application/zip' } },
      'usage',
      /is not text but application\/zip$/,
    ],
    [
      'binary data',
      { headers: plain, body: Buffer.from([0, 255, 0]) },
      'usage',
      /is not text but binary data$/,
    ],
    ['not there', { status: 404 }, 'usage', /\/page answers 404$/],
    ['out of order', { status: 500 }, 'usage', /answers 500$/],
    ['a circle', { status: 301, headers: { location: '/page' } }, 'usage', /without end$/],
    ['a redirect to nowhere', { status: 302 }, 'usage', /answers 302$/],
    [
      'a redirect to a file',
      { status: 302, headers: { location: 'file:///etc/passwd' } },
      'usage',
      /not the URL of a page$/,
    ],
    [
      'too much',
      { headers: plain, body: Buffer.alloc(10 * 1024 * 1024 + 1, 'x') },
      'input_too_large',
      /more than 10 MB$/,
    ],
  ])('is refused: %s', async (_, answer, code, message) => {
    await expect(fetchAnswer(answer)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is refused if nobody answers', async () => {
    const { origin } = await startServer({ '/': { headers: plain } });
    const gone = new URL(origin);
    gone.port = '1';
    await expect(createFetch()(gone.href)).rejects.toMatchObject({ code: 'network' });
  });
});
