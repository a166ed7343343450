import { expect, test } from 'vitest';
import type { Simulator } from './simulator.ts';
import { type Call, callCopilot, openSimulator } from './test-client.ts';

const user = { role: 'user', content: 'Hello' };

async function call(
  simulator: Simulator,
  extra: Record<string, unknown> = {},
  headers: Call['headers'] = {},
) {
  const body = { model: 'claude-sonnet-4.6', max_tokens: 4096, messages: [user], stream: true, ...extra };
  return callCopilot(simulator, '/v1/messages', {
    body,
    headers: { 'copilot-vision-request': 'true', ...headers },
  });
}

const use = { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' };
const asking = { role: 'assistant', content: [use] };
const say = (...content: object[]) => ({ role: 'user', content });
const scoped = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', scope: 'global' } };
const mark = { type: 'ephemeral' };
const marked = { type: 'text', text: 'Hi', cache_control: mark };
const tool = { name: 'read', input_schema: { type: 'object', properties: {} } };
const png = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgoAAAANSUhEUg==' };
const adaptive = { type: 'adaptive' };
const opus = 'claude-opus-5';

const refusals: [string, Record<string, unknown>, string | RegExp][] = [
  [
    'an image by URL',
    { messages: [say({ type: 'image', source: { type: 'url', url: 'https://x/a.png' } })] },
    '{"error":{"message":"external image URLs are not supported","code":""}}\n',
  ],
  [
    'a schema with limits',
    {
      output_config: {
        format: { type: 'json_schema', schema: { type: 'array', items: { type: 'integer', minimum: 1 } } },
      },
    },
    /For 'integer' type, properties minimum are not supported/,
  ],
  [
    'a schema with an open object',
    { output_config: { format: { type: 'json_schema', schema: { type: 'object', properties: {} } } } },
    /'additionalProperties' must be explicitly set to false/,
  ],
  ['web search', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, /"unsupported_value"/],
  [
    'web fetch',
    { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] },
    /rejected tool\(s\): web_fetch/,
  ],
  [
    'code execution',
    { tools: [{ type: 'code_execution_20250825', name: 'x' }] },
    /^{"message":"tools.0: Input tag/,
  ],
  [
    'a cache scope',
    { system: [scoped] },
    /system.0.cache_control.ephemeral.scope: Extra inputs are not permitted.*"request_id":"req_/,
  ],
  [
    'a cache mark of the whole body',
    { cache_control: { type: 'ephemeral' } },
    /"cache_control: Extra inputs/,
  ],
  [
    'a cache mark inside a tool result',
    {
      messages: [
        user,
        asking,
        say({ ...result, content: [{ ...scoped, cache_control: { type: 'ephemeral' } }] }),
      ],
    },
    /may not be specified within tool_result.content/,
  ],
  [
    'an effort that is not listed',
    { output_config: { effort: 'xhigh' } },
    /output_config.effort \\"xhigh\\" is not supported/,
  ],
  [
    'a thinking budget for an adaptive model',
    { model: opus, thinking: { type: 'enabled', budget_tokens: 2000 } },
    /thinking.type.enabled/,
  ],
  ['a forced tool while thinking', { thinking: adaptive, tool_choice: { type: 'any' } }, /forces tool use/],
  ['no max_tokens', { max_tokens: undefined }, /max_tokens: Field required/],
  [
    'too many max_tokens',
    { max_tokens: 200_000 },
    '{"message":"The maximum tokens you requested exceeds the model limit of 64000"}\n',
  ],
  ['a prefill', { messages: [user, { role: 'assistant', content: 'So' }] }, /prefill/],
  ['a system role', { messages: [{ role: 'system', content: 'x' }, user] }, /Unexpected role/],
  ['an unknown field', { inference_geo: 'us' }, /inference_geo: Extra inputs are not permitted/],
  ['one tool id twice', { messages: [user, asking, say(result), asking, say(result)] }, /must be unique/],
  [
    'a tool call without a result',
    { messages: [user, asking, user] },
    /messages.1: tool_use ids were found without tool_result blocks immediately after: toolu_1/,
  ],
  ['a result without a tool call', { messages: [say(result)] }, /unexpected `tool_use_id`/],
  [
    'a tool id with a colon',
    {
      messages: [
        user,
        { ...asking, content: [{ ...use, id: 'a:1' }] },
        say({ ...result, tool_use_id: 'a:1' }),
      ],
    },
    /tool_use.id/,
  ],
  ['empty text', { messages: [say({ type: 'text', text: '' })] }, /must be non-empty/],
  ['blank text', { messages: [say({ type: 'text', text: ' \n' })] }, /must contain non-whitespace text/],
  ['blank content', { messages: [{ role: 'user', content: '  ' }] }, /must contain non-whitespace text/],
  [
    'empty text in the result of a tool',
    { messages: [user, asking, say({ ...result, content: [{ type: 'text', text: '' }] })] },
    /must be non-empty/,
  ],
  [
    'empty content of a message that is not the last',
    { messages: [user, { role: 'assistant', content: [] }, user] },
    /"messages.1: all messages must have non-empty content except for the optional final assistant message"/,
  ],
  ['empty content of a user', { messages: [{ role: 'user', content: '' }] }, /messages.0: all messages must/],
  [
    'a mark on empty text',
    { messages: [say({ type: 'image', source: png }, { type: 'text', text: '', cache_control: mark })] },
    /messages.0.content.1.text: cache_control cannot be set for empty text blocks/,
  ],
  [
    'a mark on empty instructions',
    { system: [{ type: 'text', text: '', cache_control: mark }] },
    /system: cache/,
  ],
  ['five marks', { messages: [say(...Array(5).fill(marked))] }, /maximum of 4 blocks.*Found 5/],
  [
    'an image of another type than it says',
    { messages: [say({ type: 'image', source: { ...png, media_type: 'image/jpeg' } })] },
    /using the image\/jpeg media type, but the image appears to be a image\/png image/,
  ],
  [
    'a type of images that does not exist',
    { messages: [say({ type: 'image', source: { ...png, media_type: 'image/jpg' } })] },
    /media_type: Input should be 'image\/jpeg', 'image\/png', 'image\/gif' or 'image\/webp'/,
  ],
  [
    'a mislabelled image in the result of a tool',
    {
      messages: [
        user,
        asking,
        say({ ...result, content: [{ type: 'image', source: { ...png, media_type: 'image/webp' } }] }),
      ],
    },
    /appears to be a image\/png image/,
  ],
  ['two tools of one name', { tools: [tool, tool] }, /tools: Tool names must be unique/],
  ...['anyOf', 'oneOf', 'allOf'].map((word): (typeof refusals)[number] => [
    `${word} at the top of a tool's schema`,
    { tools: [{ ...tool, input_schema: { type: 'object', properties: {}, [word]: [{ required: [] }] } }] },
    /tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level/,
  ]),
  ['a tool without a schema', { tools: [{ name: 'read' }] }, /input_schema.type: Field required/],
  ['sampling for a reasoning model', { model: opus, temperature: 0 }, /"unsupported_value"/],
  [
    'a prompt that is too long',
    { messages: [{ role: 'user', content: 'x'.repeat(4_000_000) }] },
    /prompt is too long: 1000001 tokens > 936000 maximum/,
  ],
  ['a model of OpenAI', { model: 'gpt-5.4' }, /"unsupported_api_for_model"/],
];

test.each(refusals)('messages refuses %s', async (_name, extra, text) => {
  const response = await call(await openSimulator(), extra);
  expect(response.status).toBe(400);
  if (typeof text === 'string') expect(await response.text()).toBe(text);
  else expect(await response.text()).toMatch(text);
});

test('an unknown beta is refused', async () => {
  const response = await call(await openSimulator(), {}, { 'anthropic-beta': 'output-128k-2025-02-19' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('output-128k')]);
});

test('what Claude takes passes', async () => {
  const simulator = await openSimulator();
  const nested = { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } };
  const taken = {
    tools: [
      tool,
      { name: 'open', input_schema: { type: 'object', additionalProperties: {} } },
      { name: 'nest', input_schema: nested },
    ],
    messages: [
      say({ type: 'image', source: png }, { type: 'image', source: { ...png, data: 'aGk=' } }, marked),
    ],
  };
  expect((await call(simulator, taken)).status).toBe(200);
});

test('one backend of Claude does not know context management', async () => {
  const simulator = await openSimulator();
  const status = async () => (await call(simulator, { context_management: { edits: [] } })).status;
  expect(await status()).toBe(200);
  simulator.state.claudeBackend = 'vertex';
  expect(await status()).toBe(400);
});

test.each(['/v1/messages/batches', '/v1/files'])('%s does not exist', async (path) => {
  const response = await callCopilot(await openSimulator(), path, { body: {} });
  expect(response.status).toBe(404);
});
