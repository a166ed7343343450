import { afterAll, beforeAll, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import type { AssistantMessage, ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import type { Answer } from '../../simulator/answer/answer.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { callCopilot, oauthToken } from '../../simulator/test-client.ts';
import { able, hello } from './models.ts';
import { readPackets } from './streams.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  simulator.state.account.githubTokens[oauthToken] = {};
});
afterAll(() => simulator.close());

const sonnet: ModelTraits = { ...able, id: 'claude-sonnet-4.6', efforts: ['low', 'medium', 'high', 'max'] };
const gpt: ModelTraits = {
  ...able,
  id: 'gpt-5-mini',
  efforts: ['low', 'medium', 'high'],
  maxThinkingBudget: undefined,
};
const gemini: ModelTraits = {
  ...sonnet,
  id: 'gemini-3.5-flash',
  structuredOutput: false,
  maxThinkingBudget: undefined,
};
const models = [sonnet, gpt, gemini].map((traits) => ({ traits, id: traits.id }));
const pixel = { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } } as const;
const tools = ['read', 'list'].map((name) => ({
  name,
  parameters: { properties: { names: { type: 'array' } } },
}));
const toolCalls = [
  { name: 'read', arguments: '{"path":"a/long/path/to/somewhere"}' },
  { name: 'list', arguments: '{}' },
];

/** The events of the answer. Fails where the service refuses the body. */
async function ask(
  traits: ModelTraits,
  request: Partial<ChatRequest>,
  answer: Answer = {},
): Promise<ChatEvent[]> {
  simulator.state.answer = answer;
  const { body, headers } = chatCompletions.writeRequest(
    { model: traits.id, messages: [hello], ...request },
    traits,
  );
  const response = await callCopilot(simulator, chatCompletions.path, { body, headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(response.status, new TextDecoder().decode(bytes)).toBe(200);
  const { events, error } = readPackets([bytes]);
  if (error !== undefined) throw error;
  expect(events[0]?.type).toBe('start');
  return events;
}

const joinText = (events: ChatEvent[]): string =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

/** The answer as the message that a conversation keeps. */
function toMessage(events: ChatEvent[], model: string): AssistantMessage {
  const { body } = chatCompletions.writeRequest({ model, messages: [hello] }, able);
  const reply = chatCompletions.writeReply(events, { model, id: 'x', created: 0 });
  const [choice] = reply.choices as { message: object }[];
  const { request } = chatCompletions.readRequest({ ...body, messages: [choice?.message] });
  return request.messages[0] as AssistantMessage;
}

it.each(models)('$id answers a text, with usage', async ({ traits }) => {
  const events = await ask(traits, {
    maxOutputTokens: 99_999,
    // OpenAI's reasoning models refuse it.
    ...(traits !== gpt && { stop: ['END'] }),
    sampling: { temperature: 0 },
    user: 'u',
  });
  expect(joinText(events)).toBe('You said: Hello');
  expect(events.slice(-2)).toMatchObject([
    {
      type: 'usage',
      usage: {
        inputTokens: expect.any(Number),
        outputTokens: expect.any(Number),
        credits: expect.any(Number),
      },
    },
    { type: 'finish', reason: 'stop' },
  ]);
});

it.each(models)('$id is shown an image, by the user and by a tool', async ({ traits }) => {
  simulator.state.checkSignatures = false;
  const messages: Message[] = [
    { role: 'user', parts: [{ type: 'text', text: 'What is it?' }, pixel] },
    { role: 'assistant', parts: [{ type: 'tool-call', id: 'c1', name: 'read', arguments: '{}' }] },
    { role: 'tool', callId: 'c1', parts: [], isError: false },
  ];
  expect(joinText(await ask(traits, { messages }, { text: 'A cat.' }))).toBe('A cat.');
  if (traits !== gpt) {
    const shown = messages.map((message) =>
      message.role === 'tool' ? { ...message, parts: [pixel] } : message,
    );
    expect(joinText(await ask(traits, { messages: shown }, { text: 'A cat.' }))).toBe('A cat.');
  }
  simulator.state.checkSignatures = true;
});

it.each(models)('$id calls two tools and takes their results, thinking replayed', async ({ traits }) => {
  const asked = {
    tools,
    toolChoice: 'auto',
    parallelToolCalls: true,
    reasoning: { effort: 'high' },
  } as const;
  const events = await ask(traits, asked, { text: 'Looking.', reasoning: ['Let me', ' see.'], toolCalls });
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
  const message = toMessage(events, traits.id);
  const calls = message.parts.filter((part) => part.type === 'tool-call');
  expect(calls).toMatchObject(toolCalls);
  expect(message.parts[0]).toEqual({ type: 'reasoning', text: 'Let me see.', opaque: expect.any(String) });

  const results: Message[] = calls.map(({ id }, index) => ({
    role: 'tool',
    callId: id,
    parts: [{ type: 'text', text: 'gone' }],
    isError: index === 1,
  }));
  const messages: Message[] = [hello, message, ...results];
  expect(joinText(await ask(traits, { ...asked, messages }, { text: 'Done.' }))).toBe('Done.');
  const [sent] = simulator.requestsTo(chatCompletions.path).slice(-1);
  const wire = (sent?.body as { messages: object[] } | undefined)?.messages ?? [];
  const opaque = message.parts[0]?.type === 'reasoning' ? message.parts[0].opaque : undefined;
  expect(wire[1]).toMatchObject({
    content: 'Looking.',
    reasoning_text: 'Let me see.',
    reasoning_opaque: opaque,
  });
});

it.each(models)('$id takes a conversation that was torn and marked', async ({ traits }) => {
  const cache = {};
  const messages: Message[] = [
    ...Array.from(
      { length: 6 },
      (): Message => ({ role: 'system', parts: [{ type: 'text', text: 'Be brief.', cache }] }),
    ),
    { role: 'tool', callId: 'c0', parts: [], isError: false },
    hello,
    { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', opaque: 'AA', model: 'another' }] },
    { role: 'assistant', parts: [{ type: 'tool-call', id: 'c1', name: 'read', arguments: '{"p' }] },
    { role: 'user', parts: [{ type: 'text', text: '' }] },
    { role: 'user', parts: [{ type: 'text', text: 'Never mind.' }] },
    { role: 'assistant', parts: [{ type: 'text', text: 'So be it, \n' }] },
  ];
  expect(joinText(await ask(traits, { messages }, { text: 'it.' }))).toBe('it.');
});

it.each(models)('$id is asked for a schema where it follows one', async ({ traits }) => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const responseFormat = { type: 'json-schema', name: 'place', schema, strict: true } as const;
  const events = await ask(traits, { responseFormat }, { text: ['{"city":', '"Paris"}'] });
  expect(joinText(events)).toBe('{"city":"Paris"}');
});

it('a thinking budget is kept within what the model and the reply allow', async () => {
  for (const budget of [1, 2000, 99_999]) {
    const events = await ask(sonnet, { reasoning: { budget }, maxOutputTokens: 5000 }, { text: 'Yes' });
    expect(joinText(events)).toBe('Yes');
  }
});

it('a reply that is not streamed is read to the same text, calls and finish', async () => {
  simulator.state.answer = { text: 'Looking.', toolCalls };
  for (const { traits } of models) {
    const { body } = chatCompletions.writeRequest({ model: traits.id, messages: [hello], tools }, traits);
    const response = await callCopilot(simulator, chatCompletions.path, { body: { ...body, stream: false } });
    const events = chatCompletions.readReply(await response.json());
    const calls = toMessage(events, traits.id).parts.filter((part) => part.type === 'tool-call');
    expect(joinText(events)).toBe('Looking.');
    expect(calls).toMatchObject(toolCalls);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
  }
});

it('a probe for one token is an empty reply', async () => {
  const opus: ModelTraits = { ...sonnet, id: 'claude-opus-4.6' };
  const { body } = chatCompletions.writeRequest(
    { model: opus.id, messages: [hello], maxOutputTokens: 1 },
    opus,
  );
  const response = await callCopilot(simulator, chatCompletions.path, { body: { ...body, stream: false } });
  expect(chatCompletions.readReply(await response.json()).map(({ type }) => type)).toEqual([
    'start',
    'usage',
    'finish',
  ]);
});
