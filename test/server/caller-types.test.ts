import { describe, expect, it } from 'vitest';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';

/** Models that are asked in each of the three dialects. */
const models = [['claude-sonnet-4.6'], ['kimi-k2.7-code'], ['gpt-5.4-mini']];
const input = '*** Begin Patch\n+say "hé" \u{1f600}\n*** End Patch';
const grammar = { syntax: 'lark', definition: 'start: "*** Begin Patch" LF' };
const parameters = { type: 'object', properties: {} };
const f = { type: 'function', function: { name: 'f', parameters } };
const hi = { role: 'user', content: 'hi' };

async function post(server: TestServer, path: string, body: object) {
  const response = await server.post(path, { messages: [hi], ...body });
  const text = await response.text();
  expect([response.status, text]).toMatchObject([200, expect.any(String)]);
  return { text, notice: response.headers.get('x-copilot-cli-notice') };
}

describe('a custom tool among those of /v1/chat/completions', () => {
  const nested = {
    type: 'custom',
    custom: { name: 'ApplyPatch', description: 'Edits files.', format: { type: 'grammar', grammar } },
  };
  const flat = {
    type: 'custom',
    name: 'ApplyPatch',
    description: 'Edits files.',
    format: { type: 'grammar', ...grammar },
  };
  const forms = { nested, flat };
  const path = '/v1/chat/completions';
  const rows = models.flatMap(([model = '']) => [
    { model, form: 'nested' as const },
    { model, form: 'flat' as const },
  ]);

  it.each(rows)(
    'is known to $model in the $form form, and its call has one text',
    async ({ model, form }) => {
      // A GPT is given the tool as it is, and writes the text alone.
      const written = model.startsWith('gpt') ? input : JSON.stringify({ input });
      const toolCalls = [{ name: 'ApplyPatch', arguments: written }];
      const server = await startTestServer({ answer: { toolCalls } });
      const body = { model, tools: [f, forms[form]] };
      const { text, notice } = await post(server, path, body);
      expect(notice).toBeNull();
      const custom = { name: 'ApplyPatch', input };
      expect(JSON.parse(text)).toMatchObject({
        choices: [{ message: { tool_calls: [{ type: 'custom', custom }] }, finish_reason: 'tool_calls' }],
      });
      const sent = JSON.stringify(server.readBody(0).tools);
      for (const words of ['Edits files.', '*** Begin Patch']) expect(sent).toContain(words);
    },
  );

  it.each([
    ['the argument', JSON.stringify({ input }), input],
    ['a text alone', JSON.stringify(input), input],
    ['another argument', JSON.stringify({ patch: input }), input],
  ])('streams the text of a model that writes %s', async (_, args, expected) => {
    const server = await startTestServer({
      answer: { toolCalls: [{ name: 'ApplyPatch', arguments: args }] },
    });
    const body = { model: 'claude-sonnet-4.6', tools: [flat], stream: true };
    const { text } = await post(server, path, body);
    const decoder = createSseDecoder();
    const data = decoder.push(Buffer.from(text)).map((message) => message.data);
    expect(data.at(-1)).toBe('[DONE]');
    const calls = data.slice(0, -1).flatMap((chunk) => JSON.parse(chunk).choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({
      index: 0,
      id: expect.any(String),
      type: 'custom',
      custom: { name: 'ApplyPatch' },
    });
    expect(calls.map(({ custom }) => custom.input).join('')).toBe(expected);
  });

  it.each(models)('can be chosen, and its history goes on, with %s', async (model) => {
    const server = await startTestServer({ answer: { text: 'ok' } });
    const custom = { name: 'ApplyPatch', input };
    const history = [
      hi,
      { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'custom', custom }] },
      { role: 'tool', tool_call_id: 'c1', content: 'Done!' },
      { type: 'custom_tool_call', call_id: 'c2', ...custom },
      { type: 'custom_tool_call_output', call_id: 'c2', output: 'Done again!' },
    ];
    const tool_choice = { type: 'custom', custom: { name: 'ApplyPatch' } };
    const { notice } = await post(server, path, { model, messages: history, tools: [nested], tool_choice });
    expect(notice).toBeNull();
    const body = server.readBody(0);
    expect(JSON.stringify(body.tool_choice)).toContain('ApplyPatch');
    for (const words of ['End Patch', 'Done!', 'Done again!']) expect(JSON.stringify(body)).toContain(words);
  });
});

type Row = [what: string, path: string, body: object, said: string[], lost: string[]];

const user = (part: object) => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, part] }],
});
const chat = '/v1/chat/completions';
const asked = '/v1/messages';
const max_tokens = 1000;
const look = { name: 'look', input_schema: parameters };
const own = (block: object) => ({
  max_tokens,
  messages: [hi, { role: 'assistant', content: [block, { type: 'text', text: 'It is 4.' }] }, hi],
});

const rows: Row[] = [
  ['a tool that nobody knows', chat, { tools: [f, { type: 'future' }] }, ['"f"'], ['future']],
  ['a tool without a type or a name', chat, { tools: [f, { type: '' }] }, ['"f"'], ['a type']],
  ['a search of the web', chat, { tools: [f, { type: 'web_search' }] }, ['"f"'], ['web_search']],
  [
    'a namespace',
    chat,
    { tools: [{ type: 'namespace', name: 'n', tools: [{ ...f.function, type: 'function' }] }] },
    ['n__f'],
    [],
  ],
  [
    'a choice that nobody knows',
    chat,
    { tools: [f], tool_choice: { type: 'future' } },
    ['"f"'],
    ['tool_choice'],
  ],
  ['a choice in the words of Anthropic', chat, { tools: [f], tool_choice: 'any' }, ['"f"'], []],
  ['sound', chat, user({ type: 'input_audio', input_audio: { data: 'x' } }), ['hi'], ['input_audio']],
  [
    'an item that nobody knows',
    chat,
    { messages: [hi, { type: 'web_search_call' }] },
    ['hi'],
    ['web_search_call'],
  ],
  [
    'an image of the system',
    chat,
    {
      messages: [
        {
          role: 'system',
          content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
        },
        hi,
      ],
    },
    ['hi'],
    ['image'],
  ],
  [
    'a file in the result of a tool',
    chat,
    {
      messages: [
        hi,
        {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        {
          role: 'tool',
          tool_call_id: 'c',
          content: [
            { type: 'text', text: 'see' },
            { type: 'file', file: { file_data: `data:text/plain;base64,${btoa('of the file')}` } },
          ],
        },
      ],
    },
    ['see', 'b2YgdGhlIGZpbGU'],
    [],
  ],
  [
    'a tool of Claude',
    asked,
    { max_tokens, tools: [look, { type: 'web_search_20250305', name: 'web_search' }] },
    ['look'],
    ['web_search_20250305'],
  ],
  [
    'a shell of Claude',
    asked,
    { max_tokens, tools: [{ type: 'bash_20250124', name: 'bash' }] },
    ['"bash"', 'restart'],
    [],
  ],
  [
    'an editor of Claude',
    asked,
    { max_tokens, tools: [{ type: 'text_editor_20250728', name: 'edit' }] },
    ['"edit"', 'old_str'],
    [],
  ],
  [
    'a search for tools',
    asked,
    { max_tokens, tools: [look, { type: 'tool_search_tool_regex_20251119', name: 'tool_search' }] },
    ['look'],
    [],
  ],
  [
    'a choice that nobody knows of',
    asked,
    { max_tokens, tools: [look], tool_choice: { type: 'some' } },
    ['look'],
    ['tool_choice'],
  ],
  [
    'a search that Claude ran',
    asked,
    own({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    ['It is 4.'],
    ['server_tool_use'],
  ],
  ['a block that nobody knows', asked, own({ type: 'future_block' }), ['It is 4.'], ['future_block']],
  [
    'what a search of the caller found',
    asked,
    {
      max_tokens,
      ...user({ type: 'search_result', title: 'T', source: 'S', content: [{ type: 'text', text: 'found' }] }),
    },
    ['found'],
    [],
  ],
  [
    'an upload',
    asked,
    { max_tokens, ...user({ type: 'container_upload', file_id: 'f' }) },
    ['hi'],
    ['container_upload'],
  ],
  [
    'an image of the system of Claude',
    asked,
    { max_tokens, system: [{ type: 'image' }, { type: 'text', text: 'Be brief.' }] },
    ['Be brief.'],
    ['image'],
  ],
];

describe('a type that a model does not know', () => {
  it.each(rows)('is made fit or left out: %s', async (_, path, body, said, lost) => {
    const server = await startTestServer({ answer: { text: 'ok' } });
    const { notice } = await post(server, path, { model: 'gpt-5.4-mini', ...body });
    const sent = JSON.stringify(server.readBody(0));
    for (const words of said) expect(sent).toContain(words);
    for (const type of lost) expect(notice).toContain(type);
    if (lost.length === 0) expect(notice).toBeNull();
  });
});

describe('Claude Code, which goes on with another model', () => {
  const toolCalls = [{ id: 'functions.look:0', name: 'look', arguments: '{}' }];
  const tools = [look];

  it.each([[false], [true]])('has ids of calls that Claude takes from Kimi (stream: %s)', async (stream) => {
    const server = await startTestServer({ answer: { toolCalls } });
    const body = { model: 'kimi-k2.7-code', max_tokens, tools, stream };
    const { text } = await post(server, asked, body);
    const id = /"type":"tool_use","id":"([^"]*)"/.exec(text)?.[1] ?? '';
    expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    server.simulator.state.answer = { text: 'ok' };
    const messages = [
      hi,
      { role: 'assistant', content: [{ type: 'tool_use', id, name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'seen' }] },
    ];
    for (const model of ['claude-sonnet-4.6', 'kimi-k2.7-code', 'gpt-5.4-mini'])
      await post(server, asked, { ...body, model, messages });
    expect(server.modelCalls()).toHaveLength(4);
  });

  it.each([[false], [true]])('has the words of Gemini as its last block (stream: %s)', async (stream) => {
    const answer = { reasoning: 'Hm.', reasoningOpaque: 'c2VhbGVk', text: 'It is 4.' };
    const server = await startTestServer({ answer });
    const body = { model: 'gemini-3.5-flash', max_tokens, stream, thinking: { type: 'adaptive' } };
    const { text } = await post(server, asked, body);
    const types = [...text.matchAll(/(?:"content_block":|\[|\},)\{"type":"(thinking|text)"/g)];
    expect(types.map(([, type]) => type)).toEqual(['thinking', 'text']);
  });
});
