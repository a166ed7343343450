import { describe, expect, it } from 'vitest';
import type { ImagePart, Message, TextPart, ToolMessage } from '../../../src/dialects/chat-request.ts';
import { encode, hello } from './models.ts';

const text = (content: string): TextPart => ({ type: 'text', text: content });
const image: ImagePart = { type: 'image', source: { mediaType: 'image/png', data: 'AAAA' } };
const wireImage = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const user = (...parts: (TextPart | ImagePart)[]): Message => ({ role: 'user', parts });
const call = { type: 'tool-call', id: 'c1', name: 'read', arguments: '{"p":1}' } as const;
const wireCall = { id: 'c1', type: 'function', function: { name: 'read', arguments: '{"p":1}' } };
const assistant = (...parts: (Message & { role: 'assistant' })['parts']): Message => ({
  role: 'assistant',
  parts,
});
const result = (...parts: ToolMessage['parts']): ToolMessage => ({
  role: 'tool',
  callId: 'c1',
  parts,
  isError: false,
});
const wireResult = (content: string): object => ({ role: 'tool', tool_call_id: 'c1', content });
const wireHello = { role: 'user', content: 'Hello' };

describe('the messages of a body', () => {
  it.each<[what: string, messages: Message[], wire: object[]]>([
    ['a text is a plain string', [user(text('Bye\n'))], [{ role: 'user', content: 'Bye\n' }]],
    [
      'several texts are paragraphs of one string',
      [
        { role: 'system', parts: [text('Be brief.'), text(' \n'), text('Be kind.')] },
        user(text('a'), text('b')),
      ],
      [
        { role: 'system', content: 'Be brief.\n\nBe kind.' },
        { role: 'user', content: 'a\n\nb' },
      ],
    ],
    [
      'text and images are parts',
      [user(text('What is it?'), image, text(''))],
      [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, wireImage] }],
    ],
    [
      'blank messages are left out',
      [{ role: 'system', parts: [text('')] }, user(text(' ')), assistant(text('\n')), hello],
      [wireHello],
    ],
    [
      'pieces of an assistant text are joined',
      [assistant(text('Hel'), text('lo')), hello],
      [{ role: 'assistant', content: 'Hello' }, wireHello],
    ],
    [
      'an assistant text that was interrupted is two paragraphs',
      [assistant(text('Wait.'), call, text('Done.')), result(text('1')), hello],
      [{ role: 'assistant', content: 'Wait.\n\nDone.', tool_calls: [wireCall] }, wireResult('1'), wireHello],
    ],
    [
      'the content beside tool calls alone is null',
      [assistant(text(''), call), result(text('1'))],
      [{ role: 'assistant', content: null, tool_calls: [wireCall] }, wireResult('1')],
    ],
    [
      'thinking is replayed on the message it belongs to',
      [assistant({ type: 'reasoning', text: 'Hm.', opaque: 'AA', model: 'able' }, text('Yes')), hello],
      [{ role: 'assistant', content: 'Yes', reasoning_text: 'Hm.', reasoning_opaque: 'AA' }, wireHello],
    ],
    [
      'thinking whose text came apart from its seal is one again',
      [
        assistant(
          { type: 'reasoning', text: '', opaque: 'AA' },
          { type: 'reasoning', text: 'Hm.' },
          text('Yes'),
        ),
        hello,
      ],
      [{ role: 'assistant', content: 'Yes', reasoning_text: 'Hm.', reasoning_opaque: 'AA' }, wireHello],
    ],
    [
      'withheld thinking is its seal alone',
      [assistant({ type: 'reasoning', text: '', opaque: 'AA', redacted: true }, text('Yes')), hello],
      [{ role: 'assistant', content: 'Yes', reasoning_opaque: 'AA' }, wireHello],
    ],
    [
      'a final assistant text ends without white space',
      [hello, assistant(text('So \n'))],
      [wireHello, { role: 'assistant', content: 'So' }],
    ],
    [
      'an earlier assistant text keeps its white space',
      [assistant(text('So \n')), hello],
      [{ role: 'assistant', content: 'So \n' }, wireHello],
    ],
    [
      'a failed result says so',
      [assistant(call), { ...result(text('no such file')), isError: true }],
      [
        { role: 'assistant', content: null, tool_calls: [wireCall] },
        wireResult('The tool failed: no such file'),
      ],
    ],
    [
      'an empty result is not empty text',
      [assistant(call), result()],
      [
        { role: 'assistant', content: null, tool_calls: [wireCall] },
        wireResult('The tool returned nothing.'),
      ],
    ],
    [
      'arguments that are missing are an empty object',
      [assistant({ ...call, arguments: '' }), result(text('1'))],
      [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ ...wireCall, function: { name: 'read', arguments: '{}' } }],
        },
        wireResult('1'),
      ],
    ],
  ])('%s', (_, messages, wire) => {
    const { body, notices } = encode({ messages });
    expect(body.messages).toEqual(wire);
    expect(notices).toEqual([]);
  });

  it('show the images of tools behind all results, by the user', () => {
    const other = { ...call, id: 'c2' };
    const messages = [
      assistant(call, other),
      result(text('one'), image),
      { ...result(image, image), callId: 'c2' },
      hello,
    ];
    const { body, headers } = encode({ messages });
    expect(body.messages.slice(1)).toEqual([
      wireResult('one'),
      { role: 'tool', tool_call_id: 'c2', content: 'The tool returned images, which follow.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the tool call c1:' },
          wireImage,
          { type: 'text', text: 'From the tool call c2:' },
          wireImage,
          wireImage,
        ],
      },
      wireHello,
    ]);
    expect(headers).toEqual({ 'copilot-vision-request': 'true' });
  });

  it('announce an image in the headers, and nothing where there is none', () => {
    expect(encode({ messages: [user(image)] }).headers).toEqual({ 'copilot-vision-request': 'true' });
    expect(encode({ messages: [assistant(call), result(image)] }).headers).toEqual({
      'copilot-vision-request': 'true',
    });
    expect(encode().headers).toEqual({});
  });
});
