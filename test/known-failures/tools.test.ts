// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import type { ToolDefinition } from '../../src/dialects/chat-request.ts';
import { describeError } from '../../src/errors.ts';
import { createTestClient, says } from '../helpers/client.ts';

const dialects = ['gpt-5-mini', 'claude-haiku-4.5', 'gemini-3.5-flash'];
const noParameters = { type: 'object', properties: {} };

describe('tools', () => {
  it.each(dialects)('failure 20: schemas without properties or items are completed: %s', async (model) => {
    const client = await createTestClient();
    const tools: ToolDefinition[] = [
      { name: 'list', parameters: { type: 'object' } },
      {
        name: 'search',
        parameters: {
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          type: 'object',
          properties: { words: { type: 'array' }, options: { type: 'object' } },
        },
      },
    ];
    expect((await client.ask(model, { messages: [says('hi')], tools })).text).toBe('You said: hi');
    expect(client.modelCalls()).toHaveLength(1);
  });

  it.each([
    [
      'gpt-5-mini',
      '/responses',
      "Invalid schema for function at tools[1]: 'x' is not valid.",
      'tools[1].parameters',
    ],
    ['claude-haiku-4.5', '/v1/messages', 'tools.1.custom.input_schema: JSON schema is invalid.', undefined],
    ['gemini-3.5-flash', '/chat/completions', "Invalid 'tools[1].function.parameters': invalid.", undefined],
  ])(
    'failure 20: a schema that %s refuses is told by the name of its tool',
    async (model, path, message, param) => {
      const client = await createTestClient();
      const body = { error: { message, code: 'invalid_request_body', param } };
      client.simulator.faults.add({ path, status: 400, body, times: 9 });
      const tools = ['list', 'search', 'read'].map((name) => ({ name, parameters: noParameters }));
      const failure = await client.ask(model, { messages: [says('hi')], tools }).catch(describeError);
      expect(failure).toMatchObject({ code: 'upstream', details: { param } });
      expect(JSON.stringify(failure)).toMatch(/\bsearch\b/);
    },
  );

  it.each(dialects)(
    'failure 21: of more than 128 tools the first 128 are sent, and it is said: %s',
    async (model) => {
      const client = await createTestClient();
      const tools = Array.from({ length: 130 }, (_, index) => ({
        name: `tool_${index}`,
        parameters: noParameters,
      }));
      expect((await client.ask(model, { messages: [says('hi')], tools })).text).toBe('You said: hi');
      const sent = client.readBody(0).tools;
      expect(sent).toHaveLength(128);
      expect(JSON.stringify(sent)).toContain('"tool_127"');
      expect(client.notices.join(' ')).toContain('128');
    },
  );

  it.each(dialects)(
    'failure 21: names of tools that are too long or have other characters are shortened, and come back whole: %s',
    async (model) => {
      const prefix = `mcp.server/${'x'.repeat(60)}`;
      const tools = ['read', 'write'].map((name) => ({
        name: `${prefix}.${name}`,
        parameters: noParameters,
      }));
      const client = await createTestClient({ checkSignatures: false });
      client.simulator.state.answer = ({ body }) => {
        const sent = (body as { tools: { name?: string; function?: { name: string } }[] }).tools;
        const names = sent.map((tool) => tool.name ?? tool.function?.name ?? '');
        return { toolCalls: [{ name: names[1] ?? '', arguments: '{}' }] };
      };
      const { message, toolCalls } = await client.ask(model, { messages: [says('Write')], tools });
      expect(toolCalls).toMatchObject([{ name: `${prefix}.write` }]);
      const [call] = toolCalls;
      const result = { role: 'tool' as const, callId: call?.id ?? '', parts: [], isError: false };
      await client.ask(model, { messages: [says('Write'), message, result], tools });
      expect(JSON.stringify(client.readBody(1))).not.toContain(prefix);
    },
  );
});
