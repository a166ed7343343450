import { request as rawRequest } from 'node:http';
import { expect, test } from 'vitest';
import type { Simulator } from './simulator.ts';
import {
  callCopilot,
  createChat,
  oauthToken,
  openSimulator,
  type ReceivedEvent,
  readEvents,
} from './test-client.ts';
import type { Transport } from './transport.ts';

const answer = { text: ['Grüße, ', '日本 ', '👍'] };

async function stream(simulator: Simulator): Promise<Response> {
  return callCopilot(simulator, '/chat/completions', { body: createChat('gpt-4.1') });
}

async function listEvents(transport: Transport): Promise<ReceivedEvent[]> {
  return readEvents(await stream(await openSimulator({ answer, transport })));
}

/** The chunks in which the body arrives. */
async function listPackets(simulator: Simulator): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${oauthToken}` };
    const request = rawRequest(`${simulator.urls.copilot}/chat/completions`, { method: 'POST', headers });
    request.on('error', reject);
    request.on('response', (response) => {
      const packets: Buffer[] = [];
      response.on('data', (packet: Buffer) => packets.push(packet));
      response.on('end', () => resolve(packets));
    });
    request.end(JSON.stringify(createChat('gpt-4.1')));
  });
}

function joinContent(events: ReceivedEvent[]): string {
  const chunks = events.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data));
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

test.each([1, 3, 7])('packets of %i bytes cut lines and letters', async (packetBytes) => {
  const simulator = await openSimulator({ answer, transport: { packetBytes } });
  const packets = await listPackets(simulator);
  expect(packets.slice(0, -1).every((packet) => packet.length === packetBytes)).toBe(true);
  expect(packets.some((packet) => packet.toString('utf8').includes('\uFFFD'))).toBe(true);
  const text = Buffer.concat(packets).toString('utf8');
  expect(joinContent(await readEvents(new Response(text)))).toBe('Grüße, 日本 👍');
});

test('lines can end with CRLF, and comments can stand between events', async () => {
  const simulator = await openSimulator({ answer, transport: { crlf: true, comments: true } });
  const text = await (await stream(simulator)).text();
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(text).toContain(': keep-alive\r\n\r\ndata: ');
});

test('packets can drip', async () => {
  const events = await listEvents({ dripMs: 1 });
  expect(joinContent(events)).toBe('Grüße, 日本 👍');
});

test('a stream can end cleanly after some events, before the finish, or without [DONE]', async () => {
  const all = await listEvents({});
  expect(await listEvents({ cutAfterEvents: 3 })).toHaveLength(3);
  const unfinished = await listEvents({ cutBeforeFinish: true });
  expect(unfinished).toHaveLength(all.length - 2);
  expect(joinContent(unfinished)).toBe('Grüße, 日本 👍');
  const withoutDone = await listEvents({ omitDone: true });
  expect(withoutDone.map(({ data }) => data)).not.toContain('[DONE]');
  expect(withoutDone).toHaveLength(all.length - 1);
});

test('a connection can be reset in the middle of a stream, after what came before has arrived', async () => {
  const simulator = await openSimulator({ answer, transport: { resetAfterEvents: 3 } });
  const response = await stream(simulator);
  let text = '';
  const decoder = new TextDecoder();
  const read = async () => {
    for await (const packet of response.body ?? []) text += decoder.decode(packet, { stream: true });
  };
  await expect(read()).rejects.toThrow('terminated');
  expect(await readEvents(new Response(text))).toHaveLength(3);
  expect(simulator.requests[0]?.closedByClient).toBeUndefined();
});

test('one event can be broken JSON', async () => {
  const events = await listEvents({ malformedAt: 2 });
  expect(() => JSON.parse(events[2]?.data ?? '')).toThrow(SyntaxError);
  expect(() => JSON.parse(events[3]?.data ?? '')).not.toThrow();
});

const chat = createChat('gpt-5-mini');
const dialects: [string, Record<string, unknown>, object][] = [
  ['/chat/completions', chat, { error: { code: 'server_error' } }],
  ['/responses', { model: 'gpt-5-mini', input: 'Hi', stream: true }, { type: 'error', code: 'server_error' }],
  [
    '/v1/messages',
    { ...chat, model: 'claude-haiku-4.5', max_tokens: 100 },
    { type: 'error', error: { type: 'api_error' } },
  ],
];

test.each(dialects)(
  'an error in the middle of %s has the shape of its dialect',
  async (path, body, error) => {
    const simulator = await openSimulator({ transport: { errorEventAt: 2 } });
    const events = await readEvents(await callCopilot(simulator, path, { body }));
    expect(events).toHaveLength(3);
    expect(JSON.parse(events[2]?.data ?? '')).toMatchObject(error);
  },
);

test('an error in the middle of a stream can say anything', async () => {
  const events = await listEvents({ errorEventAt: 1, errorBody: { error: 'no shape at all' } });
  expect(JSON.parse(events[1]?.data ?? '')).toEqual({ error: 'no shape at all' });
});

test('a large answer waits for a slow reader instead of filling the memory', async () => {
  let produced = 0;
  function* produce(): Generator<string> {
    for (; produced < 100_000; produced += 1) yield `${'x'.repeat(49)} `;
  }
  const simulator = await openSimulator({ answer: { text: produce() } });
  const response = await stream(simulator);
  const reader = response.body?.getReader();
  await reader?.read();
  expect(produced).toBeLessThan(50_000);
  let bytes = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.length;
  }
  expect(produced).toBe(100_000);
  expect(bytes).toBeGreaterThan(5_000_000);
});

test('pauses come before the headers and between the deltas', async () => {
  const simulator = await openSimulator({ answer: { ...answer, firstDelayMs: 30, deltaDelayMs: 10 } });
  const start = performance.now();
  const response = await stream(simulator);
  expect(performance.now() - start).toBeGreaterThan(25);
  await response.text();
  expect(performance.now() - start).toBeGreaterThan(50);
});
