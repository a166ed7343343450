import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Cli, Run } from './cli.ts';

/** An authorization server and a protected MCP server, each on an origin of its own, by hand. */
export type ProtectedServer = {
  /** Of the MCP server. */
  url: string;
  issuer: string;
  counts: { registrations: number; codes: number; refreshes: number; calls: number };
  /** Every `authorization` header that reached the authorization server. */
  strayed: string[];
  /** The access tokens that are good now. */
  tokens: Set<string>;
  /** Refuses all tokens, and all refresh tokens, too. */
  revoke(): void;
};

type ProtectedOptions = {
  /** Of an access token, in seconds. */
  expiresIn?: number;
  /** Whether clients may register themselves. */
  registers?: boolean;
  /** What the person answers on the page. */
  denies?: boolean;
  /** What the redirect says about who sends it. */
  iss?: string;
  /** The page that is named for the sign-in. */
  page?: string;
};

/** The word by which a test sees that no token is printed or kept in the wrong place. */
export const tokenMark = 'CANARY';

/** Does what a browser does: follows all redirects. */
export async function browse(page: URL): Promise<void> {
  await (await fetch(page)).text();
}

/** `mcp login`, with somebody who opens the page that it shows. */
export async function signInByPage(cli: Cli, server: string): Promise<Run> {
  const { child, done } = cli.start(['mcp', 'login', server]);
  let shown = '';
  for await (const chunk of child.stderr ?? []) {
    shown += chunk;
    const [page] = /http:\S+\/authorize\S+(?=\n)/.exec(shown) ?? [];
    if (page === undefined) continue;
    await browse(new URL(page));
    break;
  }
  return done;
}

export async function startProtectedServer(options: ProtectedOptions = {}): Promise<ProtectedServer> {
  const { expiresIn = 3600, registers = true, denies = false } = options;
  const counts = { registrations: 0, codes: 0, refreshes: 0, calls: 0 };
  const strayed: string[] = [];
  const tokens = new Set<string>();
  const refreshTokens = new Set<string>();
  const codes = new Map<string, { challenge: string; redirect: string; client: string }>();
  const clients = new Map<string, string[]>();

  const issue = (response: ServerResponse): void => {
    const [access, refresh] = [`${tokenMark}-access-${randomUUID()}`, `${tokenMark}-refresh-${randomUUID()}`];
    tokens.add(access);
    refreshTokens.add(refresh);
    sendJson(response, 200, {
      access_token: access,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refresh,
    });
  };

  const authority = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (request.headers.authorization !== undefined) strayed.push(request.headers.authorization);
    const body = await readBody(request);
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /.well-known/oauth-authorization-server':
        return sendJson(response, 200, {
          issuer,
          authorization_endpoint: options.page ?? `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          ...(registers && { registration_endpoint: `${issuer}/register` }),
          response_types_supported: ['code'],
          grant_types_supported: ['authorization_code', 'refresh_token'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['none'],
          authorization_response_iss_parameter_supported: true,
        });
      case 'POST /register': {
        counts.registrations += 1;
        const given = JSON.parse(body);
        const id = `client-${counts.registrations}`;
        clients.set(id, given.redirect_uris);
        return sendJson(response, 201, { ...given, client_id: id });
      }
      case 'GET /authorize': {
        const values = url.searchParams;
        const [client = '', redirect = ''] = [
          values.get('client_id') ?? '',
          values.get('redirect_uri') ?? '',
        ];
        if (!clients.get(client)?.includes(redirect) || values.get('code_challenge_method') !== 'S256')
          return sendJson(response, 400, { error: 'invalid_request' });
        if (values.get('resource') !== mcpUrl) return sendJson(response, 400, { error: 'invalid_target' });
        const back = new URL(redirect);
        const code = randomUUID();
        if (denies) back.searchParams.set('error', 'access_denied');
        else {
          back.searchParams.set('code', code);
          codes.set(code, { challenge: values.get('code_challenge') ?? '', redirect, client });
        }
        back.searchParams.set('state', values.get('state') ?? '');
        back.searchParams.set('iss', options.iss ?? issuer);
        response.writeHead(302, { location: back.href }).end();
        return undefined;
      }
      case 'POST /token': {
        const values = new URLSearchParams(body);
        if (values.get('grant_type') === 'refresh_token') {
          counts.refreshes += 1;
          // A refresh token is good once.
          if (!refreshTokens.delete(values.get('refresh_token') ?? ''))
            return sendJson(response, 400, { error: 'invalid_grant' });
          return issue(response);
        }
        const code = codes.get(values.get('code') ?? '');
        codes.delete(values.get('code') ?? '');
        const challenge = createHash('sha256')
          .update(values.get('code_verifier') ?? '')
          .digest('base64url');
        const isGood =
          code?.challenge === challenge &&
          code.redirect === values.get('redirect_uri') &&
          code.client === values.get('client_id');
        if (!isGood) return sendJson(response, 400, { error: 'invalid_grant' });
        counts.codes += 1;
        return issue(response);
      }
      default:
        return sendJson(response, 404, { error: 'not_found' });
    }
  });
  const issuer = await listen(authority);

  const protectedServer = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', mcpUrl);
    if (url.pathname.startsWith('/.well-known/oauth-protected-resource'))
      return sendJson(response, 200, { resource: mcpUrl, authorization_servers: [issuer] });
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!tokens.has(token)) {
      response.setHeader(
        'www-authenticate',
        `Bearer error="invalid_token", resource_metadata="${new URL('/.well-known/oauth-protected-resource/mcp', mcpUrl)}"`,
      );
      return sendJson(response, 401, { error: 'invalid_token' });
    }
    if (request.method !== 'POST') return sendJson(response, 405, {});
    const { id, method, params } = JSON.parse(await readBody(request));
    if (id === undefined) return sendJson(response, 202, {});
    return sendJson(response, 200, { jsonrpc: '2.0', id, result: answer(method, params) });
  });
  const answer = (method: string, params: { protocolVersion?: string }): Record<string, unknown> => {
    if (method === 'initialize')
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'protected', version: '1' },
      };
    if (method === 'tools/list') return { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] };
    counts.calls += 1;
    return { content: [{ type: 'text', text: 'somebody' }] };
  };
  const mcpUrl = `${await listen(protectedServer)}/mcp`;

  return {
    url: mcpUrl,
    issuer,
    counts,
    strayed,
    tokens,
    revoke() {
      tokens.clear();
      refreshTokens.clear();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, status: number, value: unknown): undefined {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  return undefined;
}
