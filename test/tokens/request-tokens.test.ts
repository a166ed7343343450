import { describe, expect, it } from 'vitest';
import { type ChatRequest, createTextMessage, type Message } from '../../src/dialects/chat-request.ts';
import {
  countRequestTokens,
  formatTokenEstimate,
  tokensPerMessage,
} from '../../src/tokens/request-tokens.ts';
import { rememberCounts } from '../../src/tokens/token-counter.ts';

/** A token is a word, so that sums can be seen. */
const counter = { count: (text: string): number => text.split(/\s+/).filter(Boolean).length };

const count = (...messages: Message[]): number => countRequestTokens({ model: 'm', messages }, counter);
const addTo = (request: Partial<ChatRequest>): number =>
  countRequestTokens({ model: 'm', messages: [], ...request }, counter) - count();
const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the estimate of a request', () => {
  it.each<[string, Message, number]>([
    ['a text', createTextMessage('user', 'three small words'), 3],
    ['thinking', { role: 'assistant', parts: [{ type: 'reasoning', text: 'let me see' }] }, 3],
    [
      'a call',
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'read', arguments: '{} x' }] },
      8 + 3,
    ],
    [
      'a result and the id that it answers',
      { role: 'tool', callId: 'c', isError: false, parts: [{ type: 'text', text: 'it is so' }] },
      4,
    ],
    [
      'an image, however many bytes it has',
      {
        role: 'user',
        parts: [{ type: 'image', source: { mediaType: 'image/png', data: 'A'.repeat(9999) } }],
      },
      765,
    ],
    [
      'a document of text by its words',
      { role: 'user', parts: [{ type: 'document', mediaType: 'text/plain', data: toBase64('two words') }] },
      2,
    ],
    [
      'a PDF by its pages',
      {
        role: 'user',
        parts: [
          {
            type: 'document',
            mediaType: 'application/pdf',
            data: toBase64('<</Type /Pages>> <</Type /Page>> <</Type/Page/Parent 1>>'),
          },
        ],
      },
      4000,
    ],
  ])('counts %s', (_, message, expected) => {
    const overhead = 4;
    expect(count(message) - count()).toBe(expected + overhead);
  });

  it('counts the tools and the schema of the answer', () => {
    const tool = { name: 'read', description: 'reads a file', parameters: { type: 'object' } };
    expect(addTo({ tools: [tool] })).toBe(8 + 1 + 3 + 1);
    expect(
      addTo({ responseFormat: { type: 'json-schema', name: 'a', schema: { title: 'b c' } } }),
    ).toBeGreaterThan(0);
    expect(addTo({ responseFormat: { type: 'json' } })).toBe(0);
  });

  it('is shown as an estimate', () => {
    expect(formatTokenEstimate(1)).toBe('~1 token');
    expect(formatTokenEstimate(count(createTextMessage('user', 'hi')))).toBe('~8 tokens');
  });
});

it('counts a text of a conversation once, whatever follows it', () => {
  const asked: string[] = [];
  const counter = rememberCounts({
    count(text) {
      asked.push(text);
      return text.length;
    },
  });
  const toRequest = (...texts: string[]): ChatRequest => ({
    model: 'm',
    messages: texts.map((text) => createTextMessage('user', text)),
  });
  const first = countRequestTokens(toRequest('one', 'two'), counter);
  expect(countRequestTokens(toRequest('one', 'two', 'three'), counter)).toBe(
    first + 'three'.length + tokensPerMessage,
  );
  expect(asked).toEqual(['one', 'two', 'three']);
});
