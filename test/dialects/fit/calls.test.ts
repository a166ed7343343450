import { expect, it } from 'vitest';
import type { Message } from '../../../src/dialects/chat-request.ts';
import { fitCalls } from '../../../src/dialects/fit/fit-request.ts';
import { createFitting } from './fitting.ts';

type Exchange = [id: string, text?: string, name?: string];

/** A history in which each call has its result behind it. */
const toMessages = (exchanges: Exchange[]): Message[] =>
  exchanges.flatMap(([id, text = '{}', name = 'read']): Message[] => [
    { role: 'assistant', parts: [{ type: 'tool-call', id, name, arguments: text }] },
    { role: 'tool', callId: id, parts: [], isError: false },
  ]);

function toFitted(exchanges: Exchange[], model = 'able') {
  const fitting = createFitting({ id: model });
  const { messages } = fitCalls({ model, messages: toMessages(exchanges) }, fitting);
  return { messages, notices: [...fitting.notices] };
}

it.each<[what: string, exchanges: Exchange[], fitted: Exchange[], model?: string]>([
  ['ids that every backend takes stay', [['call_1'], ['toolu-2']], [['call_1'], ['toolu-2']]],
  ['other characters are replaced', [['functions.read:0'], ['あ']], [['functions_read_0'], ['_']]],
  ['long ids are cut', [['x'.repeat(80)]], [['x'.repeat(64)]]],
  [
    'an id that comes again is numbered, and its result follows',
    [['a'], ['a'], ['a']],
    [['a'], ['a_2'], ['a_3']],
  ],
  ['ids that become the same stay apart', [['a.b'], ['a:b']], [['a_b'], ['a_b_2']]],
  ['an empty id gets one', [['']], [['call']]],
  ['a call without arguments has an empty object', [['a', '']], [['a', '{}']]],
  [
    'Kimi finds its own kind of ids',
    [['call_1'], ['x', '{}', 'write']],
    [['functions.read:0'], ['functions.write:1', '{}', 'write']],
    'kimi-k2.7-code',
  ],
  ['and the third Kimi its own', [['call_1']], [['read:0']], 'kimi-k3'],
])('%s', (_, exchanges, fitted, model) => {
  expect(toFitted(exchanges, model)).toEqual({ messages: toMessages(fitted), notices: [] });
});

it.each([['{"p'], ['[1]'], ['null'], ['5']])('arguments that are no object are sent as text: %s', (text) => {
  expect(toFitted([['a', text]])).toEqual({
    messages: toMessages([['a', JSON.stringify({ invalid_json: text })]]),
    notices: ['Arguments of a tool call that are no JSON object are sent as text.'],
  });
});
