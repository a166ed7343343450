import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';
import type { UnsupportedWords } from '../simulator/copilot/unsupported-fields.ts';

const asked = [{ role: 'user', content: 'hi' }];
const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } };
/** Its name has to be changed, which takes a translation. */
const dotted = { ...tool, function: { ...tool.function, name: 'look.at' } };

async function ask(server: TestServer, path: string, body: object) {
  const before = server.modelCalls().length;
  const reply = await server.post(path, body);
  return {
    status: reply.status,
    text: await reply.text(),
    notice: reply.headers.get('x-copilot-cli-notice') ?? '',
    route: reply.headers.get('x-copilot-cli-route'),
    calls: server.modelCalls().slice(before),
  };
}

describe('the output limit', () => {
  it.each([
    ['natively', [tool]],
    ['translated', [dotted]],
  ])('of GPT-5 goes to /chat/completions under the name that it takes, %s', async (_way, tools) => {
    const server = await startTestServer();
    const { status, calls } = await ask(server, '/v1/chat/completions', {
      model: 'gpt-5-mini',
      max_tokens: 500,
      messages: asked,
      tools,
    });
    expect(status).toBe(200);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.body).toMatchObject({ max_completion_tokens: 500 });
    expect(calls[0]?.body).not.toHaveProperty('max_tokens');
  });

  it('of other models keeps its name', async () => {
    const server = await startTestServer();
    for (const model of ['gpt-4.1', 'gemini-3.5-flash', 'kimi-k2.7-code']) {
      const { status, calls } = await ask(server, '/v1/chat/completions', {
        model,
        max_tokens: 500,
        messages: asked,
      });
      expect([status, calls.length]).toEqual([200, 1]);
      expect(calls[0]?.body).toMatchObject({ max_tokens: 500 });
    }
  });

  it('goes by another name to a model that asks for it, from then on', async () => {
    const server = await startTestServer({ unsupportedFields: { 'gpt-4.1': { max_tokens: 'parameter' } } });
    const body = { model: 'gpt-4.1', max_tokens: 500, messages: asked };
    const first = await ask(server, '/v1/chat/completions', body);
    expect([first.status, first.calls.length, first.notice]).toEqual([200, 2, '']);
    const second = await ask(server, '/v1/chat/completions', body);
    expect([second.status, second.calls.length]).toEqual([200, 1]);
    expect(second.calls[0]?.body).toMatchObject({ max_completion_tokens: 500 });
  });
});

describe('a field that a model refuses', () => {
  type Row = [words: UnsupportedWords, field: string, path: string, model: string, body: object];
  const chat = { messages: asked, seed: 7, response_format: { type: 'text' } };
  const rows: Row[] = [
    ['parameter', 'seed', '/v1/chat/completions', 'gpt-4.1', chat],
    ['value', 'seed', '/v1/chat/completions', 'gpt-4.1', { ...chat, tools: [dotted] }],
    ['unknown', 'user', '/v1/chat/completions', 'gemini-3.5-flash', { ...chat, user: 'ann' }],
    ['extra', 'seed', '/v1/chat/completions', 'kimi-k2.7-code', chat],
    [
      'named-value',
      'text.verbosity',
      '/v1/responses',
      'gpt-5.4',
      { input: 'hi', text: { verbosity: 'low' } },
    ],
    ['parameter', 'truncation', '/v1/responses', 'gpt-5.4', { input: 'hi', truncation: 'auto' }],
    [
      'extra',
      'context_management',
      '/v1/messages',
      'claude-sonnet-4.6',
      { max_tokens: 100, messages: asked, context_management: { edits: [] } },
    ],
    [
      'extra',
      'speed',
      '/v1/messages',
      'claude-sonnet-4.6',
      { max_tokens: 100, messages: asked, speed: 'fast' },
    ],
  ];

  it.each(rows)(
    'in the words of "%s" (%s, %s) is left out, once for the model',
    async (words, field, path, model, body) => {
      const server = await startTestServer({ unsupportedFields: { [model]: { [field]: words } } });
      const first = await ask(server, path, { ...body, model });
      expect([first.status, first.calls.length]).toEqual([200, 2]);
      expect(first.notice + server.logged()).toContain(field);
      const second = await ask(server, path, { ...body, model });
      expect([second.status, second.calls.length]).toEqual([200, 1]);
      expect(second.notice).toContain(`${model} does not take it: ${field}`);
    },
  );

  it('is still sent to other models', async () => {
    const server = await startTestServer({ unsupportedFields: { 'gpt-4.1': { seed: 'parameter' } } });
    await ask(server, '/v1/chat/completions', { ...chat, model: 'gpt-4.1' });
    const { calls, notice } = await ask(server, '/v1/chat/completions', { ...chat, model: 'gpt-4o' });
    expect(calls[0]?.body).toMatchObject({ seed: 7 });
    expect(notice).toBe('');
  });

  it('costs one more call a prompt, and no more: a second one is told', async () => {
    const refused = { seed: 'parameter', user: 'parameter' } as const;
    const server = await startTestServer({ unsupportedFields: { 'gpt-4.1': refused } });
    const body = { ...chat, user: 'ann', model: 'gpt-4.1' };
    const first = await ask(server, '/v1/chat/completions', body);
    expect([first.status, first.calls.length]).toEqual([400, 2]);
    expect(first.text).toContain("'user' is not supported");
    const second = await ask(server, '/v1/chat/completions', body);
    expect([second.status, second.calls.length]).toEqual([200, 2]);
    const third = await ask(server, '/v1/chat/completions', body);
    expect([third.status, third.calls.length]).toEqual([200, 1]);
  });

  it('goes with those that models lack with it', async () => {
    const server = await startTestServer();
    const body = {
      model: 'gpt-5-mini',
      messages: asked,
      stop: ['END'],
      presence_penalty: 0,
      frequency_penalty: 0,
    };
    const first = await ask(server, '/v1/chat/completions', body);
    expect([first.status, first.calls.length]).toEqual([200, 2]);
  });
});

describe('a model that must be asked elsewhere', () => {
  it.each([
    ['natively', { tools: [tool] }],
    ['translated', { tools: [dotted] }],
  ])('is asked there at once the next time, %s', async (_way, extra) => {
    const server = await startTestServer();
    const message = 'model gpt-5-mini is not supported via Chat Completions API.';
    server.simulator.faults.add({ path: '/chat/completions', status: 400, body: { error: { message } } });
    const body = { model: 'gpt-5-mini', messages: asked, ...extra };
    const first = await ask(server, '/v1/chat/completions', body);
    expect([first.status, first.calls.map(({ path }) => path)]).toEqual([
      200,
      ['/chat/completions', '/responses'],
    ]);
    const second = await ask(server, '/v1/chat/completions', body);
    expect([second.status, second.calls.map(({ path }) => path)]).toEqual([200, ['/responses']]);
  });

  it.each([[tool], [dotted]])(
    'is asked there the first time if it is known: tools and an effort for GPT-5.4',
    async (given) => {
      const server = await startTestServer();
      const body = { model: 'gpt-5.4', messages: asked, reasoning_effort: 'low', tools: [given] };
      const { status, calls } = await ask(server, '/v1/chat/completions', body);
      expect([status, calls.map(({ path }) => path)]).toEqual([200, ['/responses']]);
      const { tools: _, ...bare } = body;
      const plain = await ask(server, '/v1/chat/completions', bare);
      expect([plain.status, plain.calls.map(({ path }) => path)]).toEqual([200, ['/chat/completions']]);
    },
  );
});
