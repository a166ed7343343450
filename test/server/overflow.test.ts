import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';
import { createBody } from './streams/callers.ts';

const modelCall = /^\/(?:chat\/completions|responses|v1\/messages)$/;

const routes = [
  ['chat-completions', '/v1/chat/completions'],
  ['responses', '/v1/responses'],
  ['messages', '/v1/messages'],
] as const;
const models = ['gpt-5.4', 'gpt-4.1', 'claude-sonnet-4.6', 'gemini-3.5-flash', 'kimi-k2.7-code'];
const ways = routes.flatMap(([dialect, path]) => models.map((model) => [dialect, path, model] as const));

async function overflow(
  [dialect, path, model]: (typeof ways)[number],
  error: object,
): Promise<{ status: number; error: Record<string, unknown> }> {
  const server = await startTestServer();
  server.simulator.faults.add({ path: modelCall, times: 50, status: 400, body: { error } });
  const reply = await server.post(path, createBody(dialect, model));
  return { status: reply.status, error: await readError(reply) };
}

async function readError(reply: Response): Promise<Record<string, unknown>> {
  const { error } = (await reply.json()) as { error: Record<string, unknown> };
  return error;
}

describe('a conversation that is too long', () => {
  const copilots = {
    code: 'model_max_prompt_tokens_exceeded',
    message: 'prompt token count of 140000 exceeds the limit of 128000',
  };

  it.each(ways)('has the code and the words by which clients compact, on %s by %s of %s', async (...way) => {
    const { status, error } = await overflow(way, copilots);
    expect(status).toBe(400);
    expect(error.message).toMatch(/^prompt is too long: 140000 tokens > 128000 maximum: /);
    expect(error.type).toBe('invalid_request_error');
    if (way[0] !== 'messages') expect(error.code).toBe('context_length_exceeded');
  });

  it.each([
    [
      'Anthropic',
      { type: 'invalid_request_error', message: 'prompt is too long: 210,000 tokens > 200,000 maximum' },
    ],
    [
      'OpenAI',
      { code: 'context_length_exceeded', message: 'Your input exceeds the context window of this model.' },
    ],
    [
      'older OpenAI',
      {
        message:
          "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens.",
      },
    ],
    [
      'Gemini',
      { message: 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).' },
    ],
    ['Kimi', { message: 'Your request exceeded model token limit: 262144 (requested: 300000)' }],
  ])('is known by the words of %s', async (_, said) => {
    const { status, error } = await overflow(['chat-completions', '/v1/chat/completions', 'gpt-4.1'], said);
    expect([status, error.code]).toEqual([400, 'context_length_exceeded']);
    expect(error.message).toMatch(/prompt is too long/);
    expect(error.message).toContain(said.message);
    if (/\d.*\d/.test(said.message)) expect(error.message).toMatch(/\d+ tokens > [\d,]+ maximum/);
  });

  it.each([
    ['a schema', 'Invalid schema: too many properties (140000 exceeds the limit of 128000)', 400],
    ['an image', 'image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes', 400],
  ])('is not seen in what is wrong with %s', async (_, message, status) => {
    const failed = await overflow(['chat-completions', '/v1/chat/completions', 'gpt-4.1'], { message });
    expect(failed.status).toBe(status);
    expect(failed.error.code).not.toBe('context_length_exceeded');
    expect(failed.error.message).not.toMatch(/prompt is too long/);
  });

  it.each(routes)('has them in a stream that has begun, on %s by %s', async (dialect, path) => {
    const server = await startTestServer({ server: { pingMs: 50 } });
    server.simulator.faults.add({
      path: modelCall,
      status: 400,
      delayMs: 400,
      body: { error: copilots },
    });
    const reply = await server.post(path, { ...createBody(dialect, 'gpt-5.4'), stream: true });
    const text = await reply.text();
    expect([reply.status, text]).toEqual([200, expect.stringContaining('ping')]);
    expect(text).toContain('prompt is too long: 140000 tokens > 128000 maximum');
    if (dialect !== 'messages') expect(text).toContain('"code":"context_length_exceeded"');
    // Codex reads no other event of a failure.
    if (dialect === 'responses')
      expect(text).toMatch(/event: response\.failed\ndata: .*"error":\{"code":"context_length_exceeded"/);
  });

  it('is refused with the same words by a limit of this server', async () => {
    const server = await startTestServer({ env: { MAX_TOKENS_PER_REQUEST: '10' } });
    const body = { ...createBody('messages', 'gpt-5.4'), system: 'word '.repeat(100) };
    const error = await readError(await server.post('/v1/messages', body));
    expect(error.message).toMatch(/^prompt is too long: \d+ tokens > 10 maximum/);
  });
});
