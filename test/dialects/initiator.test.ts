import { expect, it } from 'vitest';
import { createTextMessage, type Message } from '../../src/dialects/chat-request.ts';
import { type Initiator, toInitiator } from '../../src/dialects/initiator.ts';

const system = createTextMessage('system', 'Be brief.');
const user = createTextMessage('user', 'Hi');
const text = createTextMessage('assistant', 'Hello');
const call: Message = {
  role: 'assistant',
  parts: [{ type: 'tool-call', id: 'c', name: 'read', arguments: '{}' }],
};
const image = { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } } as const;
const result: Message = { role: 'tool', callId: 'c', parts: [image], isError: false };

it.each<[what: string, messages: Message[], initiator: Initiator]>([
  ['a first question', [system, user], 'user'],
  ['a question after an answer', [user, text, user], 'user'],
  ['a question after tools were used', [user, call, result, text, user], 'user'],
  ['a question beside the result of a tool that was stopped', [user, call, result, user], 'user'],
  ['a question with a system message behind it', [user, system], 'user'],
  ['the results of tools', [user, call, result, result], 'agent'],
  ['results with a system message behind them', [user, call, result, system], 'agent'],
  ['an answer that is to be gone on with', [user, text], 'agent'],
  ['a call that never had its result', [user, call], 'agent'],
])('%s', (_, messages, initiator) => {
  expect(toInitiator(messages)).toBe(initiator);
});
