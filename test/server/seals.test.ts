import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';

const call = (id: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'read', arguments: '{}' } }],
});
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'text' });
const tools = [
  { type: 'function', function: { name: 'read', parameters: { type: 'object', properties: {} } } },
];
const asks = { role: 'user', content: 'Read it.' };

describe('a caller that cannot send sealed thinking back', () => {
  it.each(['gemini-3.5-flash', 'claude-sonnet-4.6', 'gpt-5.3-codex'])(
    'need not, with %s, as long as the server runs',
    async (model) => {
      const answer = {
        reasoning: 'Hm.',
        reasoningOpaque: 'c2VhbGVk',
        toolCalls: [{ id: 'call_a', name: 'read', arguments: '{}' }],
      };
      const server = await startTestServer({ answer });
      const body = { model, tools, reasoning_effort: 'high', messages: [asks] as unknown[] };
      await (await server.post('/v1/chat/completions', { ...body, stream: true })).text();
      body.messages.push(call('call_a'), result('call_a'));
      server.simulator.state.answer = { text: 'Done.' };
      const reply = await server.post('/v1/chat/completions', body);
      expect(await reply.json()).toMatchObject({ choices: [{ message: { content: 'Done.' } }] });
      expect(JSON.stringify(server.readBody(1))).toContain('c2VhbGVk');
    },
  );

  it.each([
    ['reasoning_text', 'gemini-3.5-flash'],
    ['reasoning_content', 'gemini-3.5-flash'],
    ['reasoning', 'gemini-3.5-flash'],
    ['reasoning_text', 'claude-sonnet-4.6'],
    ['reasoning_text', 'gpt-5.3-codex'],
  ])('may send the words of a thought back without its seal, as %s to %s', async (field, model) => {
    const answer = {
      reasoning: 'Hm.',
      reasoningOpaque: 'c2VhbGVk',
      toolCalls: [{ id: 'call_a', name: 'read', arguments: '{}' }],
    };
    const server = await startTestServer({ answer });
    const body = { model, tools, reasoning_effort: 'high', messages: [asks] as unknown[] };
    await (await server.post('/v1/chat/completions', { ...body, stream: true })).text();
    body.messages.push({ ...call('call_a'), [field]: 'Hm.' }, result('call_a'));
    server.simulator.state.answer = { text: 'Done.' };
    const reply = await server.post('/v1/chat/completions', body);
    expect(await reply.json()).toMatchObject({ choices: [{ message: { content: 'Done.' } }] });
    expect(server.modelCalls()).toHaveLength(2);
    expect(JSON.stringify(server.readBody(1))).toContain('c2VhbGVk');
  });

  it('gets nothing by an id that every conversation has', async () => {
    const toolCalls = [{ id: 'functions.read:0', name: 'read', arguments: '{}' }];
    const reasoning = { reasoning: 'Hm.', reasoningOpaque: 'c2VhbGVk' };
    const server = await startTestServer({ answer: { ...reasoning, toolCalls } });
    const body = { model: 'kimi-k2.7-code', tools, messages: [asks] };
    await (await server.post('/v1/chat/completions', body)).text();
    const messages = [asks, call('functions.read:0'), result('functions.read:0')];
    await (await server.post('/v1/chat/completions', { ...body, messages })).text();
    expect(server.modelCalls()).toHaveLength(2);
    expect(JSON.stringify(server.readBody(1))).not.toContain('c2VhbGVk');
  });

  it('gets nothing for another model or another call', async () => {
    const toolCalls = [{ id: 'call_a', name: 'read', arguments: '{}' }];
    const server = await startTestServer({
      answer: { reasoning: 'Hm.', reasoningOpaque: 'c2VhbGVk', toolCalls },
    });
    const body = { model: 'gemini-3.5-flash', tools, messages: [asks] };
    await (await server.post('/v1/chat/completions', body)).text();
    for (const [model, id] of [
      ['claude-sonnet-4.6', 'call_a'],
      ['gemini-3.5-flash', 'call_b'],
    ] as const) {
      const messages = [asks, call(id), result(id)];
      await (await server.post('/v1/chat/completions', { ...body, model, messages })).text();
    }
    const sent = JSON.stringify(server.modelCalls().map((request) => request.body));
    expect(sent).not.toContain('c2VhbGVk');
  });
});

type Item = Record<string, unknown>;

/** The output of a model after this input, which it thought about. */
async function think(server: TestServer, model: string, input: Item[]): Promise<Item[]> {
  const body = {
    model,
    input,
    reasoning: { effort: 'high', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
  };
  const response = await server.post('/v1/responses', body);
  const { output } = (await response.json()) as { output: Item[] };
  return output.map(({ id: _, ...item }) => item);
}

/** The same by `/v1/messages`. */
async function thinkInBlocks(server: TestServer, model: string, messages: Item[]): Promise<Item[]> {
  const thinking = { type: 'enabled', budget_tokens: 2000 };
  const response = await server.post('/v1/messages', { model, messages, max_tokens: 8000, thinking });
  const { content } = (await response.json()) as { content: Item[] };
  return content;
}

describe('a conversation that changes its model', () => {
  const models = ['gpt-5.4-mini', 'claude-sonnet-4.6', 'gpt-5.3-codex', 'claude-sonnet-4.6', 'gpt-5.4-mini'];

  it('has no request refused for the thinking of another model, and keeps its own', async () => {
    const server = await startTestServer({ answer: { reasoning: 'Hm.', text: 'ok' } });
    const input: Item[] = [];
    for (const model of models) {
      input.push({ role: 'user', content: 'go on' });
      const output = await think(server, model, input);
      expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
      input.push(...output);
    }
    expect(server.modelCalls()).toHaveLength(models.length);
    const seals = input.filter(({ type }) => type === 'reasoning').map((item) => item.encrypted_content);
    expect(new Set(seals).size).toBe(models.length);
    const [first, second] = seals.map((seal) => JSON.stringify(seal));
    expect(JSON.stringify(server.readBody(3))).toContain(second);
    expect(JSON.stringify(server.readBody(3))).not.toContain(first);
    expect(JSON.stringify(server.readBody(4))).toContain(first);
    expect(JSON.stringify(server.readBody(4))).not.toContain(second);
  });

  it('does so by /v1/messages, too', async () => {
    const server = await startTestServer({ answer: { reasoning: 'Hm.', text: 'ok' } });
    const messages: Item[] = [];
    for (const model of models) {
      messages.push({ role: 'user', content: 'go on' });
      const content = await thinkInBlocks(server, model, messages);
      expect(content.map(({ type }) => type)).toEqual(['thinking', 'text']);
      messages.push({ role: 'assistant', content });
    }
    expect(server.modelCalls()).toHaveLength(models.length);
  });

  it.each(['gpt-5.4-mini', 'claude-sonnet-4.6'])(
    'has one request to %s refused if the server has been started in between',
    async (model) => {
      const server = await startTestServer({ answer: { reasoning: 'Hm.', text: 'ok' } });
      const thought = { type: 'reasoning', summary: [], encrypted_content: 'c2VhbGVk'.repeat(20) };
      const input: Item[] = [{ role: 'user', content: 'hi' }, thought, { role: 'assistant', content: 'ok' }];
      for (const round of [1, 2, 3]) {
        input.push({ role: 'user', content: 'go on' });
        input.push(...(await think(server, model, input)));
        expect(server.modelCalls()).toHaveLength(round + 1);
      }
    },
  );
});
