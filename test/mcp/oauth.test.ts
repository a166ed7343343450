import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signInToServer } from '../../src/mcp/oauth/sign-in.ts';
import {
  browse,
  type ProtectedServer,
  startProtectedServer,
  tokenMark,
} from '../helpers/authorization-server.ts';
import { createFolder } from '../helpers/folder.ts';
import {
  callTool,
  createTestContext,
  makeServer,
  openTestHost,
  type TestHost,
  textOf,
} from '../helpers/mcp.ts';

const signIn = (
  folder: string,
  server: ProtectedServer,
  onPage: (page: URL) => void | Promise<void> = browse,
): Promise<boolean> => signInToServer(createTestContext({ folder }), { url: new URL(server.url), onPage });

const open = (folder: string, server: ProtectedServer, now = Date.now): TestHost =>
  openTestHost([makeServer('safe', { url: server.url })], { folder, now });

describe('The sign-in to a server', () => {
  it('goes by way of the browser, and its tokens are in a file that nobody else can read', async () => {
    const [server, folder] = [await startProtectedServer(), createFolder()];

    expect(await signIn(folder, server)).toBe(true);

    const host = open(folder, server);
    expect(textOf(await callTool(host, 'whoami'))).toBe('somebody');
    const file = join(folder, 'credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(tokenMark);
    expect(JSON.stringify([host.states(), host.logs])).not.toContain(tokenMark);
    expect(server.counts).toMatchObject({ registrations: 1, codes: 1, refreshes: 0 });
    // No access token goes to anybody but the server.
    expect(server.strayed).toEqual([]);
  });

  it('is asked for by nobody but the person: a server without one waits, and registers no client', async () => {
    const server = await startProtectedServer();
    const host = open(createFolder(), server);

    expect(await host.tools()).toEqual([]);

    expect(host.states()[0]).toMatchObject({ status: 'sign-in', problem: 'you have to sign in' });
    expect(server.counts.registrations).toBe(0);
  });

  it('is not for another URL, even at the same host', async () => {
    const [server, folder] = [await startProtectedServer(), createFolder()];
    await signIn(folder, server);
    const host = openTestHost([makeServer('other', { url: server.url.replace('/mcp', '/other') })], {
      folder,
    });

    await host.tools();

    expect(host.states()[0]?.status).toBe('sign-in');
  });

  it('that the person refuses is an error with the reason', async () => {
    const server = await startProtectedServer({ denies: true });

    await expect(signIn(createFolder(), server)).rejects.toMatchObject({
      code: 'auth_required',
      message: 'the sign-in was refused: access_denied',
    });
  });

  it.each(['vscode://x/y', 'ssh://-oProxyCommand=x/', 'file://host/x', 'http://example.com/authorize'])(
    'shows no page that is not on the web: %s',
    async (page) => {
      const shown: string[] = [];
      const signing = signIn(createFolder(), await startProtectedServer({ page }), ({ href }) => {
        shown.push(href);
      });
      await expect(signing).rejects.toMatchObject({
        code: 'auth_required',
        message: expect.stringContaining('not on the web'),
      });
      expect(shown).toEqual([]);
    },
  );

  it('takes no answer of another authorization server', async () => {
    const server = await startProtectedServer({ iss: 'https://evil.example' });

    await expect(signIn(createFolder(), server)).rejects.toMatchObject({ code: 'auth_required' });
    expect(server.counts.codes).toBe(0);
  });

  it('takes no answer that it did not ask for', async () => {
    const [server, folder] = [await startProtectedServer(), createFolder()];
    const statuses: number[] = [];

    await signIn(folder, server, async (page) => {
      const back = new URL(page.searchParams.get('redirect_uri') ?? '');
      for (const query of ['code=stolen', 'code=stolen&state=wrong', '']) {
        back.search = query;
        statuses.push((await fetch(back)).status);
      }
      statuses.push((await fetch(new URL('/', back))).status);
      await browse(page);
    });

    expect(statuses).toEqual([404, 404, 404, 404]);
    expect(server.counts.codes).toBe(1);
  });

  it('says what to do where a client cannot register itself', async () => {
    const server = await startProtectedServer({ registers: false });

    await expect(signIn(createFolder(), server)).rejects.toMatchObject({
      code: 'auth_required',
      message: expect.stringMatching(/^the sign-in failed: .*registration/),
    });
  });
});

describe('A sign-in to a server that is silent', () => {
  /** Answers nothing, or demands a sign-in and is silent from then on. */
  async function startSilent({ demands }: { demands: boolean }): Promise<URL> {
    const server = createServer((request, response) => {
      if (!demands || request.method !== 'POST') return;
      const metadata = new URL('/metadata', `http://${request.headers.host}`);
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  }

  it.each([
    ['from the beginning', false],
    ['where its sign-in is described', true],
  ])('ends, and says who did not answer: %s', async (_, demands) => {
    const url = await startSilent({ demands });
    const signing = signInToServer(createTestContext({ folder: createFolder() }), {
      url,
      onPage: () => {},
      answerMs: 300,
    });
    await expect(signing).rejects.toMatchObject({
      code: 'timeout',
      message: `${url.host} did not answer the sign-in within 0.3 s`,
    });
  });
});

describe('OAuth asked again in each terminal', () => {
  it('tokens are renewed before they end, once for all processes', async () => {
    const [server, folder] = [await startProtectedServer({ expiresIn: 3600 }), createFolder()];
    await signIn(folder, server);
    const before = [...server.tokens];
    const now = (): number => Date.now() + 3_590_000;
    const hosts = [1, 2, 3, 4].map(() => open(folder, server, now));

    const texts = await Promise.all(hosts.map(async (host) => textOf(await callTool(host, 'whoami'))));

    expect(texts).toEqual(['somebody', 'somebody', 'somebody', 'somebody']);
    expect(server.counts).toMatchObject({ registrations: 1, codes: 1, refreshes: 1 });
    // The old one was still good.
    expect([...server.tokens]).toEqual(expect.arrayContaining(before));
  });

  it('a token that the server no longer takes is renewed once for all', async () => {
    const [server, folder] = [await startProtectedServer(), createFolder()];
    await signIn(folder, server);
    const hosts = [1, 2, 3, 4].map(() => open(folder, server));
    await Promise.all(hosts.map((host) => host.tools()));
    server.tokens.clear();

    const texts = await Promise.all(hosts.map(async (host) => textOf(await callTool(host, 'whoami'))));

    expect(texts).toEqual(['somebody', 'somebody', 'somebody', 'somebody']);
    expect(server.counts).toMatchObject({ codes: 1, refreshes: 1 });
  });

  it('a sign-in that is over asks to sign in again, and a new one is found without a restart of the others', async () => {
    const [server, folder] = [await startProtectedServer(), createFolder()];
    await signIn(folder, server);
    const host = open(folder, server);
    await host.tools();
    server.revoke();

    await expect(callTool(host, 'whoami')).rejects.toThrow('the user has to sign in to this server first');
    expect(host.states()[0]?.status).toBe('sign-in');

    await signIn(folder, server);
    await host.restart('safe');
    expect(textOf(await callTool(host, 'whoami'))).toBe('somebody');
  });
});
