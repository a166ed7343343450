import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';
import { ask } from './attacks/ask.ts';

const addresses = Object.values(networkInterfaces()).flatMap((list = []) =>
  list.map(({ address }) => address),
);
const hasSix = addresses.includes('::1');

const toSix = (url: string): string => url.replace('127.0.0.1', '[::1]');

describe.skipIf(!hasSix)('a server for this machine', () => {
  it.each(['127.0.0.1', 'localhost'])('on %s answers on both of its addresses', async (host) => {
    const server = await startTestServer({ server: { host } });
    const { port } = new URL(server.url);
    for (const name of ['127.0.0.1', '[::1]']) {
      expect((await ask(`http://${name}:${port}/v1/models`)).status, name).toBe(200);
    }
  });

  it('keeps its key and its guard on both', async () => {
    const server = await startTestServer({ server: { apiKey: 'secret-key' } });
    const url = toSix(server.url);
    expect((await ask(`${url}/v1/models`)).status).toBe(401);
    const headers = { 'x-api-key': 'secret-key', origin: 'https://evil.example' };
    expect((await ask(`${url}/v1/models`, { headers })).status).toBe(403);
  });

  it('ends on both', async () => {
    const server = await startTestServer();
    await server.close();
    for (const url of [server.url, toSix(server.url)])
      await expect(ask(`${url}/healthz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('starts, and says so, if another program has the second address', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '::1', resolve));
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const server = await startTestServer({ server: { port } });
    expect((await ask(`${server.url}/healthz`)).status).toBe(200);
    expect(server.logged()).toContain(`[::1]:${port}`);
  });

  it('does not take the second address for a host that is meant alone', async () => {
    const server = await startTestServer({ server: { host: '127.0.0.2' } });
    const url = server.url.replace('127.0.0.2', '[::1]');
    await expect(ask(`${url}/healthz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
