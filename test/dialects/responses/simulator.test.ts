import { expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import {
  type ChatRequest,
  createTextMessage,
  type ImagePart,
  type Message,
} from '../../../src/dialects/chat-request.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { callCopilot, openSimulator } from '../../simulator/test-client.ts';
import { readPackets, traits } from './streams.ts';

const model = 'gpt-5.4-mini';
const user = createTextMessage('user', 'Hello');
const parameters = { type: 'object', properties: {} };
const image: ImagePart = { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } };
const reasoning: ChatRequest['reasoning'] = { effort: 'medium', summary: 'detailed' };

async function ask(simulator: Simulator, fields: Partial<ChatRequest> = {}): Promise<ChatEvent[]> {
  const { body, headers } = responses.writeRequest({ model, messages: [user], ...fields }, traits);
  const response = await callCopilot(simulator, '/responses', { body, headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${response.status} ${new TextDecoder().decode(bytes)}`);
  return readPackets([bytes]);
}

const toText = (events: ChatEvent[]): string =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

/** A reply as the message that the next request replays. */
function toMessage(events: ChatEvent[]): Message {
  const parts: Extract<Message, { role: 'assistant' }>['parts'] = [];
  for (const event of events) {
    const last = parts.at(-1);
    if (event.type === 'text-delta') {
      if (last?.type === 'text') last.text += event.text;
      else parts.push({ type: 'text', text: event.text });
    } else if (event.type === 'reasoning-delta') {
      const part = last?.type === 'reasoning' ? last : { type: 'reasoning' as const, text: '', model };
      if (part !== last) parts.push(part);
      part.text += event.text;
      if (event.opaque !== undefined) part.opaque = event.opaque;
    } else if (event.type === 'tool-call-delta') {
      if (event.id !== undefined && event.name !== undefined)
        parts.push({ type: 'tool-call', id: event.id, name: event.name, arguments: '' });
      const call = parts.at(-1);
      if (call?.type === 'tool-call') call.arguments += event.arguments;
    }
  }
  return { role: 'assistant', parts };
}

it('a text is answered by a text, with its usage and its price', async () => {
  const simulator = await openSimulator({
    answer: { text: ['Grüße, ', '世界 👋'], usage: { inputTokens: 9, cachedInputTokens: 4 } },
  });
  const events = await ask(simulator, { maxOutputTokens: 1 });
  expect(events[0]).toMatchObject({
    type: 'start',
    id: expect.any(String),
    model: expect.stringContaining(model),
  });
  expect(toText(events)).toBe('Grüße, 世界 👋');
  expect(events.at(-2)).toMatchObject({
    type: 'usage',
    usage: { inputTokens: 9, cachedInputTokens: 4, credits: expect.any(Number) },
  });
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
});

it('an image is sent with its header, from the user and from a tool', async () => {
  const simulator = await openSimulator({ answer: { text: 'A dot' } });
  const call = { type: 'tool-call' as const, id: 'call_1', name: 'look', arguments: '{}' };
  const fromTool: Message[] = [
    user,
    { role: 'assistant', parts: [call] },
    { role: 'tool', callId: 'call_1', parts: [image], isError: false },
  ];
  expect(toText(await ask(simulator, { messages: [{ role: 'user', parts: [image] }] }))).toBe('A dot');
  expect(toText(await ask(simulator, { messages: fromTool }))).toBe('A dot');
  expect(simulator.requestsTo('/responses').map(({ headers }) => headers['copilot-vision-request'])).toEqual([
    'true',
    'true',
  ]);
});

it('thinking, two calls at once and their results go back as they came', async () => {
  const toolCalls = [
    { id: 'call_1', name: 'read', arguments: '{"path":"a"}' },
    { id: 'call_2', name: 'now', arguments: '' },
  ];
  const simulator = await openSimulator({
    answer: { reasoning: ['Hm ', 'hm'], text: 'Let me look.', toolCalls },
  });
  const tools = [
    { name: 'read', parameters: { type: 'object' } },
    { name: 'now', parameters },
  ];
  const events = await ask(simulator, { tools, toolChoice: 'auto', parallelToolCalls: true, reasoning });
  const reply = toMessage(events);
  expect(reply.parts).toMatchObject([
    { type: 'reasoning', text: 'Hm hm', opaque: expect.any(String) },
    { type: 'text', text: 'Let me look.' },
    { type: 'tool-call', id: 'call_1', name: 'read', arguments: '{"path":"a"}' },
    { type: 'tool-call', id: 'call_2', name: 'now' },
  ]);
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });

  simulator.state.answer = { text: 'Done.' };
  simulator.state.connection = 'connection-2';
  const result = (callId: string): Message => ({
    role: 'tool',
    callId,
    parts: [{ type: 'text', text: 'ok' }],
    isError: false,
  });
  const next = await ask(simulator, {
    tools,
    reasoning,
    messages: [user, reply, result('call_1'), result('call_2')],
  });
  expect(toText(next)).toBe('Done.');
});

it('thinking of one model is not sent to another', async () => {
  const simulator = await openSimulator({ answer: { reasoning: 'Hm', text: 'One' } });
  const reply = toMessage(await ask(simulator, { reasoning }));
  const other = await ask(simulator, { model: 'gpt-5.3-codex', reasoning, messages: [user, reply, user] });
  expect(toText(other)).toBe('One');
});

it('a schema for the reply is taken', async () => {
  const simulator = await openSimulator({ answer: { text: '{"a":1}' } });
  const responseFormat: ChatRequest['responseFormat'] = {
    type: 'json-schema',
    name: 'n',
    schema: parameters,
    strict: true,
  };
  expect(toText(await ask(simulator, { responseFormat }))).toBe('{"a":1}');
});

it('a history that was cut in the middle is mended before it is sent', async () => {
  const simulator = await openSimulator({ answer: { text: 'Fine' } });
  const call = { type: 'tool-call' as const, id: 'call_1', name: 'read', arguments: '{}' };
  const orphan: Message = { role: 'tool', callId: 'call_9', parts: [], isError: false };
  const messages: Message[] = [
    user,
    orphan,
    { role: 'assistant', parts: [call, { type: 'reasoning', text: 'Hm' }] },
    user,
  ];
  expect(toText(await ask(simulator, { messages }))).toBe('Fine');
});

it.each([
  ['length', { type: 'finish', reason: 'length' }],
  ['content_filter', { type: 'finish', reason: 'content-filter' }],
] as const)('a reply that ends with %s says so', async (finish, event) => {
  expect((await ask(await openSimulator({ answer: { text: 'Half', finish } }))).at(-1)).toEqual(event);
});

it.each([
  ['error', { name: 'StreamError', code: 'server_error' }],
  ['cancelled', { name: 'StreamError', code: 'cancelled' }],
  ['missing', { name: 'TruncatedStreamError' }],
] as const)('a reply that ends with %s is a failure', async (finish, error) => {
  await expect(ask(await openSimulator({ answer: { text: 'Half', finish } }))).rejects.toMatchObject(error);
});

it.each([
  ['that reports an error in the middle', { errorEventAt: 5 }, { name: 'StreamError', code: 'server_error' }],
  ['with a message that cannot be read', { malformedAt: 5 }, { name: 'StreamError' }],
  ['that is cut off', { cutBeforeFinish: true }, { name: 'TruncatedStreamError' }],
] as const)('a stream %s is a failure', async (_, transport, error) => {
  await expect(ask(await openSimulator({ answer: { text: ['a', 'b'] }, transport }))).rejects.toMatchObject(
    error,
  );
});

it('a stream in single bytes with other line endings is the same', async () => {
  const simulator = await openSimulator({
    answer: { text: 'Grüße' },
    transport: { packetBytes: 1, crlf: true },
  });
  expect(toText(await ask(simulator))).toBe('Grüße');
});

it('a whole reply decodes, too', async () => {
  const simulator = await openSimulator({
    answer: { text: 'Hi', toolCalls: [{ id: 'c', name: 'read', arguments: '{}' }] },
  });
  const { body } = responses.writeRequest({ model, messages: [user] }, traits);
  const response = await callCopilot(simulator, '/responses', { body: { ...body, stream: false } });
  const events = responses.readReply(await response.json());
  expect([toText(events), events.at(-1)]).toEqual(['Hi', { type: 'finish', reason: 'tool-calls' }]);
});
