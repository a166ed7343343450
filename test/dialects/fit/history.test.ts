import { describe, expect, it } from 'vitest';
import type { AssistantMessage, Message, ToolMessage } from '../../../src/dialects/chat-request.ts';
import { fitHistory } from '../../../src/dialects/fit/fit-request.ts';
import { createFitting } from './fitting.ts';

const say = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const call = (...ids: string[]): AssistantMessage => ({
  role: 'assistant',
  parts: ids.map((id) => ({ type: 'tool-call', id, name: 'read', arguments: '{}' })),
});
const result = (callId: string, text = 'done'): ToolMessage => ({
  role: 'tool',
  callId,
  parts: [{ type: 'text', text }],
  isError: false,
});
const lost = (callId: string): ToolMessage => ({
  ...result(callId, 'The result of this call is not known: the turn was interrupted.'),
  isError: true,
});
const orphans = 'Results of tools that nothing called are left out.';
const invented = 'Tool calls without a result were given one that says so.';

describe('a history', () => {
  it.each<[what: string, messages: Message[], repaired: Message[], notices: string[]]>([
    [
      'that is whole stays as it is',
      [say('a'), call('1', '2'), result('2'), result('1'), say('b')],
      [say('a'), call('1', '2'), result('2'), result('1'), say('b')],
      [],
    ],
    [
      'gets a result for a call at its end',
      [say('a'), call('1')],
      [say('a'), call('1'), lost('1')],
      [invented],
    ],
    [
      'gets a result for a call that was cancelled',
      [call('1', '2'), result('1'), say('b')],
      [call('1', '2'), result('1'), lost('2'), say('b')],
      [invented],
    ],
    ['loses a result that has no call', [result('1'), say('a'), result('2')], [say('a')], [orphans]],
    [
      'loses a second result of one call',
      [call('1'), result('1'), result('1', 'again')],
      [call('1'), result('1')],
      [orphans],
    ],
    [
      'has a late result behind its call',
      [call('1'), say('wait'), result('1')],
      [call('1'), result('1'), say('wait')],
      [],
    ],
    [
      'has the results of two messages behind each',
      [call('1'), call('2'), result('1'), result('2')],
      [call('1'), result('1'), call('2'), result('2')],
      [],
    ],
    [
      'gives a result to the latest of several calls with one id',
      [call('1'), result('1', 'a'), call('1'), result('1', 'b'), call('1'), call('1'), result('1', 'c')],
      [
        call('1'),
        result('1', 'a'),
        call('1'),
        result('1', 'b'),
        call('1'),
        lost('1'),
        call('1'),
        result('1', 'c'),
      ],
      [invented],
    ],
    [
      'loses messages that hold nothing',
      [say('a'), { role: 'user', parts: [] }, { role: 'assistant', parts: [] }],
      [say('a')],
      [],
    ],
    [
      'keeps the first of several calls with one id in one message',
      [call('1', '1'), result('1', 'a'), result('1', 'b')],
      [call('1'), result('1', 'a')],
      ['Of several tool calls with the same id in one message, the first is kept.', orphans],
    ],
    ['may be empty', [], [], []],
  ])('%s', (_, messages, repaired, notices) => {
    const before = JSON.stringify(messages);
    const fitting = createFitting();
    expect(fitHistory({ model: 'm', messages }, fitting).messages).toEqual(repaired);
    expect([...fitting.notices]).toEqual(notices);
    expect(JSON.stringify(messages)).toBe(before);
  });

  it('loses the thinking of other models', () => {
    const think = (model?: string): Message => ({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', ...(model === undefined ? {} : { model }) },
        { type: 'text', text: 'Yes' },
      ],
    });
    const bare: Message = { role: 'assistant', parts: [{ type: 'text', text: 'Yes' }] };
    const messages = [think('m'), think('other'), think()];
    const fitting = createFitting();
    expect(fitHistory({ model: 'm', messages }, fitting).messages).toEqual([think('m'), bare, think()]);
    expect([...fitting.notices]).toEqual(['Thinking of another model is left out.']);
  });

  it('loses a message that was nothing but the thinking of another model', () => {
    const message: Message = {
      role: 'assistant',
      parts: [{ type: 'reasoning', text: 'Hm.', model: 'other' }],
    };
    const messages = [say('a'), message];
    expect(fitHistory({ model: 'm', messages }, createFitting()).messages).toEqual([say('a')]);
  });
});
