import { describe, expect, it } from 'vitest';
import { toObject } from '../../src/json-value.ts';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';

const path = '/v1/responses';
const f = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
const group = { type: 'namespace', name: 'n', description: 'd', tools: [f] };
const patchGrammar = 'start: "*** Begin Patch" LF';
const patch = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files.',
  format: { type: 'grammar', syntax: 'lark', definition: patchGrammar },
};
const input = '*** Begin Patch\n+say "hé"\\ \u{1f600}\n*** End Patch';
/** Models that are asked in each of the three dialects. */
const models = [['claude-sonnet-4.6'], ['kimi-k2.7-code'], ['gemini-3.5-flash']];

type Event = { type: string } & Record<string, unknown>;

async function readEvents(response: Response): Promise<Event[]> {
  const decoder = createSseDecoder();
  const bytes = new Uint8Array(await response.arrayBuffer());
  return [...decoder.push(bytes), ...decoder.end()].map(({ data }) => JSON.parse(data));
}

async function ask(server: TestServer, body: object) {
  const response = await server.post(path, { input: 'hi', ...body });
  const reply = (await response.json()) as { output: Record<string, unknown>[] };
  expect([response.status, reply]).toMatchObject([200, {}]);
  const output = reply.output.filter(({ type }) => type !== 'reasoning');
  return { output, notice: response.headers.get('x-copilot-cli-notice') };
}

describe('a tool of a namespace', () => {
  it.each(models)('is a function for %s, and its call has both names again', async (model) => {
    const server = await startTestServer({ answer: { toolCalls: [{ name: 'n__f', arguments: '{}' }] } });
    const { output, notice } = await ask(server, { model, tools: [group] });
    expect(output).toMatchObject([{ type: 'function_call', namespace: 'n', name: 'f', arguments: '{}' }]);
    expect(notice).toBeNull();
    expect(JSON.stringify(server.readBody(0).tools)).toContain('n__f');
  });

  it('has both names in each event of a stream', async () => {
    const server = await startTestServer({ answer: { toolCalls: [{ name: 'n__f', arguments: '{"a":1}' }] } });
    const body = { model: 'claude-sonnet-4.6', input: 'hi', tools: [group], stream: true };
    const events = await readEvents(await server.post(path, body));
    const item = { type: 'function_call', namespace: 'n', name: 'f' };
    expect(events.find(({ type }) => type === 'response.output_item.added')).toMatchObject({ item });
    expect(events.find(({ type }) => type === 'response.output_item.done')).toMatchObject({
      item: { ...item, arguments: '{"a":1}' },
    });
  });

  it.each([
    ['a function that has the name of both', [group, { ...f, name: 'n__f' }]],
    ['the same function in two namespaces', [group, { ...group, name: 'm' }, { ...group, name: 'n_' }]],
    ['a name beyond 64 characters', [{ ...group, name: `mcp__${'long'.repeat(20)}__` }, group]],
    [
      'characters that models refuse',
      [
        { ...group, name: 'a.b/c' },
        { ...group, name: 'a_b/c' },
      ],
    ],
    ['an empty namespace', [{ ...group, name: 'empty', tools: [] }, group]],
  ])('goes by a name of its own beside %s', async (_, tools) => {
    const server = await startTestServer({
      answer: ({ body }) => ({
        toolCalls: (toObject(body).tools as { name: string }[]).map(({ name }) => ({
          name,
          arguments: '{}',
        })),
      }),
    });
    const { output } = await ask(server, { model: 'claude-sonnet-4.6', tools });
    const names = (server.readBody(0).tools as { name: string }[]).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    const called = output.map(({ namespace, name }) => `${namespace ?? ''}/${name}`).sort();
    const asked = tools.flatMap((tool) =>
      'tools' in tool ? tool.tools.map(({ name }) => `${tool.name}/${name}`) : [`/${tool.name}`],
    );
    expect(called).toEqual(asked.sort());
  });

  it('stays in its namespace for GPT, whatever the schema of another tool looks like', async () => {
    const server = await startTestServer({ answer: { text: 'ok' } });
    const call = { type: 'function_call', call_id: 'call_1', namespace: 'n', name: 'f', arguments: '{}' };
    const body = {
      model: 'gpt-5.4-mini',
      input: [
        { role: 'user', content: 'hi' },
        call,
        { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
      ],
      tools: [group, patch],
    };
    await ask(server, body);
    await ask(server, {
      ...body,
      tools: [...body.tools, { ...f, name: 'open', parameters: { type: 'object' } }],
    });
    const [native, translated] = [server.readBody(0), server.readBody(1)];
    expect((native.tools as object[])[0]).toMatchObject(group);
    expect((translated.tools as object[])[0]).toMatchObject(group);
    expect((translated.tools as object[])[1]).toEqual(patch);
    expect((translated.input as object[])[1]).toMatchObject(call);
  });
});

describe('a custom tool', () => {
  it.each(models)('is a function with one text for %s, and its call has that text', async (model) => {
    const toolCalls = [{ name: 'apply_patch', arguments: JSON.stringify({ input }) }];
    const server = await startTestServer({ answer: { toolCalls } });
    const { output, notice } = await ask(server, { model, tools: [patch] });
    expect(output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', input }]);
    expect(notice).toBeNull();
    const sent = JSON.stringify(server.readBody(0).tools);
    expect(sent).toContain('Edits files.');
    expect(sent).toContain('*** Begin Patch');
  });

  it.each([
    ['the argument', JSON.stringify({ input }), input],
    ['an argument of another name', JSON.stringify({ patch: input }), input],
    ['a text alone', JSON.stringify(input), input],
    ['no text', '{}', '{}'],
    ['blanks and escapes', `{ "input" : "\\u0041\\ud83d\\ude00\\n" }`, 'A\u{1f600}\n'],
  ])('streams the text of a model that writes %s', async (_, args, expected) => {
    const server = await startTestServer({
      answer: { toolCalls: [{ name: 'apply_patch', arguments: args }] },
    });
    const body = { model: 'claude-sonnet-4.6', input: 'hi', tools: [patch], stream: true };
    const events = await readEvents(await server.post(path, body));
    const deltas = events.filter(({ type }) => type === 'response.custom_tool_call_input.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe(expected);
    const done = events.find(({ type }) => type === 'response.custom_tool_call_input.done');
    expect(done).toMatchObject({ input: expected });
    const item = { type: 'custom_tool_call', name: 'apply_patch', input: expected };
    expect(events.find(({ type }) => type === 'response.output_item.done')).toMatchObject({ item });
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { output: [item] } });
  });

  it('can be chosen', async () => {
    const server = await startTestServer({
      answer: { toolCalls: [{ name: 'apply_patch', arguments: '{}' }] },
    });
    const tool_choice = { type: 'custom', name: 'apply_patch' };
    await ask(server, { model: 'claude-sonnet-4.6', tools: [patch], tool_choice });
    expect(server.readBody(0).tool_choice).toEqual({ type: 'tool', name: 'apply_patch' });
  });
});

it('a choice among some of the tools keeps its mode for other models', async () => {
  const server = await startTestServer({ answer: { text: 'ok' } });
  const tool_choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] };
  const open = { ...f, name: 'open', parameters: { type: 'object' } };
  const { notice } = await ask(server, { model: 'claude-sonnet-4.6', tools: [f], tool_choice });
  expect(server.readBody(0).tool_choice).toEqual({ type: 'any' });
  expect(notice).toContain('tool_choice');
  await ask(server, { model: 'gpt-5.4-mini', tools: [f, open], tool_choice });
  expect(server.readBody(1).tool_choice).toEqual(tool_choice);
});

describe('a tool that is no function', () => {
  it('of a search is a function, and what it finds can be called', async () => {
    const search = {
      type: 'tool_search',
      execution: 'client',
      description: 'Finds tools.',
      parameters: f.parameters,
    };
    const server = await startTestServer({
      answer: { toolCalls: [{ name: 'tool_search', arguments: '{"query":"q"}' }] },
    });
    const first = await ask(server, { model: 'claude-sonnet-4.6', tools: [search] });
    expect(first.output).toMatchObject([
      {
        type: 'tool_search_call',
        execution: 'client',
        arguments: { query: 'q' },
        call_id: expect.any(String),
      },
    ]);
    const [call] = first.output;
    server.simulator.state.answer = { toolCalls: [{ name: 'n__f', arguments: '{}' }] };
    const result = {
      type: 'tool_search_output',
      call_id: call?.call_id,
      status: 'completed',
      execution: 'client',
      tools: [group],
    };
    const asked = { role: 'user', content: 'hi' };
    const second = await ask(server, {
      model: 'claude-sonnet-4.6',
      tools: [search],
      input: [asked, call, result],
    });
    expect(second.output).toMatchObject([{ type: 'function_call', namespace: 'n', name: 'f' }]);
    expect(second.notice).toBeNull();
    await ask(server, {
      model: 'gpt-5.4-mini',
      tools: [search, { ...f, parameters: { type: 'object' } }],
      input: [asked, call, result],
    });
    const { tools, input: sent } = server.readBody(2) as { tools: object[]; input: object[] };
    expect(tools).toMatchObject([search, { name: 'f' }]);
    expect(sent.slice(1)).toMatchObject([
      { type: 'tool_search_call', arguments: { query: 'q' } },
      { ...result, tools: [group] },
    ]);
  });

  it.each([['claude-sonnet-4.6'], ['gpt-5.4-mini']])('of a shell is a function for %s', async (model) => {
    const command = ['bash', '-lc', 'ls'];
    const toolCalls = [{ name: 'local_shell', arguments: JSON.stringify({ command, timeout_ms: 5 }) }];
    const server = await startTestServer({ answer: { toolCalls } });
    const { output } = await ask(server, { model, tools: [{ type: 'local_shell' }] });
    expect(output).toMatchObject([
      {
        type: 'local_shell_call',
        call_id: expect.any(String),
        action: { type: 'exec', command, timeout_ms: 5 },
      },
    ]);
    const [call] = output;
    server.simulator.state.answer = { text: 'ok' };
    const result = { type: 'local_shell_call_output', call_id: call?.call_id, output: 'a.txt' };
    const items = [{ role: 'user', content: 'hi' }, call, result];
    expect((await ask(server, { model, tools: [{ type: 'local_shell' }], input: items })).notice).toBeNull();
    expect(JSON.stringify(server.readBody(1))).toContain('a.txt');
  });

  it.each([['future_tool'], ['shell'], ['apply_patch'], ['']])(
    'and unknown (%j) is left out',
    async (type) => {
      const server = await startTestServer({ answer: { text: 'ok' } });
      const { notice } = await ask(server, { model: 'claude-sonnet-4.6', tools: [{ type, name: 'x' }, f] });
      expect(notice).toContain(type || 'a tool without a type');
      expect(server.readBody(0).tools).toMatchObject([{ name: 'f' }]);
    },
  );
});

const history: [what: string, items: object[], said: string[], lost: string[]][] = [
  [
    'a custom call and its output',
    [
      { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin' },
      { type: 'custom_tool_call_output', call_id: 'c1', name: 'apply_patch', output: 'Done!' },
    ],
    ['*** Begin', 'Done!'],
    [],
  ],
  [
    'a call of the shell and its output',
    [
      {
        type: 'local_shell_call',
        call_id: 'c1',
        status: 'completed',
        action: { type: 'exec', command: ['ls', '-l'] },
      },
      { type: 'function_call_output', call_id: 'c1', output: 'total 0' },
    ],
    ['-l', 'total 0'],
    [],
  ],
  [
    'a call of a namespace and its output',
    [
      { type: 'function_call', call_id: 'c1', namespace: 'gone', name: 'away', arguments: '{"a":7}' },
      { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'it was' }] },
    ],
    ['gone__away', '7', 'it was'],
    [],
  ],
  [
    'a search of the web',
    [{ type: 'web_search_call', status: 'completed', action: { query: 'q' } }],
    [],
    ['web_search_call'],
  ],
  ['a sealed summary', [{ type: 'compaction', encrypted_content: 'gAAAA' }], [], ['compaction']],
  ['further tools', [{ type: 'additional_tools', role: 'developer', tools: [f] }], ['"f"'], []],
  [
    'a message of another agent',
    [
      {
        type: 'agent_message',
        author: '/root/a',
        recipient: '/root',
        content: [{ type: 'input_text', text: 'found it' }],
      },
    ],
    ['/root/a', 'found it'],
    [],
  ],
  ['an item that nobody knows', [{ type: 'future_item', data: 1 }], [], ['future_item']],
  [
    'content that nobody knows',
    [
      {
        role: 'user',
        content: [
          { type: 'input_audio', data: 'x' },
          { type: 'input_text', text: 'and words' },
        ],
      },
    ],
    ['and words'],
    ['input_audio'],
  ],
  [
    'a file in the output of a tool',
    [
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [
          {
            type: 'input_file',
            filename: 'a.txt',
            file_data: `data:text/plain;base64,${btoa('of the file')}`,
          },
        ],
      },
    ],
    ['of the file'],
    [],
  ],
  [
    'a call and an output of a computer',
    [
      { type: 'computer_call', call_id: 'c1', action: { type: 'click' } },
      { type: 'computer_call_output', call_id: 'c1', output: { type: 'computer_screenshot' } },
    ],
    [],
    ['computer_call', 'computer_call_output'],
  ],
];

describe('a history', () => {
  it.each(history)('with %s goes on with Claude', async (_, items, said, lost) => {
    const server = await startTestServer({ answer: { text: 'ok' } });
    const asked = { role: 'user', content: 'hi' };
    const input = [asked, ...items, { role: 'user', content: 'go on' }];
    const { notice } = await ask(server, { model: 'claude-sonnet-4.6', tools: [f, patch], input });
    const sent = JSON.stringify(server.readBody(0));
    for (const words of said) expect(sent).toContain(words);
    for (const type of lost) expect(notice).toContain(type);
    if (lost.length === 0) expect(notice).toBeNull();
  });
});
