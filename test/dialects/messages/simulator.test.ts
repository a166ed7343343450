import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import type { AssistantMessage, ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import { TruncatedStreamError } from '../../../src/dialects/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import type { Answer } from '../../simulator/answer/answer.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { callCopilot, openSimulator } from '../../simulator/test-client.ts';
import { haiku, hello, opus, read, sonnet } from './models.ts';
import { readBytes } from './streams.ts';

type Asked = { request: Partial<ChatRequest>; traits?: ModelTraits };

/** What the simulated service answers to a request; throws what it refuses. */
async function ask(simulator: Simulator, { request, traits = sonnet }: Asked): Promise<ChatEvent[]> {
  const { body, headers } = messages.writeRequest(
    { model: traits.id, messages: [hello], ...request },
    traits,
  );
  const response = await callCopilot(simulator, messages.path, { body, headers });
  if (response.status !== 200) throw new Error(await response.text());
  return readBytes(Buffer.from(await response.arrayBuffer()));
}

async function answer(scripted: Answer, asked: Asked = { request: {} }): Promise<ChatEvent[]> {
  return ask(await openSimulator({ answer: scripted }), asked);
}

const joinText = (events: ChatEvent[]) =>
  events.flatMap((event) => (event.type === 'text-delta' ? event.text : [])).join('');
const png = { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } } as const;

/** A reply as the message that goes back with the next request. */
function toMessage(events: ChatEvent[]): AssistantMessage {
  const parts: AssistantMessage['parts'] = [];
  for (const event of events) {
    if (event.type === 'text-delta') parts.push({ type: 'text', text: event.text });
    else if (event.type === 'reasoning-delta') {
      const last = parts.at(-1);
      if (last?.type === 'reasoning') {
        last.text += event.text;
        if (event.opaque !== undefined) last.opaque = event.opaque;
      } else
        parts.push({
          type: 'reasoning',
          text: event.text,
          ...(event.opaque ? { opaque: event.opaque } : {}),
        });
    } else if (event.type === 'tool-call-delta') {
      const { id, name, arguments: text } = event;
      const last = parts.at(-1);
      if (id !== undefined) parts.push({ type: 'tool-call', id, name: name ?? '', arguments: text });
      else if (last?.type === 'tool-call') last.arguments += text;
    }
  }
  return { role: 'assistant', parts };
}

describe('the simulated service', () => {
  test('answers text, with usage and its price', async () => {
    const events = await answer({ text: 'Grüße, 漢字 🎉' });
    expect(events[0]).toEqual({
      type: 'start',
      id: expect.stringMatching(/^msg_bdrk_/),
      model: 'claude-sonnet-4-6',
    });
    expect(joinText(events)).toBe('Grüße, 漢字 🎉');
    expect(events.at(-2)).toMatchObject({
      type: 'usage',
      usage: { inputTokens: expect.any(Number), credits: expect.any(Number) },
    });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('takes an image, in a message and in a result', async () => {
    const history: Message[] = [
      { role: 'user', parts: [{ type: 'text', text: 'Look' }, png] },
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'shot:1', name: 'read', arguments: '{}' }] },
      { role: 'tool', callId: 'shot:1', parts: [png], isError: false },
    ];
    expect(joinText(await answer({ text: 'A cat' }, { request: { messages: history } }))).toBe('A cat');
  });

  test.each([
    ['a budget', haiku],
    ['adaptive thinking', sonnet],
    ['adaptive thinking alone', opus],
  ])('takes back parallel calls, their results and the signed thinking of %s', async (_, traits) => {
    const toolCalls = [
      { name: 'read', arguments: '{"path":"a long enough path"}' },
      { name: 'read', arguments: '' },
    ];
    const simulator = await openSimulator({
      answer: { reasoning: 'Let me see', text: 'I look.', toolCalls },
    });
    const request = { tools: [read], reasoning: { summary: 'auto' as const, effort: 'high' } };
    const first = await ask(simulator, { request, traits });
    const reply = toMessage(first);
    expect(reply.parts).toMatchObject([
      { type: 'reasoning', text: 'Let me see', opaque: expect.any(String) },
      { type: 'text' },
      { type: 'text' },
      { type: 'tool-call', arguments: '{"path":"a long enough path"}' },
      { type: 'tool-call', arguments: '{}' },
    ]);
    expect(first.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
    const results = reply.parts.flatMap((part): Message[] =>
      part.type === 'tool-call' ? [{ role: 'tool', callId: part.id, parts: [], isError: true }] : [],
    );
    simulator.state.answer = { text: 'Done' };
    const second = await ask(simulator, {
      request: { ...request, messages: [hello, reply, ...results] },
      traits,
    });
    expect(joinText(second)).toBe('Done');
    const sent = JSON.stringify(simulator.requestsTo('/v1/messages')[1]?.body);
    expect(sent).toContain('signature');
  });

  test('shows the thinking of the newest models where a summary is asked for', async () => {
    const think = async (reasoning: ChatRequest['reasoning'] & object) =>
      (await answer({ reasoning: 'Hm', text: 'a' }, { request: { reasoning }, traits: opus }))
        .flatMap((event) => (event.type === 'reasoning-delta' ? event.text : []))
        .join('');
    expect(await think({})).toBe('');
    expect(await think({ summary: 'auto' })).toBe('Hm');
  });

  test('takes a schema for the reply', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false };
    const responseFormat = { type: 'json-schema', name: 'city', schema } as const;
    const events = await answer({ text: '{"city":"Paris"}' }, { request: { responseFormat } });
    expect(JSON.parse(joinText(events))).toEqual({ city: 'Paris' });
  });

  test('takes what would be refused as it came: prefill, marks, sampling, strange ids, too much to say', async () => {
    const cache = {};
    const request: Partial<ChatRequest> = {
      messages: [
        { role: 'system', parts: [{ type: 'text', text: '', cache }] },
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Hi', cache },
            { type: 'text', text: '' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm' },
            { type: 'tool-call', id: 'a b', name: 'read', arguments: '{' },
          ],
        },
        { role: 'tool', callId: 'a b', parts: [{ type: 'text', text: 'x', cache }], isError: false },
        { role: 'system', parts: [{ type: 'text', text: 'Now', cache }] },
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'a b', name: 'read', arguments: '{}' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'I think ', cache }] },
      ],
      tools: [{ name: 'read', parameters: {}, strict: true, cache }],
      toolChoice: 'required',
      reasoning: { effort: 'xhigh', budget: 1e6 },
      sampling: { temperature: 2, topP: 0.1, seed: 1 },
      maxOutputTokens: 1e6,
      extras: { dialect: 'messages', fields: { cache_control: {}, inference_geo: 'us' } },
    };
    for (const traits of [sonnet, haiku, { ...opus, maxOutputTokens: 128_000 }]) {
      expect(joinText(await answer({ text: 'Fine' }, { request, traits }))).toBe('Fine');
    }
  });

  test('breaks off: the stream is truncated, or says why', async () => {
    const simulator = await openSimulator({
      answer: { text: 'One two three' },
      transport: { cutBeforeFinish: true },
    });
    await expect(ask(simulator, { request: {} })).rejects.toThrow(TruncatedStreamError);
    simulator.state.transport = { errorEventAt: 4 };
    await expect(ask(simulator, { request: {} })).rejects.toThrow(
      expect.objectContaining({ code: 'api_error', message: 'The model stopped unexpectedly.' }),
    );
  });

  test.each([
    ['single bytes and CRLF', { packetBytes: 1, crlf: true }],
    ['comments', { comments: true }],
  ])('is read through %s', async (_, transport) => {
    const simulator = await openSimulator({ answer: { text: 'Grüße' }, transport });
    expect(joinText(await ask(simulator, { request: {} }))).toBe('Grüße');
  });

  test('answers in one piece with the same', async () => {
    const simulator = await openSimulator({ answer: { text: 'Hi' } });
    const { body } = messages.writeRequest({ model: sonnet.id, messages: [hello] }, sonnet);
    const response = await callCopilot(simulator, messages.path, {
      body: { ...body, stream: false, max_tokens: 99 },
    });
    expect(joinText(messages.readReply(await response.json()))).toBe('Hi');
  });
});
