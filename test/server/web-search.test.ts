import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';

const sources = [
  { url: 'https://example.com/a', title: 'Weather in Rome' },
  { url: 'https://example.com/b', title: 'Rome today' },
];
const answer = { text: 'It is sunny.', webSearch: { query: 'weather rome', sources } };
/** As Claude Code asks for a search. */
const body = {
  model: 'claude-sonnet-4.6',
  max_tokens: 1000,
  system: 'You are an assistant for performing a web search tool use',
  tools: [
    { type: 'web_search_20250305', name: 'web_search', max_uses: 8 },
  ] satisfies Anthropic.WebSearchTool20250305[] as Anthropic.ToolUnion[],
  messages: [{ role: 'user' as const, content: 'Perform a web search for the query: weather in Rome' }],
};

function createSdk({ url }: TestServer): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 });
}

function listAsked({ simulator }: TestServer): unknown[] {
  return simulator.requestsTo('/responses').map(({ body }) => (body as { model: string }).model);
}

describe('a search of the web by Claude', () => {
  it.each(['whole', 'streamed'])(
    'is done by a GPT that searches, and comes as Anthropic gives it, %s',
    async (way) => {
      const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
      const { messages } = createSdk(server);
      const reply =
        way === 'whole' ? await messages.create(body) : await messages.stream(body).finalMessage();
      expect(reply).toMatchObject({
        type: 'message',
        model: 'claude-sonnet-4.6',
        stop_reason: 'end_turn',
        content: [
          { type: 'server_tool_use', name: 'web_search', input: { query: 'weather rome' } },
          {
            type: 'web_search_tool_result',
            content: sources.map((one) => ({ type: 'web_search_result', ...one })),
          },
          { type: 'text', text: 'It is sunny.' },
        ],
        usage: { server_tool_use: { web_search_requests: 1 } },
      });
      const [call, result] = reply.content;
      expect(result).toMatchObject({ tool_use_id: (call as { id: string }).id });
      const asked = server.simulator.requestsTo('/responses').at(-1);
      expect(asked?.body).toMatchObject({ instructions: body.system, tools: [{ type: 'web_search' }] });
      expect(asked?.headers['x-initiator']).toBe('agent');
      expect(server.records).toMatchObject([
        { initiator: 'agent', status: 200, usage: { outputTokens: expect.any(Number) } },
      ]);
    },
  );

  it('asks first whoever has searched, and no more whoever has refused', async () => {
    const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
    const sdk = createSdk(server);
    await sdk.messages.create(body);
    const first = listAsked(server);
    await sdk.messages.create(body);
    expect(first.at(-1)).toBe('gpt-5.4');
    expect(listAsked(server).slice(first.length)).toEqual(['gpt-5.4']);
  });

  it('fails in the words that Claude Code shows, if no model of the account searches', async () => {
    const server = await startTestServer({ answer, servedTools: {} });
    const reply = await createSdk(server).messages.create(body);
    expect(reply.content).toMatchObject([
      { type: 'server_tool_use', name: 'web_search' },
      {
        type: 'web_search_tool_result',
        content: { type: 'web_search_tool_result_error', error_code: 'unavailable' },
      },
      { type: 'text', text: expect.stringContaining('no model of this Copilot account searches the web') },
    ]);
    expect(listAsked(server).length).toBeLessThanOrEqual(3);
    const asked = listAsked(server).length;
    await createSdk(server).messages.create(body);
    expect(listAsked(server).length).toBeLessThanOrEqual(asked + 3);
  });

  it('is told as it is, if Copilot limits or breaks it', async () => {
    const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
    server.simulator.faults.add({
      path: '/responses',
      status: 429,
      headers: { 'retry-after': '7' },
      times: 9,
    });
    await expect(createSdk(server).messages.create(body)).rejects.toMatchObject({ status: 429 });
  });

  const searched = {
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'rome' },
  };
  const spoken = (...content: object[]) => ({ type: 'message', role: 'assistant', content });
  const said = (text: string) => spoken({ type: 'output_text', text, annotations: [] });

  it.each([
    ['answers without a search', { output: [said('I made it up.')] }, 'without a search.*I made it up'],
    [
      'says that its search failed',
      { output: [{ ...searched, status: 'failed' }, said('I could not search.')] },
      'its search failed.*I could not search',
    ],
    [
      'refuses',
      { output: [searched, spoken({ type: 'refusal', refusal: 'I refuse.' })] },
      'refused to answer.*I refuse',
    ],
    ['says nothing', { output: [searched] }, 'the answer is empty'],
    ['says nothing but blanks', { output: [searched, said(' \n')] }, 'the answer is empty'],
    ['gives nothing at all', { output: [] }, 'the answer is empty'],
    [
      'is filtered before its first word',
      { status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [searched] },
      'content filter',
    ],
    [
      'reaches its limit before its first word',
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [searched] },
      'output limit',
    ],
  ])('fails in words if the model that searches %s', async (_, given, says) => {
    const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
    server.simulator.faults.add({ path: '/responses', body: { status: 'completed', ...given } });
    const reply = await createSdk(server).messages.create(body);
    expect(reply).toMatchObject({
      stop_reason: 'end_turn',
      content: [
        { type: 'server_tool_use' },
        { content: { type: 'web_search_tool_result_error', error_code: 'unavailable' } },
        { type: 'text', text: expect.stringMatching(new RegExp(`^Web search failed: .*${says}`, 's')) },
      ],
      usage: { server_tool_use: { web_search_requests: 0 } },
    });
  });

  it('keeps the lines of what was said', async () => {
    const text = '# Rome\n\n- sunny\n- warm';
    const server = await startTestServer({
      answer: { ...answer, text },
      servedTools: { 'gpt-5.4': ['web_search'] },
    });
    const { content } = await createSdk(server).messages.create(body);
    expect(content.at(-1)).toMatchObject({ text });
  });

  it('is passed on with its end if the answer was cut at a limit', async () => {
    const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
    const part = {
      type: 'output_text',
      text: 'It is',
      annotations: [{ type: 'url_citation', ...sources[0] }],
    };
    server.simulator.faults.add({
      path: '/responses',
      body: {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [searched, spoken(part)],
      },
    });
    expect(await createSdk(server).messages.create(body)).toMatchObject({
      stop_reason: 'max_tokens',
      content: [{}, { content: [{ type: 'web_search_result', ...sources[0] }] }, { text: 'It is' }],
    });
  });

  it.each([
    [
      'failed',
      { status: 'failed', error: { code: 'server_error', message: 'boom' }, output: [searched] },
      502,
    ],
    ['reports an error in place of an answer', { error: { code: 'server_error', message: 'boom' } }, 502],
    ['was limited', { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } }, 429],
    ['was cancelled', { status: 'cancelled', output: [searched, said('It is')] }, 502],
    ['is still in progress', { status: 'in_progress', output: [searched] }, 408],
    ['stopped for no reason', { status: 'incomplete', output: [searched, said('It is')] }, 408],
    ['is not JSON', '{"status":"completed","output":[', 502],
  ])('is an error, streamed or not, if the model that searches %s', async (_, given, status) => {
    const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
    server.simulator.faults.add({ path: '/responses', body: given, times: 9 });
    const { messages } = createSdk(server);
    await expect(messages.create(body)).rejects.toMatchObject({ status });
    await expect(messages.stream(body).finalMessage()).rejects.toMatchObject({ status });
  });

  it('is only what has no tool beside it: an agent with tools of its own is answered by its model', async () => {
    const server = await startTestServer({ answer: { text: 'Hello' } });
    const tools = [
      ...body.tools,
      { name: 'look', input_schema: { type: 'object' as const, properties: {} } },
    ];
    const { data, response } = await createSdk(server)
      .messages.create({ ...body, tools, tool_choice: { type: 'tool', name: 'web_search' } })
      .withResponse();
    expect(data.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(response.headers.get('x-copilot-cli-route')).toBe('native /v1/messages');
    expect(response.headers.get('x-copilot-cli-notice')).toContain('web_search_20250305');
    expect(listAsked(server)).toEqual([]);
  });

  it('keeps to the domains that are allowed', async () => {
    const server = await startTestServer({ answer, servedTools: { 'gpt-5.4': ['web_search'] } });
    const tools: Anthropic.WebSearchTool20250305[] = [
      { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['example.com'] },
    ];
    await createSdk(server).messages.create({ ...body, tools });
    expect(server.simulator.requestsTo('/responses').at(-1)?.body).toMatchObject({
      tools: [{ type: 'web_search', filters: { allowed_domains: ['example.com'] } }],
    });
  });
});
