import { expect, test } from 'vitest';
import { callCopilot, createChat, openSimulator, readChunks } from './test-client.ts';

type Refusal = [name: string, model: string, extra: Record<string, unknown>, text: string | RegExp];

const tool = (name: string, parameters: unknown = { type: 'object', properties: {} }) => ({
  type: 'function',
  function: { name, parameters },
});
const user = { role: 'user', content: 'Hi' };
const call = { id: 'call_1', type: 'function', function: { name: 'read', arguments: '{}' } };
const asking = { role: 'assistant', content: null, tool_calls: [call] };
const manyTools = Array.from({ length: 129 }, (_, index) => tool(`tool_${index}`));
const image = (url: string) => ({
  role: 'user',
  content: [{ type: 'image_url', image_url: { url } }],
});
const badNumber = { type: 'object', properties: { list: { type: 'array' } } };
const badEnum = { type: 'object', properties: { list: { type: 'array', items: {}, enum: [['a']] } } };
const union = { type: 'object', properties: {}, anyOf: [{ required: ['a'] }] };
const referring = {
  type: 'object',
  properties: { a: { $ref: '#/definitions/a' } },
  definitions: { a: { type: 'string' } },
};
const format = { type: 'json_schema', json_schema: {} };

const refusals: Refusal[] = [
  ['an unknown model', 'claude-sonnet-4-6', {}, /"model_not_supported"/],
  [
    'a model that is for responses only',
    'gpt-5.4-mini',
    {},
    /not accessible via the \/chat\/completions endpoint/,
  ],
  ['a model without its policy', 'claude-fable-5', {}, /"model_not_supported"/],
  ['no messages', 'gpt-4.1', { messages: [] }, /Missing required parameter/],
  ['more than 128 tools', 'gpt-4.1', { tools: manyTools }, /Invalid 'tools': array too long/],
  ['more than 128 tools of Gemini', 'gemini-3.5-flash', { tools: manyTools }, 'Bad Request\n'],
  ['a tool name with a dot', 'gpt-4.1', { tools: [tool('a.b')] }, /tools\[0\].function.name/],
  ['a tool name over 64 letters', 'gpt-4.1', { tools: [tool('x'.repeat(65))] }, /does not match pattern/],
  [
    'a schema without properties',
    'gpt-4.1',
    { tools: [tool('a', { type: 'object' })] },
    /missing properties/,
  ],
  ['an array without items', 'gpt-4.1', { tools: [tool('a', badNumber)] }, /array schema missing items/],
  ['an enum on an array for Gemini', 'gemini-3.5-flash', { tools: [tool('a', badEnum)] }, 'Bad Request\n'],
  ['tool_choice without tools', 'gpt-4.1', { tool_choice: 'auto' }, /only allowed when 'tools'/],
  ...['anyOf', 'oneOf', 'allOf', 'enum', 'not'].map(
    (word): Refusal => [
      `${word} at the top of a function's schema`,
      'gpt-4.1',
      { tools: [tool('a', { type: 'object', properties: {}, [word]: [] })] },
      /Invalid schema for function 'a': schema must have type 'object' and not have 'oneOf'/,
    ],
  ),
  ['a union at the top for Claude', 'claude-haiku-4.5', { tools: [tool('a', union)] }, /at the top level/],
  [
    'two tools of one name for Claude',
    'claude-haiku-4.5',
    { tools: [tool('a'), tool('a')] },
    /must be unique/,
  ],
  [
    'two tools of one name for Gemini',
    'gemini-3.5-flash',
    { tools: [tool('a'), tool('a')] },
    'Bad Request\n',
  ],
  ['a reference for Gemini', 'gemini-3.5-flash', { tools: [tool('a', referring)] }, 'Bad Request\n'],
  [
    'a reference to definitions of old for Kimi',
    'kimi-k2.7-code',
    { tools: [tool('a', referring)] },
    /#\/\$defs\//,
  ],
  [
    'max_tokens for GPT-5',
    'gpt-5-mini',
    { max_tokens: 100 },
    `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"invalid_request_body","param":"max_tokens"}}\n`,
  ],
  ...['stop', 'presence_penalty', 'frequency_penalty', 'logprobs', 'logit_bias'].map(
    (name): Refusal => [
      `${name} for GPT-5`,
      'gpt-5-mini',
      { [name]: 1 },
      new RegExp(`Unsupported parameter: '${name}' is not supported with this model."`),
    ],
  ),
  ['an effort that is not listed', 'gpt-5-mini', { reasoning_effort: 'max' }, /"invalid_reasoning_effort"/],
  [
    'an effort together with tools for GPT-5.4',
    'gpt-5.4',
    { reasoning_effort: 'low', tools: [tool('a')] },
    /Please use \/v1\/responses instead/,
  ],
  ['sampling for a reasoning model', 'gpt-5-mini', { temperature: 0.1 }, /"unsupported_value"/],
  ['a thinking budget that is too large', 'claude-haiku-4.5', { thinking_budget: 64_000 }, /out of range/],
  ['an empty prediction', 'gpt-4.1', { prediction: { type: 'content', content: '' } }, /prediction/],
  ['a schema where the model has none', 'gpt-4o', { response_format: format }, /Structured outputs/],
  [
    'a tool call without an answer',
    'gpt-4.1',
    { messages: [user, asking, user] },
    /did not have response messages: call_1/,
  ],
  [
    'a tool call without an answer for Claude',
    'claude-haiku-4.5',
    { messages: [user, asking] },
    /messages.1: tool_use ids were found without tool_result blocks/,
  ],
  [
    'an answer without a tool call',
    'gpt-4.1',
    { messages: [{ role: 'tool', tool_call_id: 'call_1', content: '' }] },
    /must be a response to a preceding message/,
  ],
  [
    'empty assistant text for Claude',
    'claude-haiku-4.5',
    { messages: [user, { role: 'assistant', content: '' }, user] },
    /text content blocks must be non-empty/,
  ],
  [
    'trailing white space for Claude',
    'claude-haiku-4.5',
    { messages: [user, { role: 'assistant', content: 'So ' }] },
    /trailing whitespace/,
  ],
  [
    'foreign thinking',
    'claude-haiku-4.5',
    { messages: [user, { role: 'assistant', content: 'So', reasoning_opaque: 'forged' }, user] },
    /Invalid `signature`/,
  ],
  [
    'an image that lies elsewhere',
    'gpt-4.1',
    { messages: [image('https://example.com/a.png')] },
    /external image URLs/,
  ],
  [
    'more images than the model takes',
    'gpt-4.1',
    { messages: [image('data:image/png;base64,AA'), image('data:image/png;base64,AA')] },
    /too many images/,
  ],
  [
    'more than four cache marks',
    'claude-haiku-4.5',
    {
      messages: Array.from({ length: 5 }, () => ({ ...user, copilot_cache_control: { type: 'ephemeral' } })),
    },
    /maximum of 4 blocks/,
  ],
  [
    'a prompt that is too long',
    'gpt-4o',
    { messages: [{ role: 'user', content: 'x'.repeat(300_000) }] },
    /prompt token count of 75001 exceeds the limit of 64000.*"model_max_prompt_tokens_exceeded"/,
  ],
];

test.each(refusals)('chat refuses %s', async (_name, model, extra, text) => {
  const simulator = await openSimulator();
  const headers = { 'copilot-vision-request': 'true' };
  const body = createChat(model, extra);
  const response = await callCopilot(simulator, '/chat/completions', { body, headers });
  expect(response.status).toBe(400);
  if (typeof text === 'string') expect(await response.text()).toBe(text);
  else expect(await response.text()).toMatch(text);
  expect(simulator.counts().initiator.user).toBe(0);
});

test('thinking that is replayed unchanged is accepted by its own model only', async () => {
  const answer = { reasoning: 'Hm', text: 'Yes', style: 'openai' as const };
  const simulator = await openSimulator({ answer });
  const first = await callCopilot(simulator, '/chat/completions', { body: createChat('claude-haiku-4.5') });
  const chunks = await readChunks<{ choices: { delta: { reasoning_opaque?: string } }[] }>(first);
  const opaque = chunks.map(({ choices }) => choices[0]?.delta.reasoning_opaque).find(Boolean);
  const messages = [user, { role: 'assistant', content: 'Yes', reasoning_opaque: opaque }, user];
  const replay = async (model: string) =>
    (await callCopilot(simulator, '/chat/completions', { body: createChat(model, { messages }) })).status;
  expect(await replay('claude-haiku-4.5')).toBe(200);
  expect(await replay('claude-sonnet-4.6')).toBe(400);
});

test('Gemini misses its thought signature when a tool call is replayed without it', async () => {
  const simulator = await openSimulator({
    answer: { toolCalls: [{ id: 'call_1', name: 'read', arguments: '{}' }], reasoningOpaque: 'sealed' },
  });
  const model = 'gemini-3.5-flash';
  await (await callCopilot(simulator, '/chat/completions', { body: createChat(model) })).text();
  const result = { role: 'tool', tool_call_id: 'call_1', content: 'ok' };
  const replay = async (message: object, ...later: object[]) => {
    const body = createChat(model, { messages: [user, message, result, ...later] });
    return (await callCopilot(simulator, '/chat/completions', { body })).text();
  };
  expect(await replay(asking)).toContain('missing a thought_signature');
  expect(await replay(asking, { role: 'assistant', content: 'Read.' })).toContain(
    'missing a thought_signature',
  );
  expect(await replay({ ...asking, reasoning_opaque: 'sealed' })).toContain('data: ');
  expect(await replay(asking, { role: 'assistant', content: 'Read.' }, user)).toContain('data: ');
});

test('a body that is no JSON is not understood', async () => {
  const simulator = await openSimulator();
  const response = await callCopilot(simulator, '/chat/completions', { body: '{"model":' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('failed to parse')]);
});
