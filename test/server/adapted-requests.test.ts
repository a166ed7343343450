import { describe, expect, it } from 'vitest';
import { toObject } from '../../src/json-value.ts';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';

const claude = 'claude-sonnet-4.6';
const png = 'iVBORw0KGgoAAAANSUhEUg==';
const gif = 'R0lGODlhAQABAAAAACw=';
const mark = { type: 'ephemeral' };
const empty = { type: 'object', properties: {} };
const asked = { role: 'user', content: 'hi' };
const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });
const image = (media_type: string, data = png) => ({
  type: 'image',
  source: { type: 'base64', media_type, data },
});
const user = (...content: object[]) => ({ role: 'user', content });
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const result = (content: unknown) => ({ type: 'tool_result', tool_use_id: 'toolu_1', content });

async function ask(server: TestServer, path: string, body: object, headers = {}) {
  const before = server.modelCalls().length;
  const reply = await server.post(path, body, headers);
  const said = await reply.text();
  const calls = server.modelCalls().slice(before);
  return {
    status: reply.status,
    said,
    notice: reply.headers.get('x-copilot-cli-notice') ?? '',
    way: reply.headers.get('x-copilot-cli-route')?.split(' ')[0],
    calls,
    sent: toObject(calls.at(-1)?.body),
  };
}

describe('what would spoil a session with Claude for ever is mended on the native way', () => {
  type Row = [what: string, messages: object[], sent: object[]];
  const rows: Row[] = [
    [
      'PNG bytes that call themselves image/jpg',
      [user(image('image/jpg'), text('?'))],
      [user(image('image/png'), text('?'))],
    ],
    ['PNG bytes that call themselves image/jpeg', [user(image('image/jpeg'))], [user(image('image/png'))]],
    ['GIF bytes that call themselves PNG', [user(image('image/png', gif))], [user(image('image/gif', gif))]],
    [
      'a mislabelled image in a result',
      [asked, assistant(use), user(result([image('image/webp')]))],
      [asked, assistant(use), user(result([image('image/png')]))],
    ],
    [
      'bytes that nobody knows, under an old name',
      [user(image('image/jpg', 'aGk='))],
      [user(image('image/jpeg', 'aGk='))],
    ],
    ['an empty text beside an image', [user(image('image/png'), text(''))], [user(image('image/png'))]],
    [
      'an empty text with the mark of the cache',
      [user(image('image/png'), text('', { cache_control: mark }))],
      [user({ ...image('image/png'), cache_control: mark })],
    ],
    ['a text of white space', [user(text(' \n'), text('hi'))], [user(text('hi'))]],
    [
      'an empty text in a result',
      [asked, assistant(use), user(result([text('')]))],
      [asked, assistant(use), user({ type: 'tool_result', tool_use_id: 'toolu_1' })],
    ],
    ['a message without content', [asked, assistant(), user(text('and?'))], [asked, user(text('and?'))]],
    [
      'a last message without content',
      [asked, assistant(text('yes')), user()],
      [asked, assistant(text('yes')), user(text('[an empty message]'))],
    ],
    [
      'a first message of white space',
      [{ role: 'user', content: ' ' }, assistant(text('yes')), asked],
      [user(text('[an empty message]')), assistant(text('yes')), asked],
    ],
    [
      'thinking that led to an empty text',
      [asked, assistant({ type: 'thinking', thinking: 'Hm', signature: 's' }, text('')), asked],
      [asked, asked],
    ],
    [
      'arguments of a call as text',
      [asked, assistant({ ...use, input: '{"a":1}' }), user(result('ok'))],
      [asked, assistant({ ...use, input: { a: 1 } }), user(result('ok'))],
    ],
  ];

  it.each(rows)('%s', async (_what, messages, sent) => {
    const server = await startTestServer();
    const body = { model: claude, max_tokens: 100, messages };
    const { status, way, calls, said, sent: arrived, notice } = await ask(server, '/v1/messages', body);
    expect(status, said).toBe(200);
    expect([way, calls.length, notice]).toEqual(['native', 1, '']);
    expect(arrived.messages).toEqual(sent);
  });

  it.each([
    ['with a colon', 'functions.look:0', ['functions_look_0']],
    ['that is too long', 'x'.repeat(70), ['x'.repeat(64)]],
    ['used in each turn', 'call_1', ['call_1', 'call_1_2']],
  ])('ids of calls %s', async (_what, id, wanted) => {
    const server = await startTestServer();
    const rounds = wanted.flatMap(() => [
      assistant({ ...use, id }),
      user({ ...result('ok'), tool_use_id: id }),
    ]);
    const body = { model: claude, max_tokens: 100, messages: [asked, ...rounds] };
    const { status, said, way, sent } = await ask(server, '/v1/messages', body);
    expect(status, said).toBe(200);
    expect(way).toBe('native');
    const expected = wanted.flatMap((name) => [
      assistant({ ...use, id: name }),
      user({ ...result('ok'), tool_use_id: name }),
    ]);
    expect(sent.messages).toEqual([asked, ...expected]);
  });

  it('an image of a type that no model sees, with a notice', async () => {
    const server = await startTestServer();
    const body = {
      model: claude,
      max_tokens: 100,
      messages: [user(image('image/svg+xml', 'PHN2Zz4='), text('?'))],
    };
    const { status, notice, sent } = await ask(server, '/v1/messages', body);
    expect(status).toBe(200);
    expect(notice).toContain('image/svg+xml');
    expect(sent.messages).toEqual([user(text('[an image that was left out]'), text('?'))]);
  });

  it('blank instructions', async () => {
    const server = await startTestServer();
    const system = [text('Be brief.'), text('', { cache_control: mark })];
    const body = { model: claude, max_tokens: 100, system, messages: [asked] };
    expect((await ask(server, '/v1/messages', body)).sent.system).toEqual([
      text('Be brief.', { cache_control: mark }),
    ]);
    const { status, sent } = await ask(server, '/v1/messages', { ...body, system: ' ' });
    expect([status, sent.system]).toEqual([200, undefined]);
  });

  it('two tools of one name: the same silently, another one with a notice', async () => {
    const server = await startTestServer();
    const tool = { name: 'look', input_schema: empty };
    const other = { ...tool, description: 'another one' };
    const body = { model: claude, max_tokens: 100, messages: [asked] };
    const same = await ask(server, '/v1/messages', { ...body, tools: [tool, tool] });
    expect([same.status, same.way, same.notice, same.sent.tools]).toEqual([200, 'native', '', [tool]]);
    const twins = await ask(server, '/v1/messages', { ...body, tools: [tool, other] });
    expect([twins.status, twins.sent.tools]).toEqual([200, [tool]]);
    expect(twins.notice).toBe('Of several tools with the name look, the first is sent.');
  });
});

describe('mislabelled images and twins of other callers', () => {
  const url = `data:image/jpg;base64,${png}`;
  it('go to Claude as it takes them', async () => {
    const server = await startTestServer();
    const tool = { type: 'function', function: { name: 'look', parameters: empty } };
    const body = {
      model: claude,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }, text('')] }],
      tools: [tool, tool],
    };
    const { status, said, sent } = await ask(server, '/v1/chat/completions', body);
    expect(status, said).toBe(200);
    expect(sent.messages).toMatchObject([user(image('image/png'))]);
    expect(sent.tools).toHaveLength(1);
  });
});

describe('Claude for callers of Claude', () => {
  it('takes a tool without properties as it is, with all that belongs to it', async () => {
    const server = await startTestServer();
    const tools = [
      { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
      {
        name: 'store',
        input_schema: { type: 'object', additionalProperties: { type: 'string' } },
        defer_loading: true,
        input_examples: [{ a: 'b' }],
        allowed_callers: ['direct'],
        eager_input_streaming: true,
      },
    ];
    const document = {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'x' },
      citations: { enabled: true },
    };
    const headers = { 'anthropic-beta': 'advanced-tool-use-2025-11-20' };
    const body = { model: claude, max_tokens: 100, messages: [user(document, text('?'))], tools };
    const { status, way, notice, sent, calls } = await ask(server, '/v1/messages', body, headers);
    expect([status, way, notice]).toEqual([200, 'native', '']);
    expect(sent.messages).toEqual(body.messages);
    expect(sent.tools).toEqual([
      tools[0],
      { ...tools[1], input_schema: { ...tools[1]?.input_schema, properties: {} } },
    ]);
    expect(calls[0]?.headers['anthropic-beta']).toBe('advanced-tool-use-2025-11-20');
  });
});

describe('parameters that a model takes in another form are exchanged on the native way', () => {
  const tool = { name: 'look', input_schema: empty, defer_loading: true };
  const searching = { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' };
  const thinking = { type: 'enabled', budget_tokens: 2000 };
  type Row = [what: string, model: string, body: object, sent: object, notice: string];
  const rows: Row[] = [
    [
      'a limit above that of the model',
      claude,
      { max_tokens: 1_000_000 },
      { max_tokens: 64_000 },
      'at most 64000',
    ],
    ['a temperature that is too high', claude, { temperature: 1.5 }, { temperature: 1 }, 'temperature is 1'],
    [
      'a temperature while it thinks',
      'claude-opus-5',
      { temperature: 0.5 },
      { temperature: undefined },
      'temperature',
    ],
    [
      'a temperature and a top-p',
      claude,
      { temperature: 0.5, top_p: 0.5 },
      { temperature: 0.5, top_p: undefined },
      'top-p',
    ],
    [
      'an effort of another model',
      claude,
      { output_config: { effort: 'xhigh' } },
      { output_config: { effort: 'max' } },
      'effort max',
    ],
    [
      'a budget for a model with efforts',
      'claude-opus-5',
      { thinking, max_tokens: 4000 },
      { thinking: { type: 'adaptive', display: 'summarized' } },
      'effort low',
    ],
    [
      'stop words of white space',
      claude,
      { stop_sequences: ['\n', 'END'] },
      { stop_sequences: ['END'] },
      'white space',
    ],
    [
      'a tool that must be called while it thinks',
      claude,
      { thinking: { type: 'adaptive' }, tool_choice: { type: 'any' } },
      { thinking: undefined, tool_choice: { type: 'any' } },
      'Thinking is left out',
    ],
    [
      'thinking in the middle of calls that began without it',
      'claude-haiku-4.5',
      {
        thinking,
        max_tokens: 4000,
        context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
        messages: [asked, assistant(use), user(result('ok'))],
      },
      { thinking: undefined, context_management: { edits: [] } },
      'Thinking is left out',
    ],
    [
      'a schema that the model cannot follow',
      claude,
      {
        output_config: {
          format: { type: 'json_schema', schema: { type: 'object', additionalProperties: {} } },
        },
      },
      { output_config: undefined },
      'schema',
    ],
  ];

  it.each(rows)('%s', async (_what, model, extra, sent, notice) => {
    const server = await startTestServer();
    const tools = [searching, tool];
    const body = { model, max_tokens: 100, messages: [asked], tools, ...extra };
    const answer = await ask(server, '/v1/messages', body);
    expect(answer.status, answer.said).toBe(200);
    expect([answer.way, answer.calls.length]).toEqual(['native', 1]);
    for (const [name, value] of Object.entries(sent))
      expect([name, answer.sent[name]]).toEqual([name, value]);
    expect(answer.sent.tools).toEqual(tools);
    expect(answer.sent.messages).toEqual(body.messages);
    expect(answer.notice).toContain(notice);
  });

  it('for GPT, too', async () => {
    const server = await startTestServer();
    const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }];
    const extra = { model: 'gpt-5.4', input, temperature: 0.5, prompt_cache_key: 'k' };
    const { status, way, sent, notice } = await ask(server, '/v1/responses', extra);
    expect([status, way]).toEqual([200, 'native']);
    expect(sent).not.toHaveProperty('temperature');
    expect(sent).toMatchObject({ input, prompt_cache_key: 'k' });
    expect(notice).toContain('temperature');
  });

  it('but what is left out of the prompt takes a translation', async () => {
    const server = await startTestServer();
    const body = { model: claude, max_tokens: 1_000_000, messages: [asked, assistant(use), asked] };
    const { status, way } = await ask(server, '/v1/messages', body);
    expect([status, way]).toEqual([200, 'translated']);
  });
});

describe('a union at the top of a schema', () => {
  const schema = {
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
    oneOf: [
      { properties: { op: { const: 'read' } }, required: ['op'] },
      { properties: { op: { const: 'write' }, words: { type: 'string' } }, required: ['op', 'words'] },
    ],
  };
  const merged = {
    type: 'object',
    properties: { path: { type: 'string' }, op: { enum: ['read', 'write'] }, words: { type: 'string' } },
    required: ['path', 'op'],
    description: 'Give the fields of one of these groups: op; words.',
  };

  it.each([
    ['/v1/messages', claude, 'native'],
    ['/v1/responses', 'gpt-5.4', 'native'],
    ['/v1/chat/completions', 'gpt-4.1', 'native'],
    ['/v1/chat/completions', 'gemini-3.5-flash', 'translated'],
    ['/v1/messages', 'gpt-5.4', 'translated'],
    ['/v1/chat/completions', claude, 'translated'],
  ])('is merged: %s, %s', async (path, model, way) => {
    const server = await startTestServer();
    const tools = {
      '/v1/messages': [{ name: 'edit', input_schema: schema }],
      '/v1/responses': [{ type: 'function', name: 'edit', parameters: schema }],
      '/v1/chat/completions': [{ type: 'function', function: { name: 'edit', parameters: schema } }],
    }[path];
    const turn = path === '/v1/responses' ? { input: 'hi' } : { messages: [asked], max_tokens: 100 };
    const answer = await ask(server, path, { model, ...turn, tools });
    expect(answer.status, answer.said).toBe(200);
    expect([answer.way, answer.calls.length]).toEqual([way, 1]);
    const [sent] = answer.sent.tools as Record<string, unknown>[];
    expect(sent?.input_schema ?? sent?.parameters ?? toObject(sent?.function).parameters).toMatchObject({
      ...merged,
      description: expect.stringContaining('words'),
    });
  });
});

it.each([
  ['gemini-3.5-flash', '#/$defs/place', '$defs'],
  ['gemini-3.5-flash', '#/definitions/place', 'definitions'],
  ['kimi-k2.7-code', '#/definitions/place', 'definitions'],
])('references that %s does not follow are replaced: %s', async (model, $ref, word) => {
  const server = await startTestServer();
  const place = { type: 'object', properties: { city: { type: 'string' } } };
  const schema = { type: 'object', properties: { from: { $ref }, to: { $ref } }, [word]: { place } };
  const tools = [{ name: 'fly', input_schema: schema }];
  const body = { model, max_tokens: 100, messages: [asked], tools };
  const { status, said, calls, sent } = await ask(server, '/v1/messages', body);
  expect(status, said).toBe(200);
  expect(calls).toHaveLength(1);
  const [fly] = sent.tools as { function: { parameters: object } }[];
  expect(fly?.function.parameters).toEqual({ type: 'object', properties: { from: place, to: place } });
});

describe('a tool that the service would run', () => {
  const search = { type: 'web_search' };
  it.each([
    ['a plain function', { type: 'function', name: 'look', parameters: empty }],
    ['a function without properties', { type: 'function', name: 'look', parameters: { type: 'object' } }],
    ['a function with a dot in its name', { type: 'function', name: 'a.b', parameters: empty }],
    ['no function', undefined],
  ])(
    'has one outcome beside %s: asked once, and left out with a notice from then on',
    async (_what, tool) => {
      const server = await startTestServer();
      const body = { model: 'gpt-5.4', input: 'hi', tools: [...(tool ? [tool] : []), search] };
      const first = await ask(server, '/v1/responses', body);
      expect([first.status, first.calls.length]).toEqual([200, 2]);
      expect(first.said).not.toContain('error":{');
      const second = await ask(server, '/v1/responses', body);
      expect([second.status, second.calls.length]).toEqual([200, 1]);
      expect(second.notice).toBe('Left out, because gpt-5.4 does not take it: web_search.');
      expect(JSON.stringify(second.sent.tools ?? [])).not.toContain('web_search');
    },
  );

  it('goes to a model that serves it', async () => {
    const server = await startTestServer({ servedTools: { 'gpt-5.4': ['web_search'] } });
    const { status, calls, sent, notice } = await ask(server, '/v1/responses', {
      model: 'gpt-5.4',
      input: 'hi',
      tools: [search],
    });
    expect([status, calls.length, notice]).toEqual([200, 1, '']);
    expect(sent.tools).toEqual([search]);
  });

  it.each([
    ['gpt-5.4', { type: 'image_generation' }],
    ['gpt-5.4', { type: 'file_search', vector_store_ids: [] }],
    [claude, search],
    ['grok-4.5', search],
  ])('is not even tried where no report says that it is served: %s, %j', async (model, tool) => {
    const server = await startTestServer();
    const { status, calls, notice } = await ask(server, '/v1/responses', {
      model,
      input: 'hi',
      tools: [tool],
    });
    expect([status, calls.length]).toEqual([200, 1]);
    expect(notice).toContain(tool.type);
  });
});

it.each([
  ['natively', { type: 'object' }, 'look'],
  ['translated', { type: 'object' }, 'look.up'],
])('probabilities are left out with a notice, %s', async (_way, parameters, name) => {
  const server = await startTestServer();
  const body = {
    model: 'gpt-4.1',
    messages: [asked],
    logprobs: true,
    tools: [{ type: 'function', function: { name, parameters } }],
  };
  const { status, notice } = await ask(server, '/v1/chat/completions', body);
  expect([status, notice]).toEqual([200, 'Left out, because Copilot does not take it here: logprobs.']);
});

it.each([
  ['/v1/chat/completions', 'gpt-4.1'],
  ['/v1/chat/completions', claude],
  ['/v1/responses', 'gpt-5.4'],
])('arguments of a call in the history may be an object: %s, %s', async (path, model) => {
  const server = await startTestServer();
  const input = [
    asked,
    { type: 'function_call', call_id: 'call_1', name: 'look', arguments: { a: 1 } },
    { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
  ];
  const messages = [
    asked,
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: { a: 1 } } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
  ];
  const { status, said, sent } = await ask(server, path, {
    model,
    ...(path === '/v1/responses' ? { input } : { messages }),
  });
  expect(status, said).toBe(200);
  expect(JSON.stringify(sent)).toMatch(/\{\\"a\\":1\}|\{"a":1\}/);
});

it.each(['content', 'output'])(
  'an image in the finest detail is sent in high detail: in %s',
  async (place) => {
    const server = await startTestServer();
    const picture = { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'original' };
    const input =
      place === 'content'
        ? [{ type: 'message', role: 'user', content: [picture] }]
        : [
            asked,
            { type: 'function_call', call_id: 'call_1', name: 'view', arguments: '{}' },
            { type: 'function_call_output', call_id: 'call_1', output: [picture] },
          ];
    const { status, said, sent, way } = await ask(server, '/v1/responses', { model: 'gpt-5.4', input });
    expect(status, said).toBe(200);
    expect(way).toBe('native');
    expect((sent.input as Record<string, unknown>[]).at(-1)?.[place]).toEqual([
      { ...picture, detail: 'high' },
    ]);
  },
);

it('a schema of the reply with limits and open objects is closed for Claude, and the limits are told', async () => {
  const server = await startTestServer();
  const schema = {
    type: 'object',
    properties: {
      n: { type: 'integer', minimum: 1 },
      list: {
        type: 'array',
        items: { type: 'object', properties: { a: { type: 'string', maxLength: 3 } } },
        minItems: 2,
      },
    },
  };
  const format = { type: 'json_schema', json_schema: { name: 'n', schema } };
  const { status, said, sent } = await ask(server, '/v1/chat/completions', {
    model: claude,
    messages: [asked],
    response_format: format,
  });
  expect(status, said).toBe(200);
  expect(toObject(toObject(sent.output_config).format).schema).toEqual({
    type: 'object',
    additionalProperties: false,
    properties: {
      n: { type: 'integer', description: '(minimum: 1)' },
      list: {
        type: 'array',
        description: '(minItems: 2)',
        items: {
          type: 'object',
          additionalProperties: false,
          properties: { a: { type: 'string', description: '(maxLength: 3)' } },
        },
      },
    },
  });
});
