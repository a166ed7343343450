import { expect, it } from 'vitest';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { ChatRequest } from '../../src/dialects/chat-request.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';
import { toObject } from '../../src/json-value.ts';
import { startTestServer } from '../helpers/api-server.ts';

// The same body goes upstream in two ways. A tool whose name has a dot is what sends it through the translation, where it gets another name;
// nothing else may differ: not the fields, not the tools, not the notices.

/** `schema` is that of the tool. */
type Case = [
  what: string,
  extra: Record<string, unknown> & { schema?: object },
  headers?: Record<string, string>,
];

const asked = { role: 'user', content: 'hi' };
const ownCall = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
};

const union = {
  type: 'object',
  properties: { id: { type: 'string' } },
  anyOf: [{ required: ['id'] }, { properties: { name: { type: 'string' } }, required: ['name'] }],
};

const chatCases: Case[] = [
  ['nothing else', {}],
  ['logprobs', { logprobs: true, top_logprobs: 2 }],
  ['a bias', { logit_bias: { 50256: -100 } }],
  ['what nobody stores', { store: false, stream_options: { include_usage: true } }],
  ['a service tier', { service_tier: 'auto' }],
  ['fields that nobody knows', { verbosity: 'low', web_search_options: {} }],
  ['a limit that is none', { max_tokens: -1 }],
  ['a limit', { max_completion_tokens: 200 }],
  ['sampling', { temperature: 0.2, top_p: 0.9, seed: 7, frequency_penalty: 0.1, presence_penalty: 0.1 }],
  ['a prediction', { prediction: { type: 'content', content: 'x' } }],
  ['stop words and a user', { stop: ['END'], user: 'ann' }],
  ['a format', { response_format: { type: 'json_object' } }],
  ['a choice', { tool_choice: 'auto', parallel_tool_calls: false }],
  [
    'a call and its result',
    { messages: [asked, ownCall, { role: 'tool', tool_call_id: 'call_1', content: 'ok' }] },
  ],
  ['a system message at the end', { messages: [asked, { role: 'system', content: 'The time is noon.' }] }],
  ['a probe', { max_tokens: 1 }],
  ['a schema without properties', { schema: { type: 'object' } }],
  ['a union at the top of a schema', { schema: union }],
  ['a limit by its old name', { model: 'gpt-5-mini', max_tokens: 100 }],
  [
    'arguments that are an object',
    {
      messages: [
        asked,
        {
          ...ownCall,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: { a: 1 } } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
      ],
    },
  ],
  ['probabilities beside a schema without properties', { logprobs: true, schema: { type: 'object' } }],
];

const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] };
const call = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'ok' };

const responsesCases: Case[] = [
  ['nothing else', {}],
  ['a tool that OpenAI would run', { tools: [{ type: 'web_search' }] }],
  [
    'several of them',
    { tools: [{ type: 'file_search', vector_store_ids: [] }, { type: 'code_interpreter' }] },
  ],
  ['a computer', { tools: [{ type: 'computer_use_preview', display_width: 1, display_height: 1 }] }],
  ['a tool that OpenAI would run, and its choice', { tools: [{ type: 'web_search' }], tool_choice: 'auto' }],
  ['a service tier', { service_tier: 'auto' }],
  ['padding', { stream_options: { include_obfuscation: false } }],
  ['a limit that is too small', { max_output_tokens: 5 }],
  ['a probe', { max_output_tokens: 1 }],
  ['a limit', { max_output_tokens: 500 }],
  ['fields that only it has', { prompt_cache_key: 'k', truncation: 'auto', text: { verbosity: 'low' } }],
  ['what Codex says of itself', { client_metadata: { a: 'b' } }],
  ['a field that nobody knows', { future_field: 1 }],
  ['what is to be included', { include: ['reasoning.encrypted_content'] }],
  ['effort and instructions', { reasoning: { effort: 'low', summary: 'auto' }, instructions: 'Be brief.' }],
  ['what is not stored', { background: false, previous_response_id: null, store: true }],
  ['ids of items', { input: [{ ...item, id: 'msg_1' }] }],
  [
    'thinking without its seal',
    { input: [item, { type: 'reasoning', id: 'rs_1', summary: [] }, call, output] },
  ],
  ['a developer at the end', { input: [item, { type: 'message', role: 'developer', content: 'Noon.' }] }],
  ['a user and metadata', { user: 'ann', metadata: { run: '7' } }],
  ['a schema without properties', { schema: { type: 'object' } }],
  ['a union at the top of a schema', { schema: union }],
  [
    'a search of the web and a schema without properties',
    { tools: [{ type: 'web_search' }], schema: { type: 'object' } },
  ],
  ['arguments that are an object', { input: [item, { ...call, arguments: { a: 1 } }, output] }],
];

const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] };
const marked = { type: 'text', text: 'hi', cache_control: { type: 'ephemeral', scope: 'global' } };
const result = (content: unknown) => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }],
});
const betas = (value: string) => ({ 'anthropic-beta': value });
const closed = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };

const png = 'iVBORw0KGgoAAAANSUhEUg==';
const image = (media_type: string) => ({ type: 'image', source: { type: 'base64', media_type, data: png } });
const blank = { type: 'text', text: ' ', cache_control: { type: 'ephemeral' } };

const messagesCases: Case[] = [
  ['nothing else', {}],
  ['fields that nobody knows', { container: 'c', mcp_servers: [] }],
  ['a beta that Copilot knows', {}, betas('context-management-2025-06-27')],
  ['a beta that it does not know', {}, betas('claude-code-20250219,interleaved-thinking-2025-05-14')],
  ['an edit of the context', { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } }],
  ['a service tier', { service_tier: 'auto' }],
  ['marks with a scope', { system: [marked], messages: [{ role: 'user', content: [marked] }] }],
  ['a mark inside a result', { messages: [asked, use, result([{ ...marked, text: 'ok' }])] }],
  ['an effort', { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }],
  ['a format of old', { output_format: { type: 'json_schema', schema: closed } }],
  ['a format', { output_config: { format: { type: 'json_schema', schema: closed } } }],
  ['sampling and stop words', { temperature: 0.2, top_k: 5, stop_sequences: ['END'] }],
  ['a user', { metadata: { user_id: 'ann' } }],
  ['a choice', { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }],
  ['a schema without properties', { schema: { type: 'object', additionalProperties: {} } }],
  ['a union at the top of a schema', { schema: union }],
  ['an image under a wrong type', { messages: [{ role: 'user', content: [image('image/jpg')] }] }],
  ['blank texts', { system: [blank], messages: [{ role: 'user', content: [image('image/png'), blank] }] }],
  ['blank text in a result', { messages: [asked, use, result([{ type: 'text', text: '' }])] }],
  ['an empty message at the beginning', { messages: [{ role: 'user', content: [] }, use, result('ok')] }],
  ['an empty message at the end', { messages: [{ role: 'user', content: '' }] }],
  ['a system message at the end', { system: 'Be brief.', messages: [asked, use, result('ok')] }],
  ['a probe', { max_tokens: 1 }],
];

const plainName = 'look';
const dottedName = 'look.up';

const wires: Record<
  string,
  [dialect: Dialect, path: string, base: object, tool: (name: string, schema: object) => object]
> = {
  'chat-completions': [
    chatCompletions,
    '/v1/chat/completions',
    { model: 'gpt-4.1', messages: [asked] },
    (name, parameters) => ({ type: 'function', function: { name, parameters } }),
  ],
  responses: [
    responses,
    '/v1/responses',
    { model: 'gpt-5.4', input: [item] },
    (name, parameters) => ({ type: 'function', name, parameters }),
  ],
  messages: [
    messages,
    '/v1/messages',
    { model: 'claude-sonnet-4.6', max_tokens: 1000, messages: [asked] },
    (name, input_schema) => ({ name, input_schema }),
  ],
};

type Row = { name: string; what: string; extra: Case[1]; headers: Record<string, string> };

const toRows = (name: string, cases: Case[]): Row[] =>
  cases.map(([what, extra, headers = {}]) => ({ name, what, extra, headers }));

const rows = [
  ...toRows('chat-completions', chatCases),
  ...toRows('responses', responsesCases),
  ...toRows('messages', messagesCases),
];

it.each(rows)(
  '$name says the same upstream natively and translated, with $what',
  async ({ name, extra: { schema = { type: 'object', properties: {} }, ...extra }, headers }) => {
    const wire = wires[name];
    if (!wire) throw new Error(`no dialect is called ${name}`);
    const [dialect, path, base, toTool] = wire;
    const server = await startTestServer();
    const ask = async (toolName: string) => {
      const tools = [toTool(toolName, schema), ...(Array.isArray(extra.tools) ? extra.tools : [])];
      const reply = await server.post(path, { ...base, ...extra, tools }, headers);
      await reply.text();
      return {
        route: reply.headers.get('x-copilot-cli-route')?.split(' ')[0],
        seen: {
          status: reply.status,
          notices: reply.headers.get('x-copilot-cli-notice'),
          ...describe(dialect, server.modelCalls().at(-1)),
        },
      };
    };
    const native = await ask(plainName);
    const translated = await ask(dottedName);
    expect([native.route, translated.route]).toEqual(['native', 'translated']);
    expect(native.seen.status).toBe(200);
    expect(translated.seen).toEqual(native.seen);
  },
);

/** What arrived upstream, as far as both ways have a word for it. */
function describe(dialect: Dialect, arrived: { headers: Record<string, string>; body: unknown } | undefined) {
  if (!arrived) throw new Error('nothing was sent upstream');
  const { body, headers } = arrived;
  return {
    request: normalise(dialect.readRequest(body).request),
    fields: listFields(toObject(body)),
    tools: toObject(body).tools && normaliseTools(toObject(body).tools),
    initiator: headers['x-initiator'],
    betas: headers['anthropic-beta'],
    vision: headers['copilot-vision-request'],
  };
}

/** Names that mean the same: the translation writes instructions as a message, and one word for the limit. */
const synonyms: Record<string, string | undefined> = {
  instructions: undefined,
  max_completion_tokens: 'max_tokens',
  // What a body includes is read below; the translation always asks for sealed thinking.
  include: undefined,
};

function listFields(body: Record<string, unknown>): string[] {
  const names = Object.keys(body).flatMap((name) => (name in synonyms ? (synonyms[name] ?? []) : name));
  return [...new Set(names)].sort();
}

/** A tool that is not strict may say so or not. */
function normaliseTools(tools: unknown): unknown {
  const plain = JSON.parse(JSON.stringify(tools).replaceAll(/look_up_[0-9a-f]{8}/g, plainName));
  return Array.isArray(plain) ? plain.map((tool) => ({ strict: false, ...toObject(tool) })) : plain;
}

/** `stream` and the ids of a route are no part of a request; a loose tool may say that it is loose. */
function normalise(request: ChatRequest): unknown {
  const tools = request.tools && normaliseTools(request.tools);
  return { ...request, tools };
}
