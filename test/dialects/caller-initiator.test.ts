import { expect, it } from 'vitest';
import { findInitiator } from '../../src/dialects/initiator.ts';

const asked = { role: 'user', content: 'Read it' };
const toolUse = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'read', input: {} }] };
const toResult = (content: unknown) => ({ type: 'tool_result', tool_use_id: 'a', content });
const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } };
const reminder = { type: 'text', text: '<system-reminder>Mind the list.</system-reminder>' };
const said = { type: 'text', text: 'Stop, use the other file' };

it.each<[what: string, content: unknown, initiator: string]>([
  ['a question', 'Read it', 'user'],
  ['the result of a tool', [toResult('ok')], 'agent'],
  ['a result that holds a document', [toResult([pdf])], 'agent'],
  ['a result and a reminder of the program', [toResult('ok'), reminder], 'agent'],
  ['a result and what the person said meanwhile', [toResult('ok'), reminder, said], 'user'],
  ['a reminder and a question', [reminder, said], 'user'],
])('a caller of /v1/messages whose last message is %s', (_, content, initiator) => {
  const history = [asked, toolUse, { role: 'user', content }];
  expect(findInitiator({ messages: history }, {})).toBe(initiator);
});

const call = { type: 'function_call', call_id: 'a', name: 'read', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'a', output: 'ok' };

it.each<[what: string, input: unknown, initiator: string]>([
  ['a text', 'Read it', 'user'],
  ['a question', [asked], 'user'],
  ['the output of a call', [asked, call, output], 'agent'],
  ['the output of a call behind a question', [asked, call, asked, output], 'agent'],
  ['a question behind the output of a call', [asked, call, output, asked], 'user'],
  ['a developer behind a question', [asked, { role: 'developer', content: 'Noon.' }], 'user'],
  [
    'a developer behind the output of a call',
    [asked, call, output, { role: 'developer', content: 'Noon.' }],
    'agent',
  ],
])('a caller of /responses whose last item is %s', (_, input, initiator) => {
  expect(findInitiator({ input }, {})).toBe(initiator);
});

it.each<[what: string, history: unknown[], initiator: string]>([
  ['a question', [asked], 'user'],
  [
    'the result of a tool',
    [
      asked,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'read', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'ok' },
    ],
    'agent',
  ],
])('a caller of /chat/completions whose last message is %s', (_, history, initiator) => {
  expect(findInitiator({ messages: history }, {})).toBe(initiator);
});

it.each<[what: string, history: unknown[], initiator: string]>([
  ['a question', [asked], 'user'],
  ['the result of a tool', [asked, toolUse, { role: 'user', content: [toResult('ok')] }], 'agent'],
])('a system message behind %s says nothing of who asked', (_, history, initiator) => {
  const late = { role: 'system', content: 'The time is noon.' };
  expect(findInitiator({ messages: [...history, late] }, {})).toBe(initiator);
});
