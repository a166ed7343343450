import { describe, expect, it } from 'vitest';
import type { WireMessage } from '../../../src/dialects/chat-completions/write-messages.ts';
import type { ImagePart, Message, TextPart, ToolMessage } from '../../../src/dialects/chat-request.ts';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { able, encode, hello, unknown } from './models.ts';

const text = (content: string): TextPart => ({ type: 'text', text: content });
const image: ImagePart = { type: 'image', source: { mediaType: 'image/png', data: 'AAAA' } };
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

describe('what cannot be sent as it is', () => {
  it.each<[what: string, messages: Message[], wire: Partial<WireMessage>[], notice: string]>([
    [
      'images for a model without eyes',
      [user(text('Hi'), image)],
      [{ content: 'Hi' }],
      'Images and documents are left out: new takes none.',
    ],
    [
      'images of tools for a model without eyes',
      [assistant(call), result(image)],
      [{ role: 'assistant' }, { role: 'tool', content: 'The tool returned nothing.' }],
      'Images and documents are left out: new takes none.',
    ],
    [
      'thinking of another model',
      [assistant({ type: 'reasoning', text: 'Hm.', opaque: 'AA', model: 'other' }, text('Yes')), hello],
      [{ role: 'assistant', content: 'Yes' }, {}],
      'Thinking of another model is left out.',
    ],
    [
      'thinking without an answer',
      [assistant({ type: 'reasoning', text: 'Hm.' }), hello],
      [{ role: 'user' }],
      'Thinking that led to no answer is left out.',
    ],
    [
      'all sealed thoughts but the last',
      [
        assistant(
          { type: 'reasoning', text: 'One.', opaque: 'AA' },
          { type: 'reasoning', text: 'Two.', opaque: 'BB' },
          text('Yes'),
        ),
        hello,
      ],
      [{ content: 'Yes', reasoning_text: 'Two.', reasoning_opaque: 'BB' }, {}],
      'Of several sealed thoughts in one message, only the last is sent.',
    ],
    [
      'arguments that are not JSON',
      [assistant({ ...call, arguments: '{"p' }), result(text('1'))],
      [
        {
          tool_calls: [
            {
              ...wireCall,
              type: 'function',
              function: { name: 'read', arguments: '{"invalid_json":"{\\"p"}' },
            },
          ],
        },
        {},
      ],
      'Arguments of a tool call that are no JSON object are sent as text.',
    ],
    [
      'a second call by the same id',
      [assistant(call, { ...call, name: 'write' }), result(text('1'))],
      [{ tool_calls: [wireCall] as WireMessage['tool_calls'] & object }, {}],
      'Of several tool calls with the same id in one message, the first is kept.',
    ],
    [
      'a call without a result',
      [assistant(call), hello],
      [{ role: 'assistant' }, { role: 'tool', tool_call_id: 'c1' }, {}],
      'Tool calls without a result were given one that says so.',
    ],
    [
      'a result without a call',
      [result(text('1')), hello],
      [{ role: 'user' }],
      'Results of tools that nothing called are left out.',
    ],
    [
      'how long a mark holds',
      [user({ ...text('Hi'), cache: { ttl: '1h' } })],
      [{ content: 'Hi', copilot_cache_control: { type: 'ephemeral' } }],
      'How long a part of the prompt stays cached is left to the service.',
    ],
  ])('is left out with a notice: %s', (_, messages, wire, notice) => {
    const { body, notices, headers } = encode({ messages }, unknown);
    expect(body.messages).toHaveLength(wire.length);
    expect(body.messages).toMatchObject(wire);
    expect(notices).toEqual([notice]);
    expect(headers).toEqual({});
  });

  it.each<[what: string, message: Message, words: RegExp]>([
    [
      'an image by its address',
      user({ type: 'image', source: { url: 'https://example.com/a.png' } }),
      /must be in the request/,
    ],
    [
      'a document',
      { role: 'user', parts: [{ type: 'document', mediaType: 'application/pdf', data: 'AAAA' }] },
      /^able cannot be sent a document \(application\/pdf\).*another endpoint/,
    ],
  ])('is refused by its place: %s', (_, message, words) => {
    const encoding = () => encode({ messages: [hello, message] });
    expect(encoding).toThrow(DialectError);
    expect(encoding).toThrow(
      expect.objectContaining({ path: 'messages.1', message: expect.stringMatching(words) }),
    );
  });

  it.each([[[]], [[user(text(' '))]], [[result(text('x'))]]])(
    'is refused where nothing is said: %j',
    (messages) => {
      expect(() => encode({ messages })).toThrow(
        expect.objectContaining({ name: 'DialectError', path: 'messages' }),
      );
    },
  );
});

describe('cache marks', () => {
  const cache = {};

  it('stand on the message that holds the marked part', () => {
    const messages: Message[] = [
      { role: 'system', parts: [{ ...text('Be brief.'), cache }, text('Be kind.')] },
      user(text('Look'), { ...image, cache }),
      assistant({ ...call, cache }),
      { ...result(text('1')), cache },
    ];
    const { body, notices } = encode({ messages });
    expect(body.messages.map((message) => message.copilot_cache_control)).toEqual(
      Array(4).fill({ type: 'ephemeral' }),
    );
    expect(notices).toEqual([]);
  });

  it('are four, the last ones', () => {
    const messages = Array.from({ length: 6 }, (_, index) => user({ ...text(`${index}`), cache }));
    const { body, notices } = encode({ messages: [...messages, hello] }, able);
    expect(
      body.messages.filter((message) => message.copilot_cache_control).map(({ content }) => content),
    ).toEqual(['2', '3', '4', '5']);
    expect(notices).toEqual(['Only the last 4 cache marks are kept.']);
  });
});
