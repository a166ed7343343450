import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import {
  added,
  completed,
  created,
  done,
  finish,
  incomplete,
  message,
  readFrames,
  reasoning,
  response,
  start,
  summaryDelta,
  text,
  textDelta,
  thinking,
} from './streams.ts';

const textDone = (output_index: number, value: unknown, content_index: unknown = 0) => ({
  type: 'response.output_text.done',
  output_index,
  content_index,
  text: value,
});
const separator: ChatEvent = { type: 'text-delta', text: '\n\n', kind: 'separator' };

describe('a finished text that is longer than its deltas', () => {
  it.each<[what: string, frames: unknown[], events: ChatEvent[]]>([
    ['at the end of its part', [textDelta(0, 'Hi'), textDone(0, 'Hi you'), completed()], [text(' you')]],
    [
      'without the number of its part',
      [textDelta(0, 'Hi'), textDone(0, 'Hi you', undefined)],
      [text(' you')],
    ],
    ['at the end of its item', [textDelta(0, 'Hi'), done(0, message('Hi you'))], [text(' you')]],
    [
      'in a second message that has no deltas at all',
      [textDelta(0, 'Hi'), textDone(0, 'Hi'), textDone(1, 'you'), completed()],
      [separator, text('you')],
    ],
    [
      'in the last event only',
      [textDelta(0, 'Hi'), completed({ output: [message('Hi you')] })],
      [text(' you')],
    ],
    [
      'once, if it is in all of them',
      [
        textDelta(0, 'Hi'),
        textDone(0, 'Hi you'),
        textDone(0, 'Hi you'),
        done(0, message('Hi you')),
        completed({ output: [message('Hi you')] }),
      ],
      [text(' you')],
    ],
    [
      'more with each of them',
      [
        textDelta(0, 'H'),
        textDone(0, 'Hi'),
        done(0, message('Hi y')),
        completed({ output: [message('Hi you')] }),
      ],
      [text('i'), text(' y'), text('ou')],
    ],
    [
      'in a part that was not streamed at all',
      [textDelta(0, 'Hi'), textDone(0, 'Hi'), textDone(0, 'Hi there', 1), done(0, message('Hi', 'Hi there'))],
      [text('Hi there')],
    ],
    [
      'in parts whose ends are missing, too',
      [textDelta(0, 'a'), textDone(0, 'abc', 1), done(0, message('a', 'abc'))],
      [text('abc')],
    ],
    [
      'whose numbers are others in the whole output',
      [
        summaryDelta(0, 0, 'Hm'),
        textDelta(7, 'Hi'),
        completed({ output: [reasoning(undefined, 'Hm'), message('Hi you')] }),
      ],
      [text(' you')],
    ],
    [
      'with a message that no event brought',
      [textDelta(0, 'Hi'), completed({ output: [message('Hi'), message('Bye')] })],
      [separator, text('Bye')],
    ],
    [
      'and is cut',
      [
        textDelta(0, 'Hi'),
        { type: 'response.incomplete', response: { ...response, output: [message('Hi you')] } },
      ],
      [text(' you')],
    ],
  ])('gives its rest: %s', (_, frames, events) => {
    const read = readFrames([created, added(0, message()), ...frames, completed()]);
    expect(listNew(read)).toEqual(events);
  });

  it('gives the rest of a refusal, and ends as one', () => {
    const frames = [
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'I can' },
      { type: 'response.refusal.done', output_index: 0, content_index: 0, refusal: 'I cannot.' },
    ];
    expect(readFrames([created, ...frames, completed()]).slice(2)).toEqual([
      { type: 'text-delta', text: 'not.', kind: 'refusal' },
      finish('refusal'),
    ]);
  });
});

describe('a finished text that adds nothing', () => {
  it.each<[what: string, frames: unknown[]]>([
    ['is the same', [textDone(0, 'Hi'), done(0, message('Hi')), completed({ output: [message('Hi')] })]],
    [
      'is another',
      [textDone(0, 'Ho you'), done(0, message('Ho you')), completed({ output: [message('Ho')] })],
    ],
    ['is shorter', [textDone(0, 'H'), done(0, message('H')), completed({ output: [message('H')] })]],
    ['is missing', [textDone(0, undefined), done(0, message()), completed({ output: [] })]],
    ['is none', [textDone(0, 7), completed({ output: [{ type: 'message', content: [{ text: {} }] }] })]],
    ['has no output', [incomplete('max_output_tokens')]],
  ])('if it %s', (_, frames) => {
    const read = readFrames([created, added(0, message()), textDelta(0, 'Hi'), ...frames, completed()]);
    expect(listNew(read)).toEqual([]);
  });

  it('if another message has spoken since', () => {
    const frames = [
      textDelta(0, 'One'),
      textDelta(1, 'Two'),
      textDone(0, 'One more'),
      done(0, message('One more')),
    ];
    const output = [message('One more'), message('Two')];
    expect(readFrames([created, ...frames, completed({ output })])).toEqual([
      start,
      text('One'),
      separator,
      text('Two'),
      finish('stop'),
    ]);
  });

  it('to thinking', () => {
    const frames = [summaryDelta(0, 0, 'Hm'), done(0, reasoning(undefined, 'Hm')), textDelta(1, 'Hi')];
    const output = [reasoning(undefined, 'Hm'), message('Hi')];
    expect(readFrames([created, ...frames, completed({ output })])).toEqual([
      start,
      thinking(0, 'Hm'),
      text('Hi'),
      finish('stop'),
    ]);
  });
});

/** The text behind what was streamed. */
function listNew(events: ChatEvent[]): ChatEvent[] {
  return events.filter(({ type }) => type === 'text-delta').slice(1);
}
