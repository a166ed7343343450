import { describe, expect, it } from 'vitest';
import {
  type ChatRequest,
  createTextMessage,
  type ImagePart,
  type Message,
  type ToolCallPart,
} from '../../../src/dialects/chat-request.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { type Fields, traits } from './streams.ts';

const encode = (messages: Message[], model = traits) =>
  responses.writeRequest({ model: model.id, messages } satisfies ChatRequest, model);
const writeInput = (messages: Message[], model = traits): unknown => encode(messages, model).body.input;

const user = createTextMessage('user', 'Hi');
const userItem = { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] };
const image: ImagePart = { type: 'image', source: { mediaType: 'image/png', data: 'AAAA' } };
const imageItem = { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' };
const call = (id: string): ToolCallPart => ({ type: 'tool-call', id, name: 'read', arguments: '{"a":1}' });
const callItem = (id: string): Fields => ({
  type: 'function_call',
  call_id: id,
  name: 'read',
  arguments: '{"a":1}',
});
const result = (callId: string, ...texts: string[]): Message => ({
  role: 'tool',
  callId,
  parts: texts.map((text) => ({ type: 'text', text })),
  isError: false,
});
const resultItem = (call_id: string, output: string): Fields => ({
  type: 'function_call_output',
  call_id,
  output,
});
const output = (...texts: string[]): Fields => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: texts.map((text) => ({ type: 'output_text', text, annotations: [] })),
});
const text = (value: string) => ({ type: 'text' as const, text: value });

describe('messages become items', () => {
  it.each<[what: string, messages: Message[], items: unknown[]]>([
    [
      'the system speaks first, as a message',
      [createTextMessage('system', 'Be kind'), user],
      [{ role: 'system', content: [{ type: 'input_text', text: 'Be kind' }] }, userItem],
    ],
    [
      'the system may speak in between',
      [user, createTextMessage('system', 'Now'), user],
      [userItem, { role: 'system', content: [{ type: 'input_text', text: 'Now' }] }, userItem],
    ],
    [
      'cache marks are dropped',
      [{ role: 'user', parts: [{ ...text('Hi'), cache: { ttl: '1h' } }] }],
      [userItem],
    ],
    [
      'images stay in their place',
      [{ role: 'user', parts: [text('a'), image, text('b')] }],
      [
        {
          role: 'user',
          content: [{ type: 'input_text', text: 'a' }, imageItem, { type: 'input_text', text: 'b' }],
        },
      ],
    ],
    [
      'documents are files with a name',
      [
        {
          role: 'user',
          parts: [
            { type: 'document', mediaType: 'application/pdf', data: 'JVBE', title: 'x.pdf' },
            { type: 'document', mediaType: 'application/pdf', data: 'JVBE' },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'input_file', filename: 'x.pdf', file_data: 'data:application/pdf;base64,JVBE' },
            { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' },
          ],
        },
      ],
    ],
    [
      'an assistant keeps the order of text, thinking and calls',
      [
        user,
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm', opaque: 'S+/=' },
            text('a'),
            text('b'),
            call('c'),
            text('d'),
          ],
        },
        result('c', 'ok'),
      ],
      [
        userItem,
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'S+/=' },
        output('a', 'b'),
        callItem('c'),
        output('d'),
        resultItem('c', 'ok'),
      ],
    ],
    [
      'thinking without a text has an empty summary',
      [user, { role: 'assistant', parts: [{ type: 'reasoning', text: '', opaque: 'S' }] }],
      [userItem, { type: 'reasoning', summary: [], encrypted_content: 'S' }],
    ],
    [
      'thinking without a seal is dropped',
      [
        user,
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm' },
            text('a'),
            { type: 'reasoning', text: 'Hm', opaque: '' },
            text('b'),
          ],
        },
      ],
      [userItem, output('a', 'b')],
    ],
    [
      'thinking of another model is dropped',
      [
        user,
        {
          role: 'assistant',
          parts: [{ type: 'reasoning', text: 'Hm', opaque: 'S', model: 'other' }, text('a')],
        },
      ],
      [userItem, output('a')],
    ],
    [
      'a call without arguments has an empty object',
      [user, { role: 'assistant', parts: [{ ...call('c'), arguments: '' }] }, result('c', 'ok')],
      [userItem, { ...callItem('c'), arguments: '{}' }, resultItem('c', 'ok')],
    ],
    [
      'the texts of a result are one string',
      [user, { role: 'assistant', parts: [call('c')] }, result('c', 'a', 'b')],
      [userItem, callItem('c'), resultItem('c', 'a\nb')],
    ],
    [
      'a result of nothing is an empty string',
      [user, { role: 'assistant', parts: [call('c')] }, result('c')],
      [userItem, callItem('c'), resultItem('c', '')],
    ],
    [
      'a failure says so in its text',
      [user, { role: 'assistant', parts: [call('c')] }, { ...result('c', 'gone'), isError: true } as Message],
      [userItem, callItem('c'), resultItem('c', 'The tool failed: gone')],
    ],
    ['a result without its call is dropped', [user, result('c', 'ok'), user], [userItem, userItem]],
    [
      'a call without its result gets one',
      [user, { role: 'assistant', parts: [call('c')] }, user],
      [
        userItem,
        callItem('c'),
        resultItem('c', expect.stringMatching(/^The tool failed: .*not known/) as never),
        userItem,
      ],
    ],
  ])('%s', (_, messages, items) => {
    expect(writeInput(messages)).toEqual(items);
  });

  it('images of tools follow all the results in a message of the user', () => {
    const shot = (callId: string): Message => ({
      role: 'tool',
      callId,
      parts: [text('see'), image],
      isError: false,
    });
    const messages: Message[] = [
      user,
      { role: 'assistant', parts: [call('c'), call('d')] },
      shot('c'),
      shot('d'),
      createTextMessage('assistant', 'a'),
    ];
    const label = (id: string) => ({ type: 'input_text', text: `Images in the output of call ${id}:` });
    const images = { role: 'user', content: [label('c'), imageItem, label('d'), imageItem] };
    const front = [
      userItem,
      callItem('c'),
      callItem('d'),
      resultItem('c', 'see'),
      resultItem('d', 'see'),
      images,
    ];
    expect(writeInput(messages)).toEqual([...front, output('a')]);
    expect(writeInput(messages.slice(0, -1))).toEqual(front);
  });

  it('no item has an id', () => {
    const items = writeInput([
      user,
      { role: 'assistant', parts: [{ type: 'reasoning', text: '', opaque: 'S' }, text('a'), call('c')] },
      result('c', 'ok'),
    ]);
    expect(JSON.stringify(items)).not.toContain('"id"');
  });
});

describe('images', () => {
  const inTool: Message[] = [
    user,
    { role: 'assistant', parts: [call('c')] },
    { role: 'tool', callId: 'c', parts: [image], isError: false },
  ];
  it.each<[where: string, messages: Message[], headers: object]>([
    ['of the user', [{ role: 'user', parts: [image] }], { 'copilot-vision-request': 'true' }],
    ['in the result of a tool', inTool, { 'copilot-vision-request': 'true' }],
    ['nowhere', [user], {}],
  ])('%s are announced by a header', (_, messages, headers) => {
    expect(encode(messages).headers).toEqual(headers);
  });

  it('are left out with a notice where the model takes none', () => {
    const { body, headers, notices } = encode(
      [{ role: 'user', parts: [text('Hi'), image, image] }, ...inTool],
      { ...traits, vision: false },
    );
    expect(body.input).toEqual([userItem, userItem, callItem('c'), resultItem('c', '')]);
    expect([headers, notices]).toEqual([{}, ['Images and documents are left out: gpt-5.4-mini takes none.']]);
  });

  it('by address are refused, and where they are is told', () => {
    const foreign: ImagePart = { type: 'image', source: { url: 'https://example.com/a.png' } };
    expect(() => encode([user, { role: 'user', parts: [text('a'), foreign] }])).toThrow(
      expect.objectContaining({ name: 'DialectError', path: 'messages.1' }),
    );
  });
});

it('a request that says nothing is refused', () => {
  for (const messages of [[], [result('c', 'ok')], [{ role: 'user' as const, parts: [] }]])
    expect(() => encode(messages)).toThrow(
      expect.objectContaining({ name: 'DialectError', path: 'messages' }),
    );
});
