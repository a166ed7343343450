import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../helpers/api-server.ts';
import type { Transport } from '../../simulator/transport.ts';
import { createBody, createClients, pairs } from './callers.ts';
import { parseStream, parseWhole } from './parse.ts';

const text = Array.from({ length: 12 }, (_, index) => `word${index} `);
/** Behind the first words in all dialects, and before the last. */
const place = 9;
const breaks: [string, Transport][] = [
  ['that ends before its end', { cutBeforeFinish: true, omitDone: true }],
  ['that ends in the middle', { cutAfterEvents: place }],
  ['whose connection breaks', { resetAfterEvents: place }],
  ['with a broken event', { malformedAt: place }],
  ['with an error of the service', { errorEventAt: place }],
];
/** Nothing of these may be said where the answer did not end. */
const ends = /"(?:stop|end_turn|length)"|response\.completed|response\.incomplete|message_stop|\[DONE\]/;

describe.each(pairs)('$caller of $model', ({ model, caller }) => {
  it.each(breaks)('throw at a stream %s', async (_, transport) => {
    const server = await startTestServer({ answer: { text }, transport });
    const clients = createClients(server);
    const body = createBody(caller, model);
    await expect(parseStream[caller](clients, body), 'streamed').rejects.toThrow();
    await expect(parseWhole[caller](clients, body), 'whole').rejects.toMatchObject({
      status: expect.any(Number),
    });
    const path = { 'chat-completions': '/chat/completions', responses: '/responses', messages: '/messages' };
    const raw = await (await server.post(`/v1${path[caller]}`, { ...body, stream: true })).text();
    expect(raw).toContain('word3');
    expect(raw).toMatch(/error/);
    expect(raw).not.toMatch(ends);
    for (const { status } of server.records) expect(status).toBeGreaterThanOrEqual(400);
  });
});
