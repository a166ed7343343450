import { describe, expect, it } from 'vitest';
import type { ImagePart, Message } from '../../../src/dialects/chat-request.ts';
import { fitImages } from '../../../src/dialects/fit/images.ts';
import { createFitting } from './fitting.ts';

const text = { type: 'text', text: 'Look' } as const;
const image = (data: string): ImagePart => ({ type: 'image', source: { mediaType: 'image/png', data } });
const pdf = { type: 'document', mediaType: 'application/pdf', data: 'AAAA' } as const;
const left = { type: 'text', text: '[an image that was left out]' };
const messages: Message[] = [
  { role: 'user', parts: [text, image('a'), image('b')] },
  { role: 'assistant', parts: [text] },
  { role: 'tool', callId: 'c', parts: [text, image('c')], isError: false },
  { role: 'user', parts: [pdf, text] },
];

function toFitted(given: Message[], traits: Parameters<typeof createFitting>[0]) {
  const fitting = createFitting(traits);
  const before = JSON.stringify(given);
  const parts = fitImages({ model: 'able', messages: given }, fitting).messages.map(
    (message) => message.parts,
  );
  expect(JSON.stringify(given)).toBe(before);
  return { parts, notices: [...fitting.notices] };
}

describe('images', () => {
  it('stay where the model takes as many', () => {
    expect(toFitted(messages, { maxImages: 3 })).toEqual({
      parts: messages.map(({ parts }) => parts),
      notices: [],
    });
  });

  it('are left out with documents where the model sees nothing', () => {
    expect(toFitted(messages, { vision: false })).toEqual({
      parts: [[text], [text], [text], [text]],
      notices: ['Images and documents are left out: able takes none.'],
    });
  });

  it('are left out from the oldest where there are too many, and a text stands for each', () => {
    expect(toFitted(messages, { maxImages: 1 })).toEqual({
      parts: [[text, left, left], [text], [text, image('c')], [pdf, text]],
      notices: ['Of 3 images, the last 1 are sent: able takes no more.'],
    });
  });

  it('by address are refused, and where they are is told', () => {
    const far: ImagePart = { type: 'image', source: { url: 'https://example.com/a.png' } };
    const asked: Message[] = [
      { role: 'user', parts: [text] },
      { role: 'user', parts: [text, far] },
    ];
    expect(() => toFitted(asked, {})).toThrow(
      expect.objectContaining({ name: 'DialectError', path: 'messages.1' }),
    );
  });
});
