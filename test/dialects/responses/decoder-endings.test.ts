import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import {
  added,
  call,
  callDelta,
  completed,
  created,
  done,
  type Fields,
  finish,
  message,
  readFrames,
  response,
  start,
  text,
  textDelta,
} from './streams.ts';

const refusal = (words: string): Fields => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'refusal', refusal: words }],
});
const separator: ChatEvent = { type: 'text-delta', text: '\n\n', kind: 'separator' };
const refused = (words: string): ChatEvent => ({ type: 'text-delta', text: words, kind: 'refusal' });

describe('a refusal that comes only with the end of its part', () => {
  it.each<[where: string, fields: Fields]>([
    ['with its number', { content_index: 0 }],
    ['without one', {}],
  ])('is one: %s', (_, fields) => {
    const part = { type: 'refusal', refusal: 'No.' };
    const closing = { type: 'response.content_part.done', output_index: 0, ...fields, part };
    const read = readFrames([created, added(0, message()), closing, completed()]);
    expect(read).toEqual([start, refused('No.'), finish('refusal')]);
  });

  it('is said once if it was said before', () => {
    const part = { type: 'output_text', text: 'Hi' };
    const closing = { type: 'response.content_part.done', output_index: 0, content_index: 0, part };
    const read = readFrames([created, added(0, message()), textDelta(0, 'Hi'), closing, completed()]);
    expect(read).toEqual([start, text('Hi'), finish('stop')]);
  });
});

describe('a refusal behind streamed text', () => {
  it.each<[where: string, frames: unknown[], events: ChatEvent[]]>([
    [
      'in a message of its own',
      [completed({ output: [message('Hi'), refusal('No.')] })],
      [separator, refused('No.')],
    ],
    ['in place of the text', [completed({ output: [refusal('No.')] })], [separator, refused('No.')]],
    [
      'in the same message',
      [
        completed({
          output: [
            { ...message('Hi'), content: [...contentOf(message('Hi')), ...contentOf(refusal('No.'))] },
          ],
        }),
      ],
      [refused('No.')],
    ],
    ['without words', [completed({ output: [message('Hi'), refusal('')] })], []],
    [
      'at the end of its part, with another text',
      [{ type: 'response.refusal.done', output_index: 0, content_index: 0, refusal: 'No.' }, completed()],
      [],
    ],
  ])('that stands only in the finished message ends the reply as one: %s', (_, frames, events) => {
    const read = readFrames([created, added(0, message()), textDelta(0, 'Hi'), ...frames]);
    expect(read).toEqual([start, text('Hi'), ...events, finish('refusal')]);
  });
});

describe('a reply that is called completed and is not', () => {
  it.each<[how: string, fields: Fields, detail: string]>([
    ['in progress', { status: 'in_progress' }, 'incomplete: in_progress'],
    ['queued', { status: 'queued' }, 'incomplete: queued'],
    ['with a cut message', { output: [{ ...message('Hi'), status: 'incomplete' }] }, 'incomplete: message'],
    ['with a failed message', { output: [{ ...message('Hi'), status: 'failed' }] }, 'incomplete: message'],
    ['with a reason for its cut', { incomplete_details: { reason: 'tired' } }, 'incomplete: tired'],
    ['with a status that nobody knows', { status: 'banana' }, 'banana'],
  ])('ends as a cut one: %s', (_, fields, detail) => {
    const frames = [created, added(0, message()), textDelta(0, 'Hi'), completed(fields)];
    expect(readFrames(frames).at(-1)).toEqual({ type: 'finish', reason: 'other', detail });
  });

  it('ends as a cut one if the item alone says so', () => {
    const frames = [created, done(0, { ...message('Hi'), status: 'incomplete' }), completed()];
    expect(readFrames(frames).at(-1)).toEqual({
      type: 'finish',
      reason: 'other',
      detail: 'incomplete: message',
    });
  });

  it.each<[error: unknown, words: string]>([
    [{ code: 'server_error', message: 'it broke' }, 'it broke'],
    ['it broke', 'it broke'],
    [{ code: 'server_error' }, 'the service could not finish the reply'],
  ])('fails with its error: %j', (error, words) => {
    const frames = [created, textDelta(0, 'Hi'), completed({ error })];
    expect(() => readFrames(frames)).toThrow(words);
  });

  it.each([null, undefined, {}, ''])('is complete with the error %j', (error) => {
    const frames = [created, textDelta(0, 'Hi'), completed({ error, incomplete_details: null })];
    expect(readFrames(frames).at(-1)).toEqual(finish('stop'));
  });
});

describe('a call that the service does not answer', () => {
  it.each<[item: Fields, name: string, text: string]>([
    [
      { type: 'local_shell_call', call_id: 'c', action: { type: 'exec', command: ['ls'] } },
      'local_shell',
      '{"command":["ls"]}',
    ],
    [
      { type: 'computer_call', call_id: 'c', action: { type: 'click', x: 1 } },
      'computer',
      '{"type":"click","x":1}',
    ],
    [{ type: 'shell_call', call_id: 'c', action: { commands: ['ls'] } }, 'shell', '{"commands":["ls"]}'],
    [
      { type: 'apply_patch_call', call_id: 'c', operation: { type: 'delete_file' } },
      'apply_patch',
      '{"type":"delete_file"}',
    ],
    [{ type: 'mcp_approval_request', id: 'c', name: 'delete', arguments: '{"a":1}' }, 'delete', '{"a":1}'],
    [{ type: 'quantum_call', call_id: 'c' }, 'quantum', '{}'],
  ])('is a call: %j', (item, name, args) => {
    expect(readFrames([created, done(0, item), completed()])).toEqual([
      start,
      callDelta(0, args, 'c', name),
      finish('tool-calls'),
    ]);
    const opened = readFrames([created, added(0, item), done(0, item), completed()]);
    expect(opened.slice(1, -1)).toEqual([callDelta(0, '', 'c', name), callDelta(0, args)]);
    expect(responses.readReply({ ...response, status: 'completed', output: [item] })).toContainEqual(
      callDelta(0, args, 'c', name),
    );
  });

  it('is told once, if only the whole output has it', () => {
    const output = [message('Hi'), call('call_1', 'read', '{}'), call('call_2', 'now', '{}')];
    const frames = [
      created,
      textDelta(0, 'Hi'),
      done(1, call('call_1', 'read', '{}')),
      completed({ output }),
    ];
    expect(readFrames(frames)).toEqual([
      start,
      text('Hi'),
      callDelta(0, '{}', 'call_1', 'read'),
      callDelta(1, '{}', 'call_2', 'now'),
      finish('tool-calls'),
    ]);
  });

  it.each([
    'web_search_call',
    'file_search_call',
    'code_interpreter_call',
    'image_generation_call',
    'mcp_call',
  ])('is not one of the kind %s, which the service answers', (type) => {
    const item = { type, id: 'c', status: 'completed', name: 'find', arguments: '{}' };
    expect(readFrames([created, done(0, item), textDelta(1, 'Hi'), completed()])).toEqual([
      start,
      text('Hi'),
      finish('stop'),
    ]);
  });
});

function contentOf({ content }: Fields): unknown[] {
  return content as unknown[];
}
