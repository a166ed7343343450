import { expect, it } from 'vitest';
import { startTestServer } from '../../helpers/api-server.ts';
import { sampled } from '../../helpers/sampled.ts';
import type { Transport } from '../../simulator/transport.ts';
import { createBody, createClients, pairs } from './callers.ts';
import { answers } from './fixtures.ts';
import { parseStream, parseWhole } from './parse.ts';

const transports: [string, Transport][] = [
  ['byte by byte', { packetBytes: 1 }],
  ['in pieces, with CRLF and comments', { packetBytes: 37, crlf: true, comments: true }],
];
const names = ['everything', 'text', 'calls', 'length'];

sampled.describe.each(pairs)('$caller of $model', ({ model, caller }) => {
  it.each(transports)('say the same in a stream that comes %s as in one piece', async (_, transport) => {
    const server = await startTestServer();
    const clients = createClients(server);
    const body = createBody(caller, model);
    for (const name of names) {
      server.simulator.state.answer = answers[name] ?? {};
      server.simulator.state.transport = {};
      const whole = await parseWhole[caller](clients, body);
      server.simulator.state.transport = transport;
      const streamed = await parseStream[caller](clients, body);
      // Gemini seals its calls anew every time.
      const isSealedAnew = whole.seal !== '' && answers[name]?.reasoningOpaque === undefined;
      expect(isSealedAnew ? { ...streamed, seal: whole.seal } : streamed, name).toEqual(whole);
      expect(whole.text, name).toBe([...(answers[name]?.text ?? '')].join(''));
      expect(whole.calls, name).toHaveLength(answers[name]?.toolCalls?.length ?? 0);
    }
    expect(server.records.map(({ status }) => status)).toEqual(names.flatMap(() => [200, 200]));
    expect(server.records.map(({ usage }) => usage?.outputTokens)).toEqual(names.flatMap(() => [9, 9]));
  });
});
