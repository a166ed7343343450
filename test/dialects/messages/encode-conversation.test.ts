import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/dialects/chat-request.ts';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { encode, hello, unknown } from './models.ts';

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const assistant = (text: string): Message => ({ role: 'assistant', parts: [{ type: 'text', text }] });
const system = (text: string): Message => ({ role: 'system', parts: [{ type: 'text', text }] });
const call = (id: string, args = '{}'): Message => ({
  role: 'assistant',
  parts: [{ type: 'tool-call', id, name: 'read', arguments: args }],
});
const result = (callId: string, text = 'done'): Message => ({
  role: 'tool',
  callId,
  parts: [{ type: 'text', text }],
  isError: false,
});
const textBlock = (text: string) => ({ type: 'text', text });
const reminder = (text: string) => textBlock(`<system-reminder>\n${text}\n</system-reminder>`);
const png = { type: 'image', source: { mediaType: 'image/png', data: 'iVBO' } } as const;
const pngBlock = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } };

const turns = (...messages: Message[]) => encode({ messages }).body.messages;

describe('roles', () => {
  test('system messages at the start stand in the system field, a later one in its place', () => {
    const messages = [system('One'), system('Two'), hello, system('Three'), hello];
    const { body, notices } = encode({ messages });
    expect(body.system).toEqual([textBlock('One'), textBlock('Two')]);
    expect(body.messages).toEqual([
      { role: 'user', content: [textBlock('Hello'), reminder('Three'), textBlock('Hello')] },
    ]);
    expect(notices).toEqual([]);
  });

  test.each<[what: string, messages: Message[], contents: unknown[][]]>([
    ['behind a question', [system('Now')], [[textBlock('Hello'), reminder('Now')]]],
    [
      'behind an answer',
      [assistant('Yes'), system('Now')],
      [[textBlock('Hello')], [textBlock('Yes')], [reminder('Now')]],
    ],
    [
      'between answers',
      [assistant('Yes'), system('Now'), assistant('No'), hello],
      [[textBlock('Hello')], [textBlock('Yes')], [reminder('Now')], [textBlock('No')], [textBlock('Hello')]],
    ],
    ['that is blank', [system(' ')], [[textBlock('Hello')]]],
    [
      'that is a reminder already',
      [system('<system-reminder>Now</system-reminder>')],
      [[textBlock('Hello'), textBlock('<system-reminder>Now</system-reminder>')]],
    ],
    [
      'with a cache mark',
      [{ role: 'system', parts: [{ type: 'text', text: 'Now', cache: { ttl: '1h' } }] }],
      [[textBlock('Hello'), { ...reminder('Now'), cache_control: { type: 'ephemeral', ttl: '1h' } }]],
    ],
  ])('a system message %s stays there, in the turn of the user', (_, messages, contents) => {
    expect(turns(hello, ...messages).map(({ content }) => content)).toEqual(contents);
  });

  test('a system message between a call and its result does not part them', () => {
    expect(turns(hello, call('a'), system('Now'), result('a')).slice(1)).toMatchObject([
      { content: [{ type: 'tool_use', id: 'a' }] },
      { content: [{ type: 'tool_result', tool_use_id: 'a', content: [textBlock('done')] }, reminder('Now')] },
    ]);
  });

  test('messages of one role in a row become one turn', () => {
    expect(turns(user('a'), user('b'), assistant('c'), assistant('d'), user('e'))).toEqual([
      { role: 'user', content: [textBlock('a'), textBlock('b')] },
      { role: 'assistant', content: [textBlock('c'), textBlock('d')] },
      { role: 'user', content: [textBlock('e')] },
    ]);
  });

  test('a conversation that ends with the assistant gets a word from the user, and its end is trimmed', () => {
    const { body, notices } = encode({ messages: [hello, assistant('It is \n')] });
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', content: [textBlock('It is')] },
      { role: 'user', content: [textBlock('Please continue.')] },
    ]);
    expect(notices).toEqual([expect.stringContaining('Please continue.')]);
  });

  test('white space at the end of an earlier answer is kept', () => {
    expect(turns(hello, assistant('It is \n'), hello)[1]?.content).toEqual([textBlock('It is \n')]);
  });

  test('a system message alone is continued by the user', () => {
    expect(turns(system('Write a poem'))).toEqual([
      { role: 'user', content: [textBlock('Please continue.')] },
    ]);
  });

  test.each([
    ['no message', []],
    ['a blank message', [user(' \n')]],
  ])('%s is refused', (_, messages) => {
    expect(() => encode({ messages })).toThrow(DialectError);
  });
});

describe('texts', () => {
  test('blank ones are left out, and a turn of nothing else with them', () => {
    const blank: Message = {
      role: 'user',
      parts: [
        { type: 'text', text: '' },
        { type: 'text', text: 'a' },
        { type: 'text', text: '\n ' },
      ],
    };
    expect(turns(blank, assistant(''), user('b'))).toEqual([
      { role: 'user', content: [textBlock('a'), textBlock('b')] },
    ]);
    expect(encode({ messages: [system(' '), hello] }).body).not.toHaveProperty('system');
  });
});

describe('images and documents', () => {
  const pdf = { type: 'document', mediaType: 'application/pdf', data: 'JVBE', title: 'Paper' } as const;

  test('both are in the body as base64, and an image says so in a header', () => {
    const { body, headers } = encode({ messages: [{ role: 'user', parts: [png, pdf] }] });
    expect(body.messages[0]?.content).toEqual([
      pngBlock,
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
        title: 'Paper',
      },
    ]);
    expect(headers).toEqual({ 'copilot-vision-request': 'true' });
  });

  test('a document needs no header', () => {
    expect(encode({ messages: [{ role: 'user', parts: [pdf] }] }).headers).toEqual({});
  });

  test('a plain text document is sent as the text that it is', () => {
    const data = Buffer.from('Grüße').toString('base64');
    const part = { type: 'document', mediaType: 'text/plain', data } as const;
    expect(turns({ role: 'user', parts: [part] })[0]?.content).toEqual([
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
    ]);
  });

  test('an image in a result needs the header, too', () => {
    const withImage: Message = { role: 'tool', callId: 'a', parts: [png], isError: false };
    expect(encode({ messages: [hello, call('a'), withImage] }).headers).toEqual({
      'copilot-vision-request': 'true',
    });
  });

  test('a document of another type is refused', () => {
    const zip = { type: 'document', mediaType: 'application/zip', data: '' } as const;
    const messages: Message[] = [hello, { role: 'user', parts: [zip] }];
    expect(() => encode({ messages })).toThrow(expect.objectContaining({ path: 'messages' }));
  });

  test('a model that sees nothing is spared them, and the header, and it is said once', () => {
    const parts = [{ type: 'text', text: 'Look' } as const, png, pdf];
    const withImage: Message = { role: 'tool', callId: 'a', parts: [png], isError: false };
    const messages: Message[] = [{ role: 'user', parts }, call('a'), withImage];
    const { body, headers, notices } = encode({ messages }, unknown);
    expect(body.messages[0]?.content).toEqual([textBlock('Look')]);
    expect(body.messages[2]?.content).toEqual([{ type: 'tool_result', tool_use_id: 'a' }]);
    expect(headers).toEqual({});
    expect(notices).toEqual([expect.stringContaining('Images and documents are left out')]);
  });
});

describe('thinking of earlier turns', () => {
  const think = (fields: object): Message => ({
    role: 'assistant',
    parts: [
      { type: 'reasoning', text: 'Hm', ...fields },
      { type: 'text', text: 'Yes' },
    ],
  });

  test.each([
    ['signed', { opaque: 'sig' }, { type: 'thinking', thinking: 'Hm', signature: 'sig' }],
    [
      'of this model',
      { opaque: 's', model: 'claude-sonnet-4.6' },
      { type: 'thinking', thinking: 'Hm', signature: 's' },
    ],
    ['withheld', { opaque: 'blob', redacted: true }, { type: 'redacted_thinking', data: 'blob' }],
  ])('is replayed where it is %s', (_, fields, block) => {
    const { body, notices } = encode({ messages: [hello, think(fields), hello] });
    expect(body.messages[1]?.content).toEqual([block, textBlock('Yes')]);
    expect(notices).toEqual([]);
  });

  test('is left out where it is unsigned, which is told, or of another model', () => {
    const unsigned = encode({ messages: [hello, think({}), think({ opaque: '' }), hello] });
    expect(unsigned.body.messages[1]?.content).toEqual([textBlock('Yes'), textBlock('Yes')]);
    expect(unsigned.notices).toEqual([expect.stringContaining('did not sign')]);
    expect(turns(hello, think({ opaque: 'sig', model: 'gpt-5.4' }), hello)[1]?.content).toEqual([
      textBlock('Yes'),
    ]);
  });

  test('thinking, text and calls keep their order', () => {
    const message: Message = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'One', opaque: 's1' },
        { type: 'text', text: 'a' },
        { type: 'reasoning', text: '', opaque: 's2', redacted: true },
        { type: 'tool-call', id: 'a', name: 'read', arguments: '{}' },
        { type: 'text', text: 'b' },
      ],
    };
    const types = turns(hello, message, result('a'))[1]?.content.map(({ type }) => type);
    expect(types).toEqual(['thinking', 'text', 'redacted_thinking', 'tool_use', 'text']);
  });
});
