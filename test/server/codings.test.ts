import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packReply } from '../../src/server/codings.ts';
import { startTestServer } from '../helpers/api-server.ts';

const long = '{"a":1}'.repeat(10_000);
const pack = (body: string, accepted: string | undefined, remoteAddress: string) =>
  packReply(body, {
    headers: accepted === undefined ? {} : { 'accept-encoding': accepted },
    socket: { remoteAddress } as Socket,
  });

describe('a whole reply', () => {
  it.each(['gzip', 'gzip, deflate, br', 'br;q=1.0, GZIP;q=0.8, *;q=0.1', '*'])(
    'is packed for another machine that accepts %s',
    (accepted) => {
      const packed = pack(long, accepted, '192.0.2.7');
      expect(gunzipSync(packed ?? '').toString()).toBe(long);
      expect(packed?.length).toBeLessThan(long.length / 20);
    },
  );

  it.each([
    ['for this machine', long, 'gzip', '127.0.0.1'],
    ['for this machine, by IPv6', long, 'gzip', '::1'],
    ['for this machine, by an address of both kinds', long, 'gzip', '::ffff:127.0.0.1'],
    ['for a reader that says nothing', long, undefined, '192.0.2.7'],
    ['for a reader of other codings', long, 'br, zstd', '192.0.2.7'],
    ['for a reader that refuses it', long, 'gzip;q=0, identity', '192.0.2.7'],
    ['if it is short', '{}', 'gzip', '192.0.2.7'],
  ])('is not packed %s', (_, body, accepted, address) => {
    expect(pack(body, accepted, address)).toBeUndefined();
  });

  it('and a stream come unpacked to a client on this machine, whatever it accepts', async () => {
    const server = await startTestServer({ answer: { text: 'word '.repeat(20_000) } });
    for (const stream of [false, true]) {
      const body = { model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }], stream };
      const reply = await server.post('/v1/chat/completions', body, { 'accept-encoding': 'gzip, br' });
      expect(reply.headers.get('content-encoding')).toBeNull();
      expect((await reply.text()).length).toBeGreaterThan(100_000);
    }
  });
});
