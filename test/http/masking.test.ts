import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { Secret } from '../../src/secret.ts';

const secret = new Secret('nothing-like-a-token-CANARY-0123456789');
const capBytes = 64 * 1024;

/** The text of an answer that a server sends in these packets to a request which carried the secret. */
async function fetchText(packets: string[]): Promise<string> {
  const server = createServer(async (_, response) => {
    for (const packet of packets) {
      if (!response.write(packet)) await once(response, 'drain');
    }
    response.end();
  });
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await createHttp({ env: {}, now: () => 0 }).send({
    method: 'GET',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    authorization: { scheme: 'Bearer', secret },
    signal: new AbortController().signal,
  });
  return response.text();
}

describe('the secret that was sent', () => {
  it('is masked in the text of an answer wherever its packets are cut', async () => {
    const value = secret.expose();
    for (const cut of [1, 10, value.length - 1]) {
      const packets = [`you sent ${value.slice(0, cut)}`, `${value.slice(cut)}, which is wrong`];
      expect(await fetchText(packets)).toBe('you sent [secret], which is wrong');
    }
  });

  it('is masked where control characters cut it', async () => {
    const value = secret.expose();
    expect(await fetchText([`${value.slice(0, 9)}\u0007${value.slice(9)}`])).toBe('[secret]');
  });

  it('is masked where the text is cut in the middle of it', async () => {
    const value = secret.expose();
    for (const kept of [8, 20, value.length - 1]) {
      const text = await fetchText([`${'x'.repeat(capBytes - kept)}${value}`]);
      expect(text.length, `${kept} characters inside`).toBeLessThanOrEqual(capBytes);
      expect(text).not.toContain(value.slice(0, 8));
    }
  });
});
