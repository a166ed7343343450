import { describe, expect, it } from 'vitest';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';
import type { Answer } from '../simulator/answer/answer.ts';

const hi = [{ role: 'user', content: 'hi' }];
const bodies = {
  '/v1/chat/completions': { messages: hi },
  '/v1/responses': { input: 'hi' },
  '/v1/messages': { messages: hi, max_tokens: 1000 },
} as const;
type Path = keyof typeof bodies;
const paths = Object.keys(bodies) as Path[];

type Event = Record<string, unknown> & { response?: Record<string, unknown> };

function readEvents(stream: string): Event[] {
  const decoder = createSseDecoder();
  return [...decoder.push(Buffer.from(stream)), ...decoder.end()]
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data));
}

async function stream(server: TestServer, path: Path, body: object): Promise<string> {
  return (await server.post(path, { ...bodies[path], ...body, stream: true })).text();
}

async function whole(server: TestServer, path: Path, body: object) {
  const response = await server.post(path, { ...bodies[path], ...body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a response', () => {
  const answer: Answer = { reasoning: 'Hm.', commentary: 'I look.', text: 'It is 4.' };
  const rows = [
    { model: 'gpt-5.4-mini', closingOutput: undefined },
    { model: 'gpt-5.4-mini', closingOutput: 'empty' as const },
    { model: 'gpt-5.4-mini', closingOutput: 'missing' as const },
    { model: 'claude-sonnet-4.6', closingOutput: undefined },
  ];

  it.each(rows)(
    'of $model has one id, and its output to the end ($closingOutput)',
    async ({ model, closingOutput }) => {
      const server = await startTestServer({
        answer: { ...answer, ...(closingOutput && { closingOutput }) },
      });
      const body = { model, reasoning: { effort: 'high', summary: 'auto' } };
      const events = readEvents(await stream(server, '/v1/responses', body));
      const ids = events.flatMap(({ response }) => response?.id ?? []);
      expect(ids.length).toBeGreaterThan(2);
      expect(new Set(ids).size).toBe(1);
      const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
      expect(done.length).toBeGreaterThan(1);
      expect(events.at(-1)?.response?.output).toEqual(done);
      const reply = await whole(server, '/v1/responses', body);
      const types = done.map((item) => (item as Event).type);
      expect((reply.body.output as Event[]).map(({ type }) => type)).toEqual(types);
      expect(JSON.stringify(reply.body.output)).toContain('It is 4.');
    },
  );

  it('that breaks off fails under its own id and number', async () => {
    for (const model of ['gpt-5.4-mini', 'claude-sonnet-4.6']) {
      const text = ['one ', 'two ', 'three ', 'four '];
      const server = await startTestServer({ answer: { text }, transport: { cutAfterEvents: 8 } });
      const events = readEvents(await stream(server, '/v1/responses', { model }));
      expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { status: 'failed' } });
      expect(new Set(events.flatMap(({ response }) => response?.id ?? [])).size).toBe(1);
      const numbers = events.map(({ sequence_number }) => sequence_number);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    }
  });

  it.each([
    ['/v1/chat/completions' as const, 'I look.\\n\\nIt is 4.'],
    ['/v1/messages' as const, '"I look."},{"type":"text","text":"It is 4."'],
  ])('of two messages has a border between them on %s', async (path, words) => {
    const server = await startTestServer({ answer });
    const { body } = await whole(server, path, { model: 'gpt-5.4-mini' });
    expect(JSON.stringify(body)).toContain(words);
  });
});

describe('an answer without words', () => {
  // Models of Google and Moonshot are asked by /chat/completions.
  const model = 'gemini-3.5-flash';
  const withheld: [finish: string][] = [
    ['recitation'],
    ['SAFETY'],
    ['PROHIBITED_CONTENT'],
    ['content_filter'],
  ];

  it.each(withheld)('that the service ended with %s says so in the form of each dialect', async (finish) => {
    const server = await startTestServer({ answer: { text: '', finish } as Answer });
    for (const path of paths) {
      const streamed = await stream(server, path, { model });
      const { status, body } = await whole(server, path, { model });
      expect([path, status]).toEqual([path, 200]);
      for (const told of [streamed, JSON.stringify(body)]) {
        expect(told).toMatch(/content_filter|"stop_reason":"refusal"/);
        expect(told).toContain('content');
        expect(told).toMatch(/"(?:refusal|text|delta)":"There is no answer: the content filter/);
      }
    }
  });

  it.each([
    ['malformed_function_call', 'malformed_function_call'],
    ['MALFORMED_FUNCTION_CALL', 'MALFORMED_FUNCTION_CALL'],
    ['unexpected_tool_call', 'unexpected_tool_call'],
    ['stop', 'the model said nothing'],
  ])('that ends with %s is an error', async (finish, words) => {
    const server = await startTestServer({ answer: { text: '', finish } as Answer });
    for (const path of paths) {
      for (const stream of [false, true]) {
        const { status, body } = await whole(server, path, { model, stream });
        expect([path, status]).toEqual([path, 502]);
        expect(JSON.stringify(body)).toContain(words);
      }
    }
  });

  it.each([
    ['thinking that does not end', '<think>hm', 'the model thought, and then said nothing'],
    [
      'thinking alone',
      `\n<think>${'Hm. '.repeat(100)}</think>\n`,
      'the model thought, and then said nothing',
    ],
    ['several thoughts', '<think>a</think>\n<think>b</think>', 'the model thought, and then said nothing'],
    [
      'thinking that the prompt began',
      `${'Hm. '.repeat(100)}\n</think>\n`,
      'the model thought, and then said nothing',
    ],
    ['an empty block of code', '```ts\n```', 'the model said nothing'],
    ['an empty comment', '<!-- -->\n', 'the model said nothing'],
  ])('but %s is an error', async (_, text, words) => {
    const server = await startTestServer({ answer: { text, deltaLength: 3 } });
    for (const path of paths) {
      const { status, body } = await whole(server, path, { model, stream: false });
      expect([path, status]).toEqual([path, 502]);
      expect(JSON.stringify(body)).toContain(words);
      expect(await stream(server, path, { model })).toContain(words);
    }
  });

  it('but thinking that was cut says so as any answer', async () => {
    const server = await startTestServer({ answer: { text: '<think>hm', finish: 'length' } });
    for (const path of paths) {
      const { status, body } = await whole(server, path, { model, stream: false });
      expect([path, status]).toEqual([path, 200]);
      expect(JSON.stringify(body)).toMatch(/"length"|"max_tokens"|"max_output_tokens"/);
    }
  });

  it.each([
    '<think>hm</think>Yes.',
    'The mark <think> begins it.',
    'hm</think>Yes.',
    'It ends with </think>',
    '```ts\nx\n```',
  ])('and with words is passed on: %s', async (text) => {
    const server = await startTestServer({ answer: { text } });
    for (const path of paths) {
      const { status, body } = await whole(server, path, { model, stream: false });
      expect([path, status]).toEqual([path, 200]);
      expect(JSON.stringify(body)).toContain(JSON.stringify(text).slice(1, -1));
    }
  });

  it.each(['network_error', 'INTERRUPTED', 'gateway-timeout'])(
    'that the service broke off with %s is an error, even with words',
    async (finish) => {
      const server = await startTestServer({ answer: { text: 'Half', finish } as Answer });
      for (const path of ['/v1/messages', '/v1/responses'] as const) {
        const { status, body } = await whole(server, path, { model, stream: false });
        expect([path, status]).toEqual([path, 408]);
        expect(JSON.stringify(body)).toContain(finish);
      }
    },
  );

  it('is one after the result of a tool', async () => {
    const server = await startTestServer({ answer: { text: '' } });
    const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const messages = [
      ...hi,
      { role: 'assistant', tool_calls },
      { role: 'tool', tool_call_id: 'c', content: 'ok' },
    ];
    const { status, body } = await whole(server, '/v1/chat/completions', { model, messages });
    expect([status, body]).toMatchObject([200, { choices: [{ finish_reason: 'stop' }] }]);
  });
});

describe('an answer with words that was cut', () => {
  const cuts = [
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
    'OTHER',
    'LANGUAGE',
    'network_error',
    'missing',
  ];
  // By the models, requests pass as they are on one path, and are translated on the others.
  const models = ['gpt-4.1', 'gemini-3.5-flash'];
  const rows = [
    ...models.flatMap((model) => cuts.map((finish) => [model, finish])),
    // Of other words Copilot's other endpoints make none.
    ['gpt-5.4-mini', 'missing'],
    ['claude-sonnet-4.6', 'missing'],
  ];
  const complete = /"finish_reason":"(?:stop|tool_calls)"|"stop_reason":"end_turn"|"response\.completed"/;

  it.each(rows)('by %s with %s is complete in no dialect', async (model, finish) => {
    const server = await startTestServer({ answer: { text: 'Half of it', finish } as Answer });
    for (const path of paths) {
      const streamed = await stream(server, path, { model });
      expect([path, streamed]).toEqual([path, expect.not.stringMatching(complete)]);
      expect([path, streamed]).toEqual([path, expect.stringContaining('Half')]);
      expect([path, streamed]).toEqual([
        path,
        expect.stringMatching(/"error"|response\.(?:failed|incomplete)/),
      ]);
      const { status, body } = await whole(server, path, { model });
      expect([path, status, body]).toEqual([
        path,
        408,
        expect.objectContaining({ error: expect.anything() }),
      ]);
    }
  });

  it('is told before its first word by a status', async () => {
    const server = await startTestServer({ answer: { text: '', finish: 'OTHER' } as unknown as Answer });
    for (const model of models)
      for (const path of paths) {
        const { status } = await whole(server, path, { model, stream: true });
        expect([model, path, status]).toEqual([model, path, 502]);
      }
  });

  it('is told in a stream whose connection stays open', async () => {
    const server = await startTestServer({
      answer: { text: 'All of it' },
      transport: { omitDone: true, endDelayMs: 120_000 },
    });
    for (const path of paths) {
      const streamed = await stream(server, path, { model: 'gpt-4.1' });
      expect([path, streamed]).toEqual([path, expect.stringMatching(complete)]);
      if (path === '/v1/chat/completions') expect(streamed).toContain('data: [DONE]');
    }
  });
});

const refusals: [code: string, message: string, status: number][] = [
  ['rate_limit_exceeded', 'Rate limit reached.', 429],
  ['server_is_overloaded', 'Try again later.', 429],
  ['insufficient_quota', 'You exceeded your quota.', 402],
  ['context_length_exceeded', 'Your input exceeds the context window of this model.', 400],
  ['content_filter', 'Refused.', 400],
  ['server_error', 'It failed.', 502],
];

describe('a failure inside a stream of 200', () => {
  const created = { type: 'response.created', sequence_number: 0, response: { id: 'resp_1', model: 'gpt' } };
  const toStream = (events: object[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

  it.each(refusals)('of the code %s has its status while nothing is sent', async (code, message, status) => {
    const error = { code, message };
    const failed = {
      type: 'response.failed',
      sequence_number: 1,
      response: { id: 'resp_1', status: 'failed', error },
    };
    const server = await startTestServer();
    const fault = { status: 200, contentType: 'text/event-stream', times: 99 };
    server.simulator.faults.add({ path: '/responses', body: toStream([created, failed]), ...fault });
    for (const path of paths) {
      const reply = await whole(server, path, { model: 'gpt-5.4-mini', stream: true });
      expect([path, reply.status]).toEqual([path, status]);
      expect(JSON.stringify(reply.body)).toContain(message);
    }
  });

  it('after the first words is an event', async () => {
    const said = {
      type: 'response.output_text.delta',
      sequence_number: 1,
      output_index: 0,
      item_id: 'a',
      delta: 'Hi',
    };
    const failed = { type: 'error', sequence_number: 2, code: 'rate_limit_exceeded', message: 'Slow down.' };
    const server = await startTestServer();
    const fault = { status: 200, contentType: 'text/event-stream', times: 9 };
    server.simulator.faults.add({ path: '/responses', body: toStream([created, said, failed]), ...fault });
    for (const path of paths) {
      const text = await stream(server, path, { model: 'gpt-5.4-mini' });
      expect(text).toContain('Hi');
      expect(text).toContain('Slow down.');
    }
  });
});

it('nothing follows the end of a stream', async () => {
  const server = await startTestServer();
  const chunk = {
    choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }],
    id: 'c',
    model: 'm',
  };
  const late = 'data: {"error":{"message":"late"}}\n\n';
  const body = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n${late}`;
  server.simulator.faults.add({
    path: '/chat/completions',
    status: 200,
    body,
    contentType: 'text/event-stream',
    times: 2,
  });
  for (const model of ['gpt-4.1', 'gemini-3.5-flash']) {
    const text = await stream(server, '/v1/chat/completions', { model });
    expect(text).toContain('Hi');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  }
});

describe('a reply in one piece says what its stream said', () => {
  const frame = (fields: { type: string; [name: string]: unknown }): string =>
    `event: ${fields.type}\ndata: ${JSON.stringify(fields)}\n\n`;
  const delta = frame({ type: 'response.output_text.delta', item_id: 'm', output_index: 0, delta: 'Hello' });
  const completed = { id: 'r', object: 'response', status: 'completed', output: [] };
  const begun = frame({ type: 'response.created', response: { ...completed, status: 'in_progress' } });
  const end = frame({ type: 'response.completed', response: completed });
  const start = frame({
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', content: [] },
  });
  const stop = (reason: string | null): string =>
    frame({ type: 'message_delta', delta: { stop_reason: reason } }) + frame({ type: 'message_stop' });
  const block = (index: number, content: object, piece: object): string =>
    frame({ type: 'content_block_start', index, content_block: content }) +
    frame({ type: 'content_block_delta', index, delta: piece }) +
    frame({ type: 'content_block_stop', index });
  const words = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Hello' });
  const half = block(
    1,
    { type: 'tool_use', id: 't', name: 'x', input: {} },
    { type: 'input_json_delta', partial_json: '{"a' },
  );
  const part = { type: 'refusal', refusal: 'No.' };

  async function askInOnePiece(path: Path, raw: string, model: string) {
    const server = await startTestServer({});
    server.simulator.faults.add({
      path: path.replace(/^\/v1(?!\/messages)/, ''),
      status: 200,
      contentType: 'text/event-stream',
      body: raw,
    });
    return whole(server, path, { model });
  }

  it.each<[what: string, path: Path, raw: string, told: string]>([
    ['the last event lacks the output', '/v1/responses', begun + delta + end, '"text":"Hello"'],
    [
      'a text comes whole',
      '/v1/responses',
      begun +
        frame({ type: 'response.output_text.done', item_id: 'm', output_index: 0, text: 'Hello' }) +
        end,
      '"text":"Hello"',
    ],
    [
      'a refusal comes as a part',
      '/v1/responses',
      begun + frame({ type: 'response.content_part.done', item_id: 'm', output_index: 0, part }) + end,
      '"refusal":"No."',
    ],
    [
      'the last event has no response',
      '/v1/responses',
      begun + delta + frame({ type: 'response.completed' }),
      '"text":"Hello"',
    ],
    ['a call is cut', '/v1/messages', start + words + half + stop('tool_use'), '"invalid_json":"{\\"a"'],
    [
      'a reason is followed by another',
      '/v1/messages',
      start + words + frame({ type: 'message_delta', delta: { stop_reason: 'refusal' } }) + stop('end_turn'),
      '"stop_reason":"refusal"',
    ],
    [
      'the whole reply is labelled as a stream',
      '/v1/messages',
      '{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn"}',
      '"text":"Hello"',
    ],
  ])('where %s, by %s', async (_, path, raw, told) => {
    const model = path === '/v1/responses' ? 'gpt-5.4-mini' : 'claude-sonnet-4.6';
    const { status, body } = await askInOnePiece(path, raw, model);
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining(told)]);
  });
});
