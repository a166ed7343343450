import { expect, test } from 'vitest';
import type { Answer } from './answer/answer.ts';
import type { Simulator } from './simulator.ts';
import type { SimulatorOptions } from './simulator-state.ts';
import { callCopilot, openSimulator, readChunks } from './test-client.ts';

type Event = {
  type: string;
  item?: Record<string, unknown>;
  response?: { id: string; output?: { type: string; phase?: string; id: string }[] };
  [field: string]: unknown;
};

const functionTool = { type: 'function', name: 'read', parameters: { type: 'object', properties: {} } };
const space = { type: 'namespace', name: 'files', description: 'Files', tools: [functionTool] };
const patch = { type: 'custom', name: 'apply_patch', description: 'Patches' };
const search = { type: 'web_search' };

async function open(answer: Answer, options: SimulatorOptions = {}) {
  return openSimulator({ answer, ...options });
}

function ask(simulator: Simulator, extra: Record<string, unknown> = {}) {
  const body = { model: 'gpt-5.4', input: 'Hello', stream: true, store: false, ...extra };
  return callCopilot(simulator, '/responses', { body });
}

async function listEvents(simulator: Simulator, extra: Record<string, unknown> = {}): Promise<Event[]> {
  return readChunks<Event>(await ask(simulator, extra));
}

test('each event names the response by another id', async () => {
  const events = await listEvents(await open({ text: 'Hi' }));
  const ids = events.flatMap(({ response }) => response?.id ?? []);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(3);
});

test.each([
  ['all of the output', undefined, 1],
  ['an empty output', 'empty', 0],
  ['no output at all', 'missing', undefined],
] as const)('the last event can hold %s', async (_what, closingOutput, count) => {
  const events = await listEvents(await open({ text: 'Hi', ...(closingOutput && { closingOutput }) }));
  expect(events.at(-1)?.type).toBe('response.completed');
  expect(events.at(-1)?.response?.output?.length).toBe(count);
});

test('a response can hold two messages, each with its phase', async () => {
  const events = await listEvents(await open({ commentary: 'Let me see.', text: 'Done.' }));
  expect(events.at(-1)?.response?.output?.map(({ type, phase }) => [type, phase])).toEqual([
    ['message', 'commentary'],
    ['message', 'final_answer'],
  ]);
});

test('a call of a function in a namespace names both', async () => {
  const simulator = await open({ toolCalls: [{ name: 'read', arguments: '{}' }] });
  const events = await listEvents(simulator, { tools: [space] });
  expect(events.at(-1)?.response?.output).toEqual([
    expect.objectContaining({ type: 'function_call', namespace: 'files', name: 'read', arguments: '{}' }),
  ]);
});

test('a call of a custom tool carries free text, with events of its own', async () => {
  const simulator = await open({
    toolCalls: [{ name: 'apply_patch', arguments: '*** Begin Patch\n*** End Patch' }],
  });
  const events = await listEvents(simulator, { tools: [patch] });
  const types = events.map(({ type }) => type).filter((type) => type.includes('custom_tool_call'));
  expect(new Set(types)).toEqual(
    new Set(['response.custom_tool_call_input.delta', 'response.custom_tool_call_input.done']),
  );
  expect(events.at(-1)?.response?.output).toEqual([
    expect.objectContaining({ type: 'custom_tool_call', input: '*** Begin Patch\n*** End Patch' }),
  ]);
});

test('a model that serves a tool runs it, and others refuse it', async () => {
  const webSearch = { query: 'weather', sources: [{ url: 'https://example.com', title: 'Weather' }] };
  const simulator = await open({ webSearch, text: 'Sunny' }, { servedTools: { 'gpt-5.4': ['web_search'] } });
  const events = await listEvents(simulator, { tools: [search] });
  expect(events.map(({ type }) => type)).toContain('response.web_search_call.searching');
  expect(events.map(({ type }) => type)).toContain('response.output_text.annotation.added');
  expect(events.at(-1)?.response?.output?.map(({ type }) => type)).toEqual(['web_search_call', 'message']);
  expect((await ask(simulator, { model: 'gpt-5.4-mini', tools: [search] })).status).toBe(400);
});

test('a model without a tool for it does not search', async () => {
  const simulator = await open({ webSearch: { query: 'weather' }, text: 'Sunny' });
  const events = await listEvents(simulator);
  expect(events.at(-1)?.response?.output?.map(({ type }) => type)).toEqual(['message']);
});

test.each(['recitation', 'SAFETY', 'malformed_function_call'] as const)(
  'chat can finish with %s and say nothing',
  async (finish) => {
    const simulator = await open({ text: '', finish });
    const body = { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'Hi' }], stream: true };
    type Chunk = { choices: { delta: { content?: string | null }; finish_reason?: string }[] };
    const chunks = await readChunks<Chunk>(await callCopilot(simulator, '/chat/completions', { body }));
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe('');
    expect(choices.flatMap(({ finish_reason }) => finish_reason ?? [])).toEqual([finish]);
  },
);

test('chat can refuse in the field for refusals, and stop as usual', async () => {
  const simulator = await open({ refusal: 'No.' });
  const body = { model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hi' }], stream: true };
  type Chunk = { choices: { delta: { refusal?: string }; finish_reason?: string }[] };
  const chunks = await readChunks<Chunk>(await callCopilot(simulator, '/chat/completions', { body }));
  const choices = chunks.flatMap((chunk) => chunk.choices);
  expect(choices.map(({ delta }) => delta.refusal ?? '').join('')).toBe('No.');
  expect(choices.at(-1)?.finish_reason).toBe('stop');
});
