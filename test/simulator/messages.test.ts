import { expect, test } from 'vitest';
import type { Answer } from './answer/answer.ts';
import type { Simulator } from './simulator.ts';
import { type Call, callCopilot, openSimulator, readChunks, readEvents } from './test-client.ts';

type MessageEvent = {
  type: string;
  message?: { id: string; model: string; usage: object };
  content_block?: { type: string };
  delta?: { type?: string; text?: string; thinking?: string; signature?: string; stop_reason?: string };
  usage?: object;
};
type Block = { type: string; thinking?: string; signature?: string };

const user = { role: 'user', content: 'Hello' };
const answer: Answer = {
  reasoning: 'Hm',
  text: 'Let me look.',
  toolCalls: [{ id: 'toolu_1', name: 'read', arguments: '{"path":"a"}' }],
};

async function call(
  simulator: Simulator,
  extra: Record<string, unknown> = {},
  headers: Call['headers'] = {},
) {
  const body = { model: 'claude-sonnet-4.6', max_tokens: 4096, messages: [user], stream: true, ...extra };
  return callCopilot(simulator, '/v1/messages', {
    body,
    headers: { 'copilot-vision-request': 'true', ...headers },
  });
}

test('events follow the public format, and usage comes at the end', async () => {
  const simulator = await openSimulator({ answer });
  const events = await readEvents(await call(simulator));
  expect(events.map((event) => event.event)).toEqual([
    'message_start',
    'ping',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  const [start, , , , , , , , , , delta, stop] = events.map(({ data }) => JSON.parse(data) as MessageEvent);
  expect(start?.message).toMatchObject({
    id: expect.stringMatching(/^msg_bdrk_/),
    model: 'claude-sonnet-4-6',
    usage: { input_tokens: 0, output_tokens: 0 },
  });
  expect(delta).toMatchObject({
    delta: { stop_reason: 'tool_use' },
    usage: { input_tokens: 3, cache_read_input_tokens: 0 },
    copilot_usage: { total_nano_aiu: expect.any(Number) },
  });
  expect(stop).toHaveProperty('amazon-bedrock-invocationMetrics');
});

async function readThinking(extra: Record<string, unknown>): Promise<[string, string | undefined][]> {
  const simulator = await openSimulator({ answer: { ...answer, reasoningOpaque: 'sealed' } });
  const events = await readChunks<MessageEvent>(await call(simulator, extra));
  const deltas = events.map((event) => event.delta ?? {});
  return deltas
    .filter(({ type }) => type === 'thinking_delta' || type === 'signature_delta')
    .map(({ type, thinking, signature }) => [type ?? '', thinking ?? signature]);
}

test('thinking is there for those who turn it on, and sealed where the model only thinks adaptively', async () => {
  const budget = { type: 'enabled', budget_tokens: 1024 };
  const signature = ['signature_delta', 'sealed'];
  expect(await readThinking({})).toEqual([]);
  expect(await readThinking({ thinking: budget })).toEqual([['thinking_delta', 'Hm'], signature]);
  const opus = { model: 'claude-opus-5', thinking: { type: 'adaptive' } };
  expect(await readThinking(opus)).toEqual([signature]);
  const summarized = { ...opus, thinking: { type: 'adaptive', display: 'summarized' } };
  expect(await readThinking(summarized)).toEqual([['thinking_delta', 'Hm'], signature]);
});

test('without a stream the message is one object', async () => {
  const simulator = await openSimulator({ answer, claudeBackend: 'vertex' });
  const response = await call(simulator, { stream: false });
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(/^msg_vrtx_/),
    type: 'message',
    content: [
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3 },
  });
});

test.each([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['content_filter', 'refusal'],
] as const)('the finish %s is the stop reason %s', async (finish, stop_reason) => {
  const simulator = await openSimulator({ answer: { text: 'Hi', finish } });
  expect(await (await call(simulator, { stream: false })).json()).toMatchObject({ stop_reason });
});

test('thinking is replayed with the signature that it came with', async () => {
  const simulator = await openSimulator({ answer: { reasoning: 'Hm', text: 'Yes' } });
  const thinking = { type: 'enabled', budget_tokens: 1024 };
  const first = await call(simulator, { stream: false, thinking });
  const { content } = (await first.json()) as { content: Block[] };
  const replay = async (blocks: Block[]) => {
    const messages = [user, { role: 'assistant', content: blocks }, user];
    return (await call(simulator, { messages, thinking })).status;
  };
  expect(await replay(content)).toBe(200);
  expect(await replay(content.map((block) => ({ ...block, signature: '' })))).toBe(400);
});

test('tokens of a body are counted', async () => {
  const simulator = await openSimulator();
  const body = { model: 'claude-sonnet-4.6', messages: [user], system: 'Be brief.' };
  const count = await callCopilot(simulator, '/v1/messages/count_tokens', { body });
  expect(await count.json()).toEqual({ input_tokens: 5 });
  const other = await callCopilot(simulator, '/v1/messages/count_tokens', {
    body: { ...body, model: 'gpt-4.1' },
  });
  expect(other.status).toBe(400);
});

test.each([
  'interleaved-thinking-2025-05-14',
  'prompt-caching-scope-2026-01-05, context-1m-2025-08-07',
  'fallback-credit-2026-07-01',
])('the beta "%s" is let through', async (beta) => {
  const response = await call(await openSimulator(), {}, { 'anthropic-beta': beta });
  expect(response.status).toBe(200);
});
