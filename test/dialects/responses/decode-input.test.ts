import { describe, expect, it } from 'vitest';
import { createTextMessage, type Message } from '../../../src/dialects/chat-request.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';

const readInput = (input: unknown): Message[] =>
  responses.readRequest({ model: 'm', input }).request.messages;
const user = createTextMessage('user', 'Hi');
const text = (value: string) => ({ type: 'text' as const, text: value });
const callItem = { type: 'function_call', call_id: 'c', name: 'read', arguments: '{"a":1}' };
const call = { type: 'tool-call' as const, id: 'c', name: 'read', arguments: '{"a":1}' };
const tool = (parts: Message['parts'], callId = 'c') =>
  ({ role: 'tool', callId, parts, isError: false }) as Message;
const imageItem = { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' };
const image = { type: 'image' as const, source: { mediaType: 'image/png', data: 'AAAA' } };

describe('input items', () => {
  it.each<[what: string, input: unknown, messages: unknown[]]>([
    ['a message without a type', [{ role: 'user', content: 'Hi' }], [user]],
    [
      'images, files and plain text parts',
      [
        {
          role: 'user',
          content: [
            imageItem,
            { type: 'text', text: 'a' },
            { type: 'input_file', filename: 'x.pdf', file_data: 'data:application/pdf;base64,JVBE' },
          ],
        },
      ],
      [
        {
          role: 'user',
          parts: [
            image,
            text('a'),
            { type: 'document', mediaType: 'application/pdf', data: 'JVBE', title: 'x.pdf' },
          ],
        },
      ],
    ],
    [
      'files without a title, or with the one that we give',
      [
        {
          role: 'user',
          content: [
            { type: 'input_file', file_data: 'data:application/pdf;base64,JVBE' },
            { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' },
          ],
        },
      ],
      [
        {
          role: 'user',
          parts: [
            { type: 'document', mediaType: 'application/pdf', data: 'JVBE' },
            { type: 'document', mediaType: 'application/pdf', data: 'JVBE' },
          ],
        },
      ],
    ],
    [
      'an assistant whose text goes by other types',
      [
        {
          role: 'assistant',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
      [{ role: 'assistant', parts: [text('a'), text('b')] }],
    ],
    [
      'an image by address',
      [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://x/a.png' }] }],
      [{ role: 'user', parts: [{ type: 'image', source: { url: 'https://x/a.png' } }] }],
    ],
    [
      'an assistant whose content is text, null or a refusal',
      [
        { role: 'assistant', content: 'a' },
        { role: 'assistant', content: null },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] },
      ],
      [{ role: 'assistant', parts: [text('a'), text('No')] }],
    ],
    [
      'a system in the middle',
      [
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Now' },
      ],
      [user, createTextMessage('system', 'Now')],
    ],
    [
      'thinking without a seal',
      [
        {
          type: 'reasoning',
          id: 'rs',
          summary: [{ type: 'summary_text', text: 'Hm' }],
          encrypted_content: null,
        },
      ],
      [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm' }] }],
    ],
    [
      'thinking in the open',
      [
        {
          type: 'reasoning',
          summary: [],
          content: [{ type: 'reasoning_text', text: 'Hm' }],
          encrypted_content: 'S',
        },
      ],
      [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm', opaque: 'S' }] }],
    ],
    [
      'thinking of two parts',
      [{ type: 'reasoning', summary: [{ text: 'a' }, null, { text: 'b' }], encrypted_content: 'S' }],
      [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'a\n\nb', opaque: 'S' }] }],
    ],
    [
      'a call without arguments',
      [{ ...callItem, arguments: '' }],
      [{ role: 'assistant', parts: [{ ...call, arguments: '{}' }] }],
    ],
    [
      'a result as a list',
      [
        callItem,
        {
          type: 'function_call_output',
          call_id: 'c',
          output: [{ type: 'input_text', text: 'a' }, imageItem],
        },
      ],
      [{ role: 'assistant', parts: [call] }, tool([text('a'), image])],
    ],
    [
      'a result of nothing',
      [callItem, { type: 'function_call_output', call_id: 'c', output: null }],
      [{ role: 'assistant', parts: [call] }, tool([])],
    ],
    [
      'calls whose results come one by one',
      [
        callItem,
        { type: 'function_call_output', call_id: 'c', output: 'a' },
        { ...callItem, call_id: 'd' },
        { type: 'function_call_output', call_id: 'd', output: 'b' },
      ],
      [
        { role: 'assistant', parts: [call] },
        tool([text('a')]),
        { role: 'assistant', parts: [{ ...call, id: 'd' }] },
        tool([text('b')], 'd'),
      ],
    ],
    [
      'a result behind a message of the user',
      [
        callItem,
        { ...callItem, call_id: 'd' },
        { type: 'function_call_output', call_id: 'c', output: 'a' },
        { role: 'user', content: 'Hi' },
        { type: 'function_call_output', call_id: 'd', output: 'b' },
      ],
      [
        { role: 'assistant', parts: [call, { ...call, id: 'd' }] },
        tool([text('a')]),
        tool([text('b')], 'd'),
        user,
      ],
    ],
  ])('%s', (_, input, messages) => {
    expect(readInput(input)).toEqual(messages);
  });
});
