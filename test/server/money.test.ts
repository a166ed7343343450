import { expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

const said = [{ role: 'user', content: 'hi' }];
const afterTool = [
  ...said,
  { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: {} }] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'done' }] },
];
const tools = [{ name: 'look', input_schema: { type: 'object' } }];

it.each([
  ['/v1/messages', { max_tokens: 100, messages: said }, 0.33],
  ['/v1/chat/completions', { messages: said }, 0.33],
  // What follows from a call of a tool is free.
  ['/v1/messages', { max_tokens: 100, messages: afterTool, tools }, 0],
])(
  'an answer by %s is counted in premium requests for an account that has those',
  async (path, body, count) => {
    const server = await startTestServer({ account: { plan: 'paid-requests', tellsCredits: true } });
    const reply = await server.post(path, { ...body, model: 'claude-haiku-4.5', stream: true });
    expect(reply.status).toBe(200);
    await reply.text();
    const [record] = server.records;
    expect(record?.usage).toMatchObject({ credits: undefined, premiumRequests: count });
    expect(record?.usage).not.toHaveProperty('estimatedCredits');
  },
);
