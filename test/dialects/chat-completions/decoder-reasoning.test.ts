import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { readChunks, toChunk } from './streams.ts';

const say = toChunk({ delta: { content: 'Hi' } });
const stop = toChunk({ finish_reason: 'stop', delta: { content: null } });
const think = (delta: object): object => toChunk({ delta });

const start: ChatEvent = { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' };
const hi: ChatEvent = { type: 'text-delta', text: 'Hi' };
const finish: ChatEvent = { type: 'finish', reason: 'stop' };
const thought = (text: string, index = 0): ChatEvent => ({ type: 'reasoning-delta', index, text });
const seal = (opaque: string, index = 0, text = ''): ChatEvent => ({
  type: 'reasoning-delta',
  index,
  text,
  opaque,
});

describe('reasoning', () => {
  it.each<[what: string, chunks: object[], events: ChatEvent[]]>([
    [
      'in several deltas, the seal in one of its own, is one block',
      [
        think({ reasoning_text: 'Let me ' }),
        think({ reasoning_text: 'see.' }),
        think({ content: '', reasoning_opaque: 'AA' }),
        say,
        stop,
      ],
      [thought('Let me '), thought('see.'), seal('AA'), hi],
    ],
    [
      'behind the text is kept apart from it',
      [say, think({ reasoning_text: 'Hm.' }), stop],
      [hi, thought('Hm.')],
    ],
    [
      'with the seal in the finish chunk is one block',
      [
        think({ reasoning_text: 'Hm.' }),
        say,
        toChunk({ finish_reason: 'stop', delta: { reasoning_opaque: 'AA' } }),
      ],
      [thought('Hm.'), hi, seal('AA')],
    ],
    [
      'in one delta with the text comes before it',
      [think({ content: 'Hi', reasoning_text: 'Hm.' }), stop],
      [thought('Hm.'), hi],
    ],
    [
      'in one delta with its seal is one event',
      [think({ reasoning_opaque: 'AA', reasoning_text: 'Hm.' }), say, stop],
      [seal('AA', 0, 'Hm.'), hi],
    ],
    [
      'of a seal alone is a block without text',
      [think({ reasoning_opaque: 'AA' }), say, stop],
      [seal('AA'), hi],
    ],
    ['named a summary is reasoning, too', [think({ cot_summary: 'Hm.' }), say, stop], [thought('Hm.'), hi]],
    [
      'with an id behind the finish is not disturbed by it',
      [think({ cot_summary: 'Hm.' }), say, stop, think({ cot_id: 'x' })],
      [thought('Hm.'), hi],
    ],
    [
      'behind a seal is another block',
      [
        think({ reasoning_text: 'One.', reasoning_opaque: 'AA' }),
        say,
        think({ reasoning_text: 'Two.' }),
        think({ reasoning_opaque: 'BB' }),
        stop,
      ],
      [seal('AA', 0, 'One.'), hi, thought('Two.', 1), seal('BB', 1)],
    ],
    [
      'that is empty or something else is none',
      [think({ reasoning_text: '', reasoning_opaque: null }), say, stop],
      [hi],
    ],
  ])('%s', (_, chunks, events) => {
    expect(readChunks(chunks)).toEqual([start, ...events, finish]);
  });
});
