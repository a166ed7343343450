import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { createHttp } from '../../src/http/http.ts';

type Env = Record<string, string>;

async function listen(server: Server): Promise<number> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    // Tunnels are no connections of the server any more.
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server that says which path it was asked for. */
const startOrigin = (): Promise<number> =>
  listen(createServer((request, response) => void response.end(`origin ${request.url}`)));

type Proxy = { host: string; asked: string[]; credentials: (string | undefined)[] };

/**
 * A proxy that finds every name at `port` of this machine, and notes what it was asked for. Each refusal is for one tunnel, an
 * empty one hangs up.
 */
async function startProxy(port: number, refusals: string[] = []): Promise<Proxy> {
  const proxy: Proxy = { host: '', asked: [], credentials: [] };
  const server = createServer((request, response) => {
    proxy.asked.push(`${request.method} ${request.url}`);
    proxy.credentials.push(request.headers['proxy-authorization']);
    const { pathname } = new URL(request.url ?? '');
    forward({ port, host: '127.0.0.1', path: pathname }, (answer) => answer.pipe(response)).end();
  });
  server.on('connect', (request, socket, head) => {
    proxy.asked.push(`CONNECT ${request.url}`);
    proxy.credentials.push(request.headers['proxy-authorization']);
    socket.on('error', () => {});
    const refusal = refusals[proxy.asked.length - 1];
    if (refusal !== undefined) {
      socket.end(refusal && `HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const origin = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      origin.write(head);
      origin.pipe(socket).pipe(origin);
    });
    origin.on('error', () => socket.destroy());
    socket.on('close', () => origin.destroy());
  });
  proxy.host = `127.0.0.1:${await listen(server)}`;
  return proxy;
}

/** Nothing listens there, so whoever goes that way fails. */
const deadProxy = 'http://127.0.0.1:1';

async function fetchText(env: Env, url: string): Promise<string> {
  const http = createHttp({ env, now: () => 0 });
  const { signal } = new AbortController();
  return (await http.send({ method: 'GET', url, headers: {}, signal })).text();
}

describe('a proxy', () => {
  it.each<[name: string, toEnv: (host: string) => Env]>([
    ['named by HTTP_PROXY', (host) => ({ HTTP_PROXY: `http://${host}` })],
    ['named by http_proxy', (host) => ({ http_proxy: `http://${host}` })],
    ['named without a scheme', (host) => ({ HTTP_PROXY: host })],
    ['in lower case, before one in capitals', (host) => ({ http_proxy: host, HTTP_PROXY: deadProxy })],
    ['in capitals, where the one in lower case is empty', (host) => ({ http_proxy: '', HTTP_PROXY: host })],
  ])('%s carries requests to other machines', async (_, toEnv) => {
    const proxy = await startProxy(await startOrigin());
    expect(await fetchText(toEnv(proxy.host), 'http://copilot.example.test/models')).toBe('origin /models');
    // Many proxies make tunnels to port 443 alone.
    expect(proxy.asked).toEqual(['GET http://copilot.example.test/models']);
  });

  it.each<[name: string, toEnv: (host: string) => Env]>([
    ['HTTPS_PROXY', (host) => ({ HTTPS_PROXY: host, HTTP_PROXY: deadProxy })],
    ['https_proxy', (host) => ({ https_proxy: `http://${host}` })],
    ['HTTP_PROXY, where there is no other', (host) => ({ HTTP_PROXY: host })],
  ])('named by %s makes tunnels for https', async (_, toEnv) => {
    const proxy = await startProxy(1, ['502 Bad Gateway']);
    await expect(fetchText(toEnv(proxy.host), 'https://copilot.example.test/')).rejects.toMatchObject({
      code: 'network',
    });
    expect(proxy.asked).toEqual(['CONNECT copilot.example.test:443']);
  });

  it.each([
    ['me:p%40ss', 'me:p@ss'],
    ['me:p%2', 'me:p%2'],
    ['me', 'me:'],
    ['corp%5Cme:%C3%BC', 'corp\\me:ü'],
  ])('is told the user name and password of its address: %s', async (written, meant) => {
    const proxy = await startProxy(await startOrigin());
    await fetchText({ HTTP_PROXY: `http://${written}@${proxy.host}` }, 'http://copilot.example.test/');
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from(meant).toString('base64')}`]);
  });

  it.each(['127.0.0.1', 'localhost', '127.8.9.10'])('is not used for this machine: %s', async (host) => {
    const url = `http://${host}:${await startOrigin()}/x`;
    const env = { HTTP_PROXY: deadProxy, HTTPS_PROXY: deadProxy };
    expect(await fetchText(env, url)).toBe('origin /x');
  });

  it.each<[name: string, env: Env]>([
    ['NO_PROXY', { NO_PROXY: 'other.test,0.0.0.0' }],
    ['no_proxy', { no_proxy: '0.0.0.0' }],
    ['an empty no_proxy, which hides no NO_PROXY', { no_proxy: '', NO_PROXY: '0.0.0.0' }],
    ['a NO_PROXY for everything', { NO_PROXY: '*' }],
    ['a block of addresses', { NO_PROXY: '10.0.0.0/8, 0.0.0.0/8' }],
  ])('is not used for what %s names', async (_, env) => {
    const url = `http://0.0.0.0:${await startOrigin()}/x`;
    expect(await fetchText({ HTTP_PROXY: deadProxy, ...env }, url)).toBe('origin /x');
  });

  it('is used for what NO_PROXY does not name', async () => {
    const port = await startOrigin();
    const proxy = await startProxy(port);
    await fetchText({ HTTP_PROXY: proxy.host, NO_PROXY: 'other.test' }, `http://0.0.0.0:${port}/x`);
    expect(proxy.asked).toHaveLength(1);
  });

  it.each<[name: string, env: Env]>([
    ['none is named', {}],
    ['one for https is named', { HTTPS_PROXY: deadProxy }],
  ])('is not looked for in the environment of the process where %s', async (_, env) => {
    vi.stubEnv('http_proxy', deadProxy);
    vi.stubEnv('HTTP_PROXY', deadProxy);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await fetchText(env, `http://0.0.0.0:${await startOrigin()}/x`)).toBe('origin /x');
  });

  it.each<[name: string, refusal: string, toEnv: (host: string) => Env, words: RegExp]>([
    [
      'wants a password',
      '407 Proxy Authentication Required',
      (host) => ({ HTTPS_PROXY: host }),
      /HTTPS_PROXY\) requires a user name and a password .*Put them into HTTPS_PROXY: http:\/\/USER:PASSWORD@/,
    ],
    [
      'wants another password',
      '407 Proxy Authentication Required',
      (host) => ({ HTTPS_PROXY: `http://me:CANARY@${host}` }),
      /does not accept its user name and password .*Correct them in HTTPS_PROXY/,
    ],
    [
      'wants another password than that of its user',
      '407 Proxy Authentication Required\r\nproxy-authenticate: Negotiate\r\nproxy-authenticate: Basic realm="x"',
      (host) => ({ https_proxy: `me@${host}` }),
      /does not accept its user name and password .*Correct them in https_proxy/,
    ],
    [
      'speaks no Basic',
      '407 Proxy Authentication Required\r\nproxy-authenticate: Negotiate\r\nproxy-authenticate: NTLM',
      (host) => ({ HTTPS_PROXY: `http://me:CANARY@${host}` }),
      /requires a sign-in other than Basic .*px or cntlm, and set HTTPS_PROXY/,
    ],
    ['forbids the host', '403 Forbidden', (host) => ({ HTTPS_PROXY: host }), /refuses to connect to copilot/],
    [
      'does not find the host',
      '503 Service Unavailable',
      (host) => ({ HTTPS_PROXY: host }),
      /cannot reach copilot\.example\.test \(status 503\)/,
    ],
    [
      'waits for the host in vain',
      '504 Gateway Timeout',
      (host) => ({ HTTPS_PROXY: host }),
      /cannot reach copilot\.example\.test \(status 504\)/,
    ],
  ])('that %s is a network failure that says what to check', async (_, refusal, toEnv, words) => {
    const proxy = await startProxy(1, [refusal]);
    const error = await fetchText(toEnv(proxy.host), 'https://copilot.example.test/').catch(
      (thrown) => thrown,
    );
    const { code, message, hint } = describeError(error);
    expect(code).toBe('network');
    expect(`${message}. ${hint}`).toMatch(words);
    expect(`${message}. ${hint}`).not.toContain('CANARY');
    expect(proxy.asked).toEqual(['CONNECT copilot.example.test:443']);
  });

  it('that hangs up is a network failure at once', async () => {
    const proxy = await startProxy(1, ['', '502 Bad Gateway']);
    await expect(
      fetchText({ HTTPS_PROXY: proxy.host }, 'https://copilot.example.test/'),
    ).rejects.toMatchObject({ code: 'network' });
    expect(proxy.asked).toHaveLength(1);
  });

  it('that is not there is a network failure', async () => {
    await expect(
      fetchText({ HTTPS_PROXY: deadProxy }, 'https://copilot.example.test/'),
    ).rejects.toMatchObject({
      code: 'network',
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
  });
});

describe('a page without TLS', () => {
  it('behind a proxy that is not there is a failure of the proxy', async () => {
    const error = await fetchText({ HTTP_PROXY: deadProxy }, 'http://page.example.test/').catch(
      (thrown) => thrown,
    );
    const { message, hint } = describeError(error);
    expect(message).toBe('the proxy 127.0.0.1:1 (from HTTP_PROXY) does not answer: nothing listens there');
    expect(hint).toContain('Check HTTP_PROXY');
  });

  it('behind a proxy that wants a password is a failure that says where it goes', async () => {
    const port = await listen(createServer((_, response) => void response.writeHead(407).end('no')));
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
    const error = await fetchText(env, 'http://page.example.test/').catch((thrown) => thrown);
    const { message, hint } = describeError(error);
    expect(message).toMatch(/requires a user name and a password/);
    expect(hint).toContain('Put them into HTTP_PROXY');
  });
});

describe('the address of a proxy', () => {
  it.each<[variable: string, value: string]>([
    ['HTTPS_PROXY', 'http://'],
    ['HTTPS_PROXY', 'http://proxy.test:port'],
    ['HTTP_PROXY', 'http://me:CANARY@'],
    ['HTTP_PROXY', 'not a url'],
    ['https_proxy', 'http://proxy test'],
    ['HTTPS_PROXY', 'ftp://proxy.test'],
  ])('that makes no sense is a mistake in the configuration: %s=%s', (variable, value) => {
    let error: unknown;
    try {
      createHttp({ env: { [variable]: value }, now: () => 0 });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'config', exitCode: 3 });
    const { message, hint } = describeError(error);
    expect(message).toContain(variable);
    expect(message + hint).not.toContain('CANARY');
  });
});

describe('a variable that is of no use', () => {
  it.each(['socks://', 'socks4://', 'socks5://', 'socks5h://', 'SOCKS5://'])(
    'names a proxy of %s, and the error says that SOCKS is not supported',
    async (scheme) => {
      const env = { https_proxy: `${scheme}me:CANARY@127.0.0.1:1` };
      const error = await fetchText(env, 'https://copilot.example.test/').catch((thrown) => thrown);
      const { code, message, hint } = describeError(error);
      expect(code).toBe('config');
      expect(message).toBe('https_proxy names a SOCKS proxy, which is not supported');
      expect(hint).toMatch(/^Set https_proxy to the URL of an HTTP proxy/);
      expect(hint).not.toContain('CANARY');
    },
  );

  it.each(['ALL_PROXY', 'all_proxy'])(
    'is %s, and a failure to connect says that it is not read',
    async (name) => {
      const error = await fetchText({ [name]: 'http://127.0.0.1:1' }, 'https://copilot.invalid/').catch(
        (thrown) => thrown,
      );
      expect(describeError(error).hint).toBe(
        `${name} is set, which is not read. Set HTTPS_PROXY to the URL of an HTTP proxy.`,
      );
    },
  );

  it('is not mentioned if a proxy is used', async () => {
    const env = { ALL_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
    const error = await fetchText(env, 'https://copilot.invalid/').catch((thrown) => thrown);
    expect(describeError(error).hint).toMatch(/^Check HTTPS_PROXY/);
  });
});
