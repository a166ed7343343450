import { describe, expect, it } from 'vitest';
import { createFetch } from '../../src/mcp/http-fetch.ts';
import { createServerAuth } from '../../src/mcp/oauth/server-auth.ts';
import { signInToServer } from '../../src/mcp/oauth/sign-in.ts';
import { openTokenStore } from '../../src/mcp/oauth/token-store.ts';
import { createFolder } from '../helpers/folder.ts';
import { createTestContext } from '../helpers/mcp.ts';

type Places = {
  server?: string;
  resourceMetadata?: string;
  issuer?: string;
  page?: string;
  registration?: string;
  token?: string;
};

const publicServer = 'https://mcp.example/mcp';
const publicIssuer = 'https://login.example';

const describeIssuer = ({ issuer = publicIssuer, ...places }: Places) => ({
  issuer,
  authorization_endpoint: places.page ?? `${issuer}/authorize`,
  token_endpoint: places.token ?? `${issuer}/token`,
  registration_endpoint: places.registration ?? `${issuer}/register`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none'],
});

/** A protected server and its authorization server on hosts of any name, without a network. Everybody answers everything. */
function createFakeWeb(places: Places) {
  const { server = publicServer, issuer = publicIssuer } = places;
  const resourceMetadata =
    places.resourceMetadata ?? new URL('/.well-known/oauth-protected-resource', server).href;
  const asked: string[] = [];
  const answer = (url: URL): { status: number; headers?: Record<string, string>; value: unknown } => {
    if (url.href === server)
      return {
        status: 401,
        headers: { 'www-authenticate': `Bearer resource_metadata="${resourceMetadata}"` },
        value: {},
      };
    if (url.pathname.includes('oauth-protected-resource'))
      return { status: 200, value: { resource: server, authorization_servers: [issuer] } };
    if (url.pathname.includes('/.well-known/')) return { status: 200, value: describeIssuer(places) };
    if (url.pathname === '/token')
      return { status: 200, value: { access_token: 'a', token_type: 'Bearer', refresh_token: 'r' } };
    return { status: 201, value: { client_id: 'client', redirect_uris: ['http://127.0.0.1/callback'] } };
  };
  const context = createTestContext({ folder: createFolder() });
  const loadHttp = async () => {
    const http = await context.loadHttp();
    const send: typeof http.send = async ({ url }) => {
      asked.push(url);
      const { status, headers, value } = answer(new URL(url));
      return {
        status,
        headers: { 'content-type': 'application/json', ...headers },
        body: (async function* () {
          yield Buffer.from(JSON.stringify(value));
        })(),
        discard: async () => {},
      } as unknown as Awaited<ReturnType<typeof http.send>>;
    };
    return { ...http, send };
  };
  return { asked, context: { ...context, loadHttp } };
}

/** The person agrees on the page. */
async function agree(page: URL): Promise<void> {
  const back = new URL(page.searchParams.get('redirect_uri') ?? '');
  back.searchParams.set('code', 'code');
  back.searchParams.set('state', page.searchParams.get('state') ?? '');
  await (await fetch(back)).text();
}

describe('A server that asks for a sign-in', () => {
  const inside = 'is on this machine or in a private network';
  const plain = 'is not encrypted';

  it.each<[part: keyof Places, place: string, reason: string, server?: string]>([
    ['registration', 'http://127.0.0.1:8080/auth/logout', inside],
    ['registration', 'https://[::ffff:192.168.0.1]/register', inside],
    ['registration', 'http://login.example/register', plain],
    ['registration', 'http://login.example/register', plain, 'http://127.0.0.1:8080/mcp'],
    ['token', 'https://localhost:2375/token', inside],
    ['issuer', 'https://10.0.0.1', inside],
    ['issuer', 'http://a.localhost:8080', inside],
    ['issuer', 'https://10.0.0.2', inside, 'https://10.0.0.1/mcp'],
    ['page', 'http://127.0.0.1:8080/authorize', inside],
  ])('may not name as its %s the URL %s, which %s', async (part, place, reason, server = publicServer) => {
    const { asked, context } = createFakeWeb({ server, [part]: place });
    const shown: string[] = [];
    const signing = signInToServer(context, {
      url: new URL(server),
      onPage(page) {
        shown.push(page.href);
        return agree(page);
      },
    });

    const { origin } = new URL(place);
    await expect(signing).rejects.toMatchObject({
      code: 'auth_required',
      message: expect.stringMatching(/^the server sends the sign-in to .*; nothing was sent there$/),
    });
    await expect(signing).rejects.toThrow(`to ${origin}`);
    await expect(signing).rejects.toThrow(`which ${reason};`);
    expect([...asked, ...shown].filter((url) => new URL(url).origin === origin)).toEqual([]);
  });

  it('may not name its own metadata there, which is the reason if the sign-in fails without them', async () => {
    const { asked, context } = createFakeWeb({ resourceMetadata: 'http://169.254.169.254/meta' });
    const signing = signInToServer(context, { url: new URL(publicServer), onPage: agree });

    await expect(signing).rejects.toThrow('the server sends the sign-in to http://169.254.169.254/meta');
    expect(asked).not.toContain('http://169.254.169.254/meta');
  });

  it.each([
    [publicServer, publicIssuer],
    ['http://127.0.0.1:8080/mcp', 'http://localhost:8081'],
    ['http://127.0.0.1:8080/mcp', publicIssuer],
    ['https://10.0.0.1/mcp', 'https://10.0.0.1:8443'],
  ])('at %s may send the person to %s', async (server, issuer) => {
    const { asked, context } = createFakeWeb({ server, issuer });

    expect(await signInToServer(context, { url: new URL(server), onPage: agree })).toBe(true);

    expect(asked).toEqual(expect.arrayContaining([`${issuer}/register`, `${issuer}/token`]));
  });

  it('may not have its token renewed there, either', async () => {
    const { asked, context } = createFakeWeb({});
    const url = new URL(publicServer);
    await openTokenStore(context.secrets, url).write({
      client: { client_id: 'client', issuer: publicIssuer },
      tokens: { access_token: 'a', token_type: 'Bearer', refresh_token: 'r', issuer: publicIssuer },
      discovery: {
        authorizationServerUrl: publicIssuer,
        resourceMetadata: { resource: publicServer },
        authorizationServerMetadata: describeIssuer({ token: 'http://127.0.0.1:2375/token' }),
      },
    });
    const http = await context.loadHttp();
    const fetch = createFetch({ http, signal: context.signal, origin: url.origin, headers: {} });
    const auth = createServerAuth(context, { url, fetch });
    expect(await auth.token()).toBe('a');
    const renewing = auth.onUnauthorized?.({
      response: new Response(null, { status: 401 }),
      serverUrl: url,
      fetchFn: fetch,
    });

    await expect(renewing).rejects.toMatchObject({
      code: 'auth_required',
      message: expect.stringContaining('http://127.0.0.1:2375/token'),
    });
    expect(asked).toEqual([]);
  });
});
