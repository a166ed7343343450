import { expect, test } from 'vitest';
import type { Answer } from './answer/answer.ts';
import type { Simulator } from './simulator.ts';
import { callCopilot, openSimulator, readChunks, readEvents } from './test-client.ts';

type Item = { id?: string; type: string; encrypted_content?: string; [field: string]: unknown };
type ResponseEvent = {
  type: string;
  sequence_number: number;
  output_index?: number;
  item_id?: string;
  item?: Item;
  delta?: string;
  response?: { status: string; output: Item[]; incomplete_details: unknown; usage: object };
  copilot_usage?: object;
};

const reasoning = { effort: 'medium', summary: 'detailed' };
const include = ['reasoning.encrypted_content'];
const user = { role: 'user', content: [{ type: 'input_text', text: 'Hello' }] };
const answer: Answer = {
  reasoning: ['Hm ', 'hm'],
  text: ['Let me ', 'look.'],
  toolCalls: [{ id: 'call_1', name: 'read', arguments: '{"path":"a"}' }],
};

async function call(simulator: Simulator, extra: Record<string, unknown> = {}) {
  const body = {
    model: 'gpt-5.4-mini',
    input: [user],
    stream: true,
    store: false,
    reasoning,
    include,
    ...extra,
  };
  const headers = { 'copilot-vision-request': 'true' };
  return callCopilot(simulator, '/responses', { body, headers });
}

async function listEvents(simulator: Simulator, extra: Record<string, unknown> = {}) {
  const events = await readChunks<ResponseEvent>(await call(simulator, extra));
  return events.filter((event) => event.type !== 'ping');
}

test('events come in the order of the service, numbered and named', async () => {
  const simulator = await openSimulator({ answer });
  const events = await readEvents(await call(simulator));
  const names = events.map((event) => event.event?.replace('response.', ''));
  expect(names).toEqual([
    'created',
    'in_progress',
    'ping',
    'output_item.added',
    'reasoning_summary_part.added',
    'reasoning_summary_text.delta',
    'reasoning_summary_text.delta',
    'reasoning_summary_text.done',
    'reasoning_summary_part.done',
    'output_item.done',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.delta',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'output_item.added',
    'function_call_arguments.delta',
    'function_call_arguments.done',
    'output_item.done',
    'completed',
  ]);
});

test('every event names its item by another id, and only output_index ties them together', async () => {
  const events = await listEvents(await openSimulator({ answer }));
  const ids = events.map((event) => event.item_id ?? event.item?.id).filter((id) => id !== undefined);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(events.map((event) => event.output_index))).toEqual(new Set([undefined, 0, 1, 2]));
  const numbers = events.map((event) => event.sequence_number);
  expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
});

test('the last event holds the whole output, the usage and the bill', async () => {
  const events = await listEvents(await openSimulator({ answer }));
  expect(events.at(-1)).toMatchObject({
    type: 'response.completed',
    response: {
      status: 'completed',
      usage: { input_tokens: expect.any(Number), output_tokens_details: { reasoning_tokens: 2 } },
      output: [
        { type: 'reasoning', summary: [{ text: 'Hm hm' }], encrypted_content: expect.any(String) },
        { type: 'message', content: [{ type: 'output_text', text: 'Let me look.' }], status: 'completed' },
        { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{"path":"a"}' },
      ],
    },
    copilot_usage: { total_nano_aiu: expect.any(Number) },
    copilot_quota_snapshots: { premium_interactions: { entitlement: '3000' } },
  });
});

test('thinking is neither shown nor handed over unless the caller asks', async () => {
  const simulator = await openSimulator({ answer });
  const events = await listEvents(simulator, { reasoning: undefined, include: undefined });
  expect(events.some((event) => event.type.includes('summary'))).toBe(false);
  expect(events.find((event) => event.item?.type === 'reasoning')?.item).not.toHaveProperty(
    'encrypted_content',
  );
});

test.each([
  [
    'length',
    'response.incomplete',
    { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
  ],
  ['content_filter', 'response.incomplete', { incomplete_details: { reason: 'content_filter' } }],
  ['error', 'response.failed', { status: 'failed', error: { code: 'server_error' } }],
  ['cancelled', 'response.cancelled', { status: 'cancelled' }],
] as const)('an answer that finishes with %s ends in %s', async (finish, type, response) => {
  const events = await listEvents(await openSimulator({ answer: { text: 'Half', finish } }));
  expect(events.at(-1)).toMatchObject({ type, response });
});

test('a stream can end without a terminal event', async () => {
  const simulator = await openSimulator({ answer, transport: { cutBeforeFinish: true } });
  expect((await listEvents(simulator)).at(-1)?.type).toBe('response.output_item.done');
});

test('without a stream the response is one object', async () => {
  const simulator = await openSimulator({ answer });
  const response = await call(simulator, { stream: false });
  expect(await response.json()).toMatchObject({
    object: 'response',
    status: 'completed',
    output: [{ type: 'reasoning' }, { type: 'message' }, { type: 'function_call' }],
  });
});

async function replayOutput(simulator: Simulator, change: (item: Item) => Item, model = 'gpt-5.4-mini') {
  const output = (await listEvents(simulator)).at(-1)?.response?.output ?? [];
  const result = { type: 'function_call_output', call_id: 'call_1', output: 'ok' };
  const response = await call(simulator, { model, input: [user, ...output.map(change), result] });
  return [response.status, await response.text()] as const;
}

test('an output is replayed as it came, or without its ids', async () => {
  const simulator = await openSimulator({ answer });
  expect((await replayOutput(simulator, (item) => item))[0]).toBe(200);
  expect((await replayOutput(simulator, ({ id, ...item }) => item))[0]).toBe(200);
});

test('ids of an earlier connection belong to no connection', async () => {
  const simulator = await openSimulator({ answer });
  const reconnect = (item: Item) => {
    simulator.state.connection = 'connection-2';
    return item;
  };
  const text = expect.stringContaining('input item ID does not belong to this connection');
  expect(await replayOutput(simulator, reconnect)).toEqual([400, text]);
});

test.each([
  ['msg_123, as VS Code sends', 'message', 'msg_123', 200, ''],
  ['msg_ and a UUID', 'message', 'msg_3f2504e0-4f89-41d3-9a0c-0305e82c3301', 200, ''],
  ['fc_ and the call', 'function_call', 'fc_call_1', 200, ''],
  ['the call without a prefix', 'function_call', 'call_1', 400, "Expected an ID that begins with 'fc'."],
  ['an id of another dialect', 'message', 'chatcmpl-1', 400, "Expected an ID that begins with 'msg'."],
  ['no id of thinking', 'reasoning', 'thinking_0', 400, "Expected an ID that begins with 'rs'."],
  [
    'an id of 65 characters',
    'message',
    `msg_${'a'.repeat(61)}`,
    400,
    'string too long. Expected a string with',
  ],
])('an invented id is judged by its form alone: %s', async (_, type, id, status, words) => {
  const simulator = await openSimulator({ answer });
  const invent = (item: Item) => (item.type === type ? { ...item, id } : item);
  expect(await replayOutput(simulator, invent)).toEqual([status, expect.stringContaining(words)]);
});

test('one invented id for two items is a duplicate', async () => {
  const simulator = await openSimulator({ answer });
  const said = {
    type: 'message',
    role: 'assistant',
    id: 'msg_123',
    content: [{ type: 'output_text', text: 'Hm' }],
  };
  const response = await call(simulator, { input: [user, said, user, said, user] });
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining('Duplicate item found with id msg_123. Remove duplicate items from your input'),
  ]);
});

test('a reasoning item under another id, or of another model, cannot be verified', async () => {
  const simulator = await openSimulator({ answer });
  const rename = (item: Item) => (item.type === 'reasoning' ? { ...item, id: 'rs_mine' } : item);
  expect(await replayOutput(simulator, rename)).toEqual([
    400,
    expect.stringContaining('Encrypted content item_id did not match the target item id.'),
  ]);
  const [status, text] = await replayOutput(simulator, ({ id, ...item }) => item, 'gpt-5.3-codex');
  expect([status, text]).toEqual([400, expect.stringContaining('could not be verified')]);
});
