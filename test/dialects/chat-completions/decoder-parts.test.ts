import { describe, expect, it } from 'vitest';
import { readChatCompletionsReply } from '../../../src/dialects/chat-completions/read-reply.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { readChunks } from './streams.ts';

const text = (value: string): ChatEvent => ({ type: 'text-delta', text: value });
const refused: ChatEvent = { type: 'text-delta', text: 'No.', kind: 'refusal' };
const thought: ChatEvent = { type: 'reasoning-delta', index: 0, text: 'Hm' };

describe('content in parts', () => {
  it.each<[content: unknown, events: ChatEvent[]]>([
    [[{ type: 'text', text: 'Hi' }], [text('Hi')]],
    [
      [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: ' you' },
      ],
      [text('Hi you')],
    ],
    [['Hi', { type: 'output_text', text: ' you' }], [text('Hi you')]],
    [[{ type: 'refusal', refusal: 'No.' }], [refused]],
    [
      [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'Hi' },
      ],
      [thought, text('Hi')],
    ],
    [[{ type: 'image_url', image_url: { url: 'x' } }, null, 7], []],
    [[], []],
    [{}, []],
  ])('is read as its texts: %j', (content, events) => {
    const chunks = [
      { id: 'c', model: 'm', choices: [{ index: 0, delta: { content } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ];
    expect(readChunks(chunks).slice(1, -1)).toEqual(events);
    const reply = { id: 'c', model: 'm', choices: [{ message: { content }, finish_reason: 'stop' }] };
    expect(readChatCompletionsReply(reply).slice(1, -1)).toEqual(events);
  });

  it('of a refusal ends the reply as one', () => {
    const delta = { content: [{ type: 'refusal', refusal: 'No.' }] };
    const chunks = [{ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: 'stop' }] }];
    expect(readChunks(chunks).at(-1)).toEqual({ type: 'finish', reason: 'refusal' });
  });
});
