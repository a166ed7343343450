import { expect, it } from 'vitest';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { ChatRequest, Message } from '../../src/dialects/chat-request.ts';
import { createTextMessage } from '../../src/dialects/chat-request.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';
import { sonnet } from './messages/models.ts';

type Fields = Record<string, unknown>;

const mark = { type: 'ephemeral' };
const long = { type: 'ephemeral', ttl: '1h' };
const png = 'data:image/png;base64,iVBORw0KGgo=';
const call = { id: 'a', type: 'function', function: { name: 'read', arguments: '{}' } };
const parameters = { type: 'object', properties: {} };

/** The marks in the order of the prompt: of the tools, of the system text, of the messages. */
function listMarks({ tools = [], system = [], messages: turns }: Fields): unknown[] {
  const blocks = [tools, system, ...(turns as Fields[]).map(({ content }) => content)].flat() as Fields[];
  return blocks.map((block) => block?.cache_control);
}

function toClaude(dialect: Dialect, body: Fields): Fields {
  const { request } = dialect.readRequest({ model: sonnet.id, ...body });
  return messages.writeRequest({ ...request, autoCache: true }, sonnet).body as Fields;
}

const none = undefined;

it.each<[what: string, dialect: Dialect, body: Fields, marks: unknown[]]>([
  [
    'parts of messages (OpenRouter)',
    chatCompletions,
    {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache_control: mark }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'text', text: 'x', cache_control: long },
          ],
        },
      ],
    },
    [mark, none, long],
  ],
  [
    'messages (LiteLLM)',
    chatCompletions,
    {
      messages: [
        { role: 'system', content: 'Be brief.', cache_control: mark },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [call], cache_control: mark },
        { role: 'tool', tool_call_id: 'a', content: 'ok', cache_control: long },
      ],
    },
    [mark, none, mark, long],
  ],
  [
    'messages (Copilot)',
    chatCompletions,
    {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi', copilot_cache_control: mark },
      ],
    },
    [none, mark],
  ],
  [
    'an image, as opencode does',
    chatCompletions,
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: png }, cache_control: mark },
          ],
        },
      ],
    },
    [none, mark],
  ],
  [
    'the part of a result',
    chatCompletions,
    {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'ok', cache_control: mark }] },
      ],
    },
    [none, none, mark],
  ],
  [
    'tools, beside the function and in it',
    chatCompletions,
    {
      tools: [
        { type: 'function', function: { name: 'a', parameters }, cache_control: mark },
        { type: 'function', function: { name: 'b', parameters, cache_control: long } },
      ],
      messages: [{ role: 'user', content: 'Hi' }],
    },
    [mark, long, none],
  ],
  [
    'items, parts and tools of /responses',
    responses,
    {
      tools: [{ type: 'function', name: 'a', parameters, cache_control: mark }],
      input: [
        { role: 'developer', content: 'Be brief.', cache_control: mark },
        { role: 'user', content: [{ type: 'input_text', text: 'Hi', cache_control: long }] },
        { type: 'function_call', call_id: 'a', name: 'a', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: 'ok', cache_control: mark },
      ],
    },
    [mark, mark, long, none, mark],
  ],
  [
    'messages and blocks of /v1/messages',
    messages,
    {
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'Hi', cache_control: mark },
        { role: 'assistant', content: [{ type: 'text', text: 'Yes', cache_control: long }] },
        { role: 'user', content: 'Go on' },
      ],
    },
    [mark, long, none],
  ],
  [
    'a system message in mid-conversation',
    responses,
    {
      input: [
        { role: 'user', content: 'Hi' },
        { role: 'developer', content: [{ type: 'input_text', text: 'Noon.', cache_control: mark }] },
      ],
    },
    [none, mark],
  ],
])('marks on %s reach Claude in their places', (_, dialect, body, marks) => {
  expect(listMarks(toClaude(dialect, body))).toEqual(marks);
});

const user = (text: string): Message => createTextMessage('user', text);
const answer = createTextMessage('assistant', 'Yes');
const calls: Message = {
  role: 'assistant',
  parts: [{ type: 'tool-call', id: 'a', name: 'read', arguments: '{}' }],
};
const result: Message = { role: 'tool', callId: 'a', parts: [{ type: 'text', text: 'ok' }], isError: false };
const system = createTextMessage('system', 'Be brief.');
const tools = ['read', 'write'].map((name) => ({ name, parameters }));
const set = { type: 'ephemeral' };

it.each<[what: string, request: Partial<ChatRequest>, marks: unknown[]]>([
  ['a single question', { messages: [system, user('Hi')] }, [none, none]],
  ['a question with tools', { tools, messages: [system, user('Hi')] }, [none, set, set, set]],
  ['tools without instructions', { tools, messages: [user('Hi')] }, [none, set, set]],
  ['a second question', { messages: [system, user('Hi'), answer, user('And?')] }, [set, set, none, set]],
  [
    'a round of tools',
    { tools, messages: [system, user('Hi'), calls, result] },
    [none, set, set, set, none, set],
  ],
  [
    'a long conversation',
    { tools, messages: [system, user('Hi'), calls, result, answer, user('And?'), answer, user('Then?')] },
    [none, set, set, none, none, none, none, set, none, set],
  ],
  [
    'instructions behind the question',
    { tools, messages: [system, user('Hi'), createTextMessage('system', 'Noon.')] },
    [none, set, set, none, set],
  ],
  [
    'a blank question behind an answer',
    { messages: [user('Hi'), answer, user('And?'), user(' ')] },
    [set, none, set],
  ],
  ['the beginning of an answer', { messages: [user('Hi'), answer] }, [set, none, none]],
  [
    'a mark of its own',
    { tools, messages: [system, { role: 'user', parts: [{ type: 'text', text: 'Hi', cache: {} }] }] },
    [none, none, none, set],
  ],
])('a caller without marks gets them for %s', (_, fields, marks) => {
  const request: ChatRequest = { model: sonnet.id, messages: [], ...fields };
  const written = messages.writeRequest({ ...request, autoCache: true }, sonnet).body as Fields;
  expect(listMarks(written)).toEqual(marks);
  expect(listMarks(messages.writeRequest(request, sonnet).body as Fields).filter(Boolean)).toHaveLength(
    JSON.stringify(request).includes('"cache"') ? 1 : 0,
  );
});

it('Claude over /chat/completions gets them on messages, and the mark of the tools on the instructions', () => {
  const request: ChatRequest = { model: sonnet.id, tools, messages: [system, user('Hi'), calls, result] };
  const { body, notices } = chatCompletions.writeRequest({ ...request, autoCache: true }, sonnet);
  const marks = (body.messages as Fields[]).map(({ copilot_cache_control }) => copilot_cache_control);
  expect(marks).toEqual([set, set, none, set]);
  expect(notices).toEqual([]);
});

it('other models get none', () => {
  const gpt = { ...sonnet, id: 'gpt-5.4' };
  const request: ChatRequest = { model: gpt.id, tools, messages: [user('Hi')], autoCache: true };
  for (const dialect of [chatCompletions, responses]) {
    const { body } = dialect.writeRequest(request, gpt);
    expect(JSON.stringify(body)).not.toMatch(/cache_control|autoCache/);
  }
});

it.each<[string, Dialect, Fields]>([
  [
    'messages',
    chatCompletions,
    {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: mark }], cache_control: mark },
      ],
      tools: [{ type: 'function', function: { name: 'a', parameters }, cache_control: mark }],
    },
  ],
  [
    'items',
    responses,
    {
      input: [
        {
          role: 'user',
          content: [{ type: 'input_text', text: 'Hi', cache_control: mark }],
          cache_control: mark,
        },
        { type: 'function_call', call_id: 'a', name: 'a', arguments: '{}', cache_control: mark },
        { type: 'function_call_output', call_id: 'a', output: 'ok', cache_control: mark },
      ],
    },
  ],
])('marks on %s for a model that caches by itself are left out of its own dialect', (_, dialect, body) => {
  const native = dialect.native.toBody({ body, betas: [], notices: [] });
  expect(native).toBeDefined();
  expect(JSON.stringify(native?.body)).not.toContain('cache_control');
});
