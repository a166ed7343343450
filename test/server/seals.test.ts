import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

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
