import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import {
  added,
  argumentsDelta,
  call,
  callDelta,
  completed,
  created,
  done,
  finish,
  readFrames,
  reasoning,
  sealed,
  start,
  summaryDelta,
  text,
  textDelta,
  thinking,
} from './streams.ts';

describe('thinking', () => {
  it.each<[what: string, frames: unknown[], events: ChatEvent[]]>([
    [
      'has a paragraph for each part of the summary',
      [summaryDelta(0, 0, 'One'), summaryDelta(0, 1, 'Two'), summaryDelta(0, 1, '.')],
      [thinking(0, 'One'), thinking(0, '\n\nTwo'), thinking(0, '.')],
    ],
    [
      'has a block for each item',
      [
        summaryDelta(0, 0, 'A'),
        done(0, reasoning('S0', 'A')),
        textDelta(1, 'x'),
        summaryDelta(2, 0, 'B'),
        done(2, reasoning('S2', 'B')),
      ],
      [thinking(0, 'A'), sealed(0, 'S0'), text('x'), thinking(1, 'B'), sealed(1, 'S2')],
    ],
    [
      'is sealed by the end of its item, not by the opening',
      [added(0, reasoning('early')), done(0, reasoning('late'))],
      [sealed(0, 'late')],
    ],
    [
      'that nobody shows or seals is nothing',
      [added(0, reasoning(undefined)), done(0, reasoning(undefined))],
      [],
    ],
    [
      'without a seal ends without one',
      [summaryDelta(0, 0, 'A'), done(0, reasoning(undefined, 'A'))],
      [thinking(0, 'A')],
    ],
    [
      'that comes in one piece has its paragraphs, too',
      [done(0, reasoning('S', 'One', 'Two'))],
      [sealed(0, 'S', 'One\n\nTwo')],
    ],
    [
      'in the open counts like a summary',
      [
        { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'raw' },
        done(0, { ...reasoning('S'), content: [{ type: 'reasoning_text', text: 'raw' }] }),
      ],
      [thinking(0, 'raw'), sealed(0, 'S')],
    ],
    [
      'in the open and in a summary is told once',
      [
        summaryDelta(0, 0, 'short'),
        { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'long' },
      ],
      [thinking(0, 'short')],
    ],
  ])('%s', (_, frames, events) => {
    expect(readFrames([created, ...frames, completed()])).toEqual([start, ...events, finish('stop')]);
  });
});

describe('tool calls', () => {
  it.each<[what: string, frames: unknown[], events: ChatEvent[]]>([
    [
      'are told apart by the index of the item',
      [
        added(4, call('a', 'x')),
        added(2, call('b', 'y')),
        argumentsDelta(4, '1'),
        argumentsDelta(2, '2'),
        argumentsDelta(4, '3'),
      ],
      [
        callDelta(0, '', 'a', 'x'),
        callDelta(1, '', 'b', 'y'),
        callDelta(0, '1'),
        callDelta(1, '2'),
        callDelta(0, '3'),
      ],
    ],
    [
      'may bring their arguments at the end only',
      [added(0, call('a', 'x')), done(0, call('a', 'x', '{"k":1}'))],
      [callDelta(0, '', 'a', 'x'), callDelta(0, '{"k":1}')],
    ],
    ['may come in one piece', [done(0, call('a', 'x', '{}'))], [callDelta(0, '{}', 'a', 'x')]],
    [
      'may have no arguments',
      [added(0, call('a', 'x')), done(0, call('a', 'x'))],
      [callDelta(0, '', 'a', 'x'), callDelta(0, '{}')],
    ],
    [
      'wait for a name that comes late',
      [added(0, call('a', '')), argumentsDelta(0, '{"k"'), done(0, call('a', 'x', '{"k":1}'))],
      [callDelta(0, '{"k":1}', 'a', 'x')],
    ],
    [
      'go by the id of the item where they have none of their own',
      [done(0, { ...call('', 'x'), id: 'fc_1' })],
      [callDelta(0, '{}', 'fc_1', 'x')],
    ],
  ])('%s', (_, frames, events) => {
    expect(readFrames([created, ...frames, completed()])).toEqual([start, ...events, finish('tool-calls')]);
  });

  it.each<[what: string, frames: unknown[]]>([
    [
      'before they have arguments',
      [added(0, call('a', 'x')), done(0, { ...call('a', 'x'), status: 'incomplete' }), completed()],
    ],
    [
      'although their arguments are JSON',
      [done(0, { ...call('a', 'x', '{}'), status: 'incomplete' }), completed()],
    ],
    [
      'by the whole output alone',
      [completed({ output: [{ ...call('a', 'x', '{}'), status: 'incomplete' }] })],
    ],
  ])('that are cut make a reply that is cut, although it is called completed: %s', (_, frames) => {
    expect(readFrames([created, ...frames]).at(-1)).toEqual({
      type: 'finish',
      reason: 'other',
      detail: 'incomplete: call',
    });
  });
});
