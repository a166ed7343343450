import { expect, test } from 'vitest';
import type { Answer } from './answer/answer.ts';
import type { Simulator } from './simulator.ts';
import { callCopilot, createChat, openSimulator, readChunks, readEvents } from './test-client.ts';

type Delta = {
  role?: string | null;
  content?: string | null;
  reasoning_text?: string;
  reasoning_opaque?: string;
  cot_summary?: string;
  cot_id?: string;
  tool_calls?: { id?: string; index: number; function: { name?: string; arguments: string } }[];
};
type Chunk = {
  choices: { index?: number; delta: Delta; finish_reason?: string }[];
  object?: string;
  usage?: { prompt_tokens: number };
  copilot_usage?: object;
  prompt_filter_results?: unknown;
};

const toolCalls = [{ name: 'read', arguments: '{"path":"a/long/path/to/somewhere"}' }];

async function stream(simulator: Simulator, model: string, extra: Record<string, unknown> = {}) {
  return callCopilot(simulator, '/chat/completions', { body: createChat(model, extra) });
}

async function streamAnswer(model: string, answer: Answer): Promise<Chunk[]> {
  return readChunks<Chunk>(await stream(await openSimulator({ answer }), model));
}

function joinContent(chunks: Chunk[]): string {
  return chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join('');
}

test.each(['gpt-4.1', 'claude-sonnet-4.6', 'gemini-3.5-flash', 'kimi-k2.7-code'])(
  'by default %s repeats the last user text, cut in words',
  async (model) => {
    const simulator = await openSimulator();
    const response = await stream(simulator, model);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const chunks = await readChunks<Chunk>(response);
    expect(joinContent(chunks)).toBe('You said: Hello there');
    expect(chunks.length).toBeGreaterThan(4);
  },
);

test('a model of OpenAI begins with the prompt filter, omits the object, and finishes with usage', async () => {
  const chunks = await streamAnswer('gpt-4.1', { text: 'Hi' });
  expect(chunks[0]).toMatchObject({ choices: [], id: '', created: 0, prompt_filter_results: [{}] });
  expect(chunks[1]?.choices[0]?.delta).toEqual({ content: '', role: 'assistant' });
  expect(chunks.slice(1).every((chunk) => chunk.object === undefined)).toBe(true);
  expect(chunks.at(-1)).toMatchObject({
    choices: [{ finish_reason: 'stop', delta: { content: null } }],
    usage: { prompt_tokens: expect.any(Number) },
    copilot_usage: { total_nano_aiu: expect.any(Number) },
  });
});

test('Claude splits its choices, counts text as a tool, and sends usage and metadata on their own', async () => {
  const chunks = await streamAnswer('claude-sonnet-4.6', { text: 'Let me look.', toolCalls });
  expect(chunks.every(({ choices }) => choices.every((choice) => choice.index === undefined))).toBe(true);
  expect(chunks.some(({ choices }) => choices[0]?.delta.role === null)).toBe(true);
  const toolDeltas = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
  expect(new Set(toolDeltas.map((delta) => delta.index))).toEqual(new Set([1]));
  expect(toolDeltas.map((delta) => delta.function.arguments).join('')).toBe(toolCalls[0]?.arguments);
  const [finish, usage, metadata] = chunks.slice(-3);
  expect(finish?.choices.map((choice) => choice.finish_reason)).toEqual(['stop', 'tool_calls']);
  expect(usage).toMatchObject({ choices: [], usage: { prompt_tokens: 4 } });
  expect(metadata).toMatchObject({ choices: [], copilot_usage: {} });
});

test('Gemini sends whole tool calls that end with stop, signs its thoughts, and no [DONE]', async () => {
  const simulator = await openSimulator({ answer: { toolCalls } });
  const events = await readEvents(await stream(simulator, 'gemini-3.5-flash'));
  const chunks = events.map(({ data }) => JSON.parse(data) as Chunk);
  expect(chunks[0]?.choices[0]?.delta.tool_calls).toHaveLength(1);
  expect(chunks[0]?.choices[0]?.delta.tool_calls?.[0]?.function.arguments).toBe(toolCalls[0]?.arguments);
  expect(chunks[1]?.choices[0]).toMatchObject({
    finish_reason: 'stop',
    delta: { reasoning_opaque: expect.any(String) },
  });
});

test('reasoning comes before or after the text, then its opaque half', async () => {
  const answer: Answer = { text: ['Yes'], reasoning: ['Hm', 'm'], reasoningOpaque: 'sealed' };
  const order = (chunks: Chunk[]) =>
    chunks
      .flatMap(({ choices }) => choices.map(({ delta }) => delta))
      .map(
        ({ reasoning_text, reasoning_opaque, content }) =>
          reasoning_text ?? reasoning_opaque ?? content ?? '',
      )
      .filter((text) => text !== '');
  expect(order(await streamAnswer('gpt-4.1', answer))).toEqual(['Hm', 'm', 'sealed', 'Yes']);
  const last = { ...answer, reasoningLast: true };
  expect(order(await streamAnswer('gpt-4.1', last))).toEqual(['Yes', 'Hm', 'm', 'sealed']);
});

test('the id of a summarised chain of thought comes after the finish', async () => {
  const chunks = await streamAnswer('gpt-4.1', {
    text: 'Yes',
    reasoning: 'Hm',
    reasoningField: 'cot_summary',
  });
  expect(chunks.some(({ choices }) => choices[0]?.delta.cot_summary === 'Hm')).toBe(true);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  expect(chunks.at(-1)?.choices[0]?.delta.cot_id).toMatch(/^cot_/);
});

test('style, place of usage, [DONE] and finish reason can be chosen', async () => {
  const answer: Answer = {
    text: 'Hi',
    style: 'openai',
    usagePlacement: 'separate',
    done: false,
    finish: 'length',
  };
  const simulator = await openSimulator({ answer });
  const events = await readEvents(await stream(simulator, 'claude-haiku-4.5'));
  const chunks = events.map(({ data }) => JSON.parse(data) as Chunk);
  expect(chunks[0]).toHaveProperty('prompt_filter_results');
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: {} });
});

test('an answer can depend on the request', async () => {
  const simulator = await openSimulator({
    answer: (request) => ({ text: `You are ${request.headers['user-agent'] ?? 'nobody'}` }),
  });
  const response = await callCopilot(simulator, '/chat/completions', {
    body: createChat('gpt-4.1'),
    headers: { 'user-agent': 'test/1' },
  });
  expect(joinContent(await readChunks<Chunk>(response))).toBe('You are test/1');
});

test('without a stream, Claude puts text and tool calls in choices of their own', async () => {
  const simulator = await openSimulator({ answer: { text: 'Let me look.', toolCalls } });
  const response = await stream(simulator, 'claude-sonnet-4.6', { stream: false });
  expect(await response.json()).toMatchObject({
    model: 'claude-sonnet-4-6',
    choices: [
      { finish_reason: 'stop', message: { content: 'Let me look.' } },
      {
        finish_reason: 'tool_calls',
        message: { content: null, tool_calls: [{ function: { name: 'read' } }] },
      },
    ],
    usage: { total_tokens: expect.any(Number) },
  });
});

test('without a stream, other models answer with one choice', async () => {
  const simulator = await openSimulator({
    answer: { text: 'Hi', usage: { inputTokens: 100, outputTokens: 10 } },
  });
  const response = await stream(simulator, 'gpt-4.1', { stream: false });
  expect(await response.json()).toMatchObject({
    object: 'chat.completion',
    model: 'gpt-4.1-2025-04-14',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    copilot_usage: { total_nano_aiu: 28_000_000 },
  });
});

test('a probe of Opus for one token is answered without choices', async () => {
  const simulator = await openSimulator();
  const response = await stream(simulator, 'claude-opus-4.6', { stream: false, max_tokens: 1 });
  expect(await response.json()).toMatchObject({ choices: [] });
});

test('the default answer keeps to the tokens that the caller allows', async () => {
  const simulator = await openSimulator();
  const chunks = await readChunks<Chunk>(await stream(simulator, 'gpt-4.1', { max_tokens: 2 }));
  expect(joinContent(chunks)).toBe('You said');
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('length');
});
