import { expect, test } from 'vitest';
import { callCopilot, openSimulator } from './test-client.ts';

const functionTool = { type: 'function', name: 'read', parameters: { type: 'object', properties: {} } };
const manyTools = Array.from({ length: 129 }, (_, index) => ({ ...functionTool, name: `tool_${index}` }));
const functionCall = { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'ok' };
const marked = { role: 'user', content: [{ type: 'input_text', text: 'Hi', cache_control: {} }] };
const external = { role: 'user', content: [{ type: 'input_image', image_url: 'https://example.com/a.png' }] };

const refusals: [string, Record<string, unknown>, number, string | RegExp][] = [
  [
    'an item reference',
    { input: [{ type: 'item_reference', id: 'x' }] },
    404,
    '{"error":{"message":"","code":"not_found"}}\n',
  ],
  ['an earlier response', { previous_response_id: 'resp_1' }, 400, /"previous_response_not_found"/],
  ['fewer than 16 output tokens', { max_output_tokens: 8 }, 400, /Expected a value >= 16, but got 8 instead/],
  ['more than 128 tools', { tools: manyTools }, 400, /maximum length 128/],
  [
    'a schema without properties',
    { tools: [{ ...functionTool, parameters: { type: 'object' } }] },
    400,
    /missing properties/,
  ],
  ['an unknown kind of tool', { tools: [{ type: 'telepathy' }] }, 400, /Supported values are/],
  ...[
    'web_search',
    'file_search',
    'code_interpreter',
    'image_generation',
    'mcp',
    'computer',
    'local_shell',
  ].map((type): (typeof refusals)[number] => [
    `the tool ${type}`,
    { tools: [{ type }] },
    400,
    new RegExp(`Invalid value: '${type}'. Supported values are: 'programmatic_tool_calling', 'function', `),
  ]),
  [
    'a union at the top of a schema',
    { tools: [{ ...functionTool, parameters: { type: 'object', properties: {}, oneOf: [] } }] },
    400,
    /schema must have type 'object' and not have 'oneOf'/,
  ],
  [
    'an item of an unknown type',
    { input: [{ type: 'telepathy_call' }] },
    400,
    /Invalid value: 'telepathy_call'/,
  ],
  [
    'a custom call without an output',
    { input: [{ ...functionCall, type: 'custom_tool_call' }] },
    400,
    /No tool output/,
  ],
  [
    'deferred tools without a search',
    { tools: [{ ...functionTool, defer_loading: true }] },
    400,
    /Deferred tools require/,
  ],
  ['a service tier', { service_tier: 'flex' }, 400, /service_tier/],
  ['sampling', { temperature: 0 }, 400, /"unsupported_value"/],
  ['an effort that is not listed', { reasoning: { effort: 'max' } }, 400, /"invalid_reasoning_effort"/],
  ['a cache mark', { input: [marked] }, 400, /Unknown parameter: 'input\[0\].content\[0\].cache_control'/],
  ['null content', { input: [{ role: 'user', content: null }] }, 400, /got null/],
  [
    'reasoning with content',
    { input: [{ type: 'reasoning', summary: [], content: [{}] }] },
    400,
    /maximum length 0/,
  ],
  [
    'reasoning without its encrypted half',
    { input: [{ type: 'reasoning', summary: [] }] },
    400,
    /encrypted_content/,
  ],
  [
    'a call twice',
    { input: [functionCall, functionCall, output] },
    400,
    /Duplicate item found with id fc_call_1/,
  ],
  ['a call without an output', { input: [functionCall] }, 400, /No tool output found/],
  ['an output without a call', { input: [output] }, 400, /No tool call found/],
  [
    'an output that is neither text nor a list',
    { input: [functionCall, { ...output, output: {} }] },
    400,
    /expected a string/,
  ],
  [
    'an output with parts that no user could say',
    { input: [functionCall, { ...output, output: [{ type: 'output_text', text: 'ok' }] }] },
    400,
    /Invalid value: 'output_text'. Supported values are: 'input_text'/,
  ],
  [
    'a detail of an image that nobody knows',
    {
      input: [
        {
          role: 'user',
          content: [{ type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'original' }],
        },
      ],
    },
    400,
    /image detail has to be either 'low' or 'high'/,
  ],
  ['an image that lies elsewhere', { input: [external] }, 400, /external image URLs/],
  ['no input', { input: [] }, 400, /Missing required parameter/],
  ['a model that has no responses', { model: 'claude-haiku-4.5' }, 400, /"unsupported_api_for_model"/],
  [
    'a prompt that is too long',
    { input: 'x'.repeat(1_200_000) },
    400,
    /exceeds the context window of this model/,
  ],
];

test.each(refusals)('responses refuses %s', async (_name, extra, status, text) => {
  const body = { model: 'gpt-5.4-mini', input: 'Hello', stream: true, store: false, ...extra };
  const headers = { 'copilot-vision-request': 'true' };
  const response = await callCopilot(await openSimulator(), '/responses', { body, headers });
  expect(response.status).toBe(status);
  if (typeof text === 'string') expect(await response.text()).toBe(text);
  else expect(await response.text()).toMatch(text);
});

test.each([
  [
    'an image in the output of a tool',
    [
      functionCall,
      {
        ...output,
        output: [
          { type: 'input_text', text: 'ok' },
          { type: 'input_image', image_url: 'data:image/png;base64,aGk=' },
        ],
      },
    ],
  ],
  ["the ids that GitHub's own client makes up", [{ ...functionCall, id: 'fc_call_1' }, output]],
])('responses takes %s', async (_name, input) => {
  const body = { model: 'gpt-5.4', input, stream: true, store: false };
  const headers = { 'copilot-vision-request': 'true' };
  const response = await callCopilot(await openSimulator(), '/responses', { body, headers });
  expect(response.status, await response.text()).toBe(200);
});
