import { describe, expect, it } from 'vitest';
import { toBody } from '../../src/copilot/send.ts';

const repeat = (count: number, text: string): string[] => Array.from({ length: count }, () => text);

describe('the body of a request', () => {
  it.each<[name: string, body: unknown]>([
    ['an object', { model: 'm', stream: true, nothing: null, messages: [{ role: 'user', content: 'é\n"' }] }],
    ['fields without a value', { a: undefined, b: 1, c: undefined }],
    ['no field', {}],
    ['only fields without a value', { a: undefined }],
    ['an empty list, and lists in lists', { tools: [], matrix: [[1, 2], [], [[3]]] }],
    ['items without a value', { list: [undefined, null, 1, 'x'] }],
    ['a list', [1, { a: undefined }, 'x']],
    ['a text', 'words'],
    ['many messages', { messages: repeat(300, `${'w'.repeat(500)} 😀`), stream: true }],
    ['one long message', { messages: ['short', 'x'.repeat(200_000), 'short'], tail: 1 }],
    [
      'a list behind a long field',
      { instructions: 'i'.repeat(100_000), input: repeat(100, 'y'.repeat(900)) },
    ],
  ])('is the JSON of %s', (_, body) => {
    expect([toBody(body)].flat().join('')).toBe(JSON.stringify(body));
  });

  it('is bytes that are given as they are', () => {
    const bytes = Buffer.from('{"a": 1}');
    expect(toBody(bytes)).toBe(bytes);
  });

  it('is never one text as long as the conversation', () => {
    const pieces = [toBody({ messages: repeat(3_000, 'm'.repeat(400)) })].flat();
    expect(pieces.length).toBeGreaterThan(30);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(32 * 1024);
  });

  it('is refused if it is nested too deeply, in a list and elsewhere', () => {
    const tooDeep = { code: 'usage', message: 'the request is nested too deeply' };
    let nested: unknown = 1;
    for (let depth = 0; depth < 200_000; depth += 1) nested = [nested];
    expect(() => toBody({ tools: [nested] })).toThrow(expect.objectContaining(tooDeep));
    expect(() => toBody({ schema: { items: nested } })).toThrow(expect.objectContaining(tooDeep));
  });
});
