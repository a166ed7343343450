import { describe, expect, it } from 'vitest';
import * as claudeCode from '../fixtures/claude-code.ts';
import * as codex from '../fixtures/codex.ts';
import { startTestServer } from '../helpers/api-server.ts';

const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 7 };

/** The history is made up, so nobody has signed its thoughts. */
const startServer = () => startTestServer({ answer: { text: 'Done.', usage }, checkSignatures: false });

describe('Claude Code', () => {
  it.each(claudeCode.turns)('sends $name', async ({ headers, body, initiator, betas }) => {
    const server = await startServer();
    const reply = await server.post('/v1/messages?beta=true', body, { ...claudeCode.headers, ...headers });
    const text = await reply.text();
    expect(reply.status, text).toBe(200);
    expect(text).toContain('Done.');
    const [call] = server.modelCalls();
    expect(server.modelCalls()).toHaveLength(1);
    expect(reply.headers.get('x-copilot-cli-route')).toBe('native /v1/messages');
    expect(call?.headers['x-initiator']).toBe(initiator);
    expect(call?.headers['anthropic-beta']).toBe(betas);
    expect(JSON.stringify(call?.body)).not.toContain('"scope"');
    expect(server.records).toMatchObject([
      {
        initiator,
        model: 'claude-sonnet-4.6',
        session: claudeCode.headers['x-claude-code-session-id'],
        usage: { inputTokens: 30, cachedInputTokens: 10, outputTokens: 7 },
      },
    ]);
  });

  it.each(['gpt-5.4', 'gpt-5.3-codex', 'gemini-3.5-flash', 'kimi-k2.7-code'])(
    'is answered by %s, too',
    async (model) => {
      const server = await startServer();
      for (const { body, headers, initiator } of claudeCode.turns) {
        const asked = { ...body, model };
        const reply = await server.post('/v1/messages?beta=true', asked, {
          ...claudeCode.headers,
          ...headers,
        });
        expect(reply.status, await reply.clone().text()).toBe(200);
        expect(await reply.text()).toContain('Done.');
        expect(server.modelCalls().at(-1)?.headers['x-initiator']).toBe(initiator);
      }
      expect(server.modelCalls()).toHaveLength(claudeCode.turns.length);
    },
  );

  it('gets the small model that it asks for by a dated name', async () => {
    const server = await startServer();
    const body = {
      model: 'claude-haiku-4-5-20251001',
      max_tokens: 512,
      messages: [{ role: 'user', content: 'A title' }],
    };
    const reply = await server.post('/v1/messages?beta=true', body, claudeCode.headers);
    expect(await reply.json()).toMatchObject({ content: [{ text: 'Done.' }] });
    expect(server.readBody(0).model).toBe('claude-haiku-4.5');
  });

  it('finds a running server', async () => {
    const server = await startServer();
    const paths = [
      ['HEAD', '/api/hello'],
      ['HEAD', '/'],
      ['POST', '/api/event_logging/batch'],
    ] as const;
    for (const [method, path] of paths) {
      const body = method === 'POST' ? '{"events":[]}' : null;
      const reply = await fetch(server.url + path, { method, body, headers: claudeCode.headers });
      expect(reply.status, path).toBe(200);
    }
    expect(server.simulator.requests).toEqual([]);
  });
});

describe('Codex', () => {
  it.each([...codex.plainTurns, ...codex.customTurns])(
    'sends $name to gpt-5.3-codex, natively',
    async ({ input, initiator }) => {
      const server = await startServer();
      const body = { ...codex.frame, model: 'gpt-5.3-codex', input };
      const reply = await server.post('/v1/responses', body, codex.headers);
      const text = await reply.text();
      expect(reply.status, text).toBe(200);
      expect(text).toContain('response.completed');
      const [call] = server.modelCalls();
      expect(call?.path).toBe('/responses');
      expect(call?.headers['x-initiator']).toBe(initiator);
      expect(call?.body).toMatchObject({
        tools: codex.frame.tools,
        store: false,
        prompt_cache_key: codex.frame.prompt_cache_key,
        include: codex.frame.include,
        text: { verbosity: 'low' },
      });
      const sent = server.readBody(0).input as { id?: string; type: string }[];
      expect(sent.map(({ type }) => type)).toEqual(input.map((item) => (item as { type: string }).type));
      expect(sent.filter((item) => 'id' in item)).toEqual([]);
      expect(server.records).toMatchObject([{ initiator, session: codex.headers.session_id, usage }]);
    },
  );

  it.each(['claude-sonnet-4.6', 'gpt-4.1', 'gemini-3.5-flash', 'grok-4.5'])(
    'is answered by %s where it brings functions only',
    async (model) => {
      const server = await startServer();
      for (const { input, initiator } of codex.plainTurns) {
        const body = { ...codex.plainFrame, model, input };
        const reply = await server.post('/v1/responses', body, codex.headers);
        const text = await reply.text();
        expect(reply.status, text).toBe(200);
        expect(text).toContain('response.completed');
        expect(server.modelCalls().at(-1)?.headers['x-initiator']).toBe(initiator);
      }
    },
  );

  it.each(['claude-sonnet-4.6', 'gpt-4.1', 'gemini-3.5-flash'])(
    'goes on with %s after it has called freeform tools',
    async (model) => {
      const server = await startServer();
      for (const { input } of codex.customTurns) {
        const body = { ...codex.plainFrame, model, input, tools: [codex.applyPatch] };
        const reply = await server.post('/v1/responses', body, codex.headers);
        const text = await reply.text();
        expect(reply.status, text).toBe(200);
        expect(text).toContain('response.completed');
      }
    },
  );
});

describe('thinking that Copilot no longer accepts', () => {
  it.each(claudeCode.turns.filter(({ body }) => JSON.stringify(body).includes('signature')))(
    'is left out of what Claude Code sends as $name',
    async ({ body }) => {
      const server = await startTestServer({ answer: { text: 'Done.' } });
      const reply = await server.post(
        '/v1/messages?beta=true',
        { ...body, stream: false },
        claudeCode.headers,
      );
      expect(await reply.json()).toMatchObject({ content: [{ type: 'text', text: 'Done.' }] });
      expect(reply.headers.get('x-copilot-cli-notice')).toContain('Thinking of another model');
      expect(server.modelCalls()).toHaveLength(2);
      expect(JSON.stringify(server.modelCalls().at(-1)?.body)).not.toContain('signature');
    },
  );

  it.each(
    [...codex.plainTurns, ...codex.customTurns].filter(({ input }) =>
      JSON.stringify(input).includes('encrypted'),
    ),
  )('is left out of what Codex sends as $name', async ({ input }) => {
    const server = await startTestServer({ answer: { text: 'Done.' } });
    const body = { ...codex.frame, model: 'gpt-5.3-codex', input };
    const reply = await server.post('/v1/responses', body, codex.headers);
    expect(await reply.text()).toContain('response.completed');
    expect(server.modelCalls()).toHaveLength(2);
    expect(JSON.stringify(server.readBody(1))).not.toContain('encrypted_content":');
    expect(server.readBody(1)).toMatchObject({ tools: codex.frame.tools });
  });
});
