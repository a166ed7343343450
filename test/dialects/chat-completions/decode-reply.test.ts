import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';

const meta = { id: 'x', created: 1793000000, model: 'm' };
const start: ChatEvent = { type: 'start', id: 'x', model: 'm' };
const finish = (reason: 'stop' | 'length' | 'tool-calls' | 'other'): ChatEvent => ({
  type: 'finish',
  reason,
});
const noUsage = {
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  reasoningTokens: undefined,
  credits: undefined,
};

describe('a whole reply', () => {
  it.each<[what: string, body: object, events: ChatEvent[]]>([
    [
      'of text',
      {
        ...meta,
        choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Hi', padding: 'abc' } }],
        usage: { prompt_tokens: 10, completion_tokens: 3 },
      },
      [
        start,
        { type: 'text-delta', text: 'Hi' },
        { type: 'usage', usage: { ...noUsage, inputTokens: 10, outputTokens: 3 } },
        finish('stop'),
      ],
    ],
    [
      'in several choices, with equal ids of none',
      {
        ...meta,
        choices: [
          {
            finish_reason: 'stop',
            message: { content: 'Let me look.', reasoning_text: 'Hm.', reasoning_opaque: 'AA' },
          },
          {
            finish_reason: 'tool_calls',
            message: {
              content: null,
              tool_calls: [
                { id: 'a', type: 'function', function: { name: 'read', arguments: '{"p":1}' } },
                { id: 'b', type: 'function', function: { name: 'read', arguments: '{"p":2}' } },
              ],
            },
          },
        ],
      },
      [
        start,
        { type: 'reasoning-delta', index: 0, text: 'Hm.', opaque: 'AA' },
        { type: 'text-delta', text: 'Let me look.' },
        { type: 'tool-call-delta', index: 0, id: 'a', name: 'read', arguments: '{"p":1}' },
        { type: 'tool-call-delta', index: 1, id: 'b', name: 'read', arguments: '{"p":2}' },
        finish('tool-calls'),
      ],
    ],
    ['with an empty list of choices', { ...meta, choices: [] }, [start, finish('other')]],
    ['without choices', meta, [start, finish('other')]],
    [
      'without a finish reason',
      { ...meta, choices: [{ message: { content: 'Hi' } }] },
      [start, { type: 'text-delta', text: 'Hi' }, finish('other')],
    ],
    [
      'in the blocks of Anthropic',
      {
        ...meta,
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'AA' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'a', name: 'read', input: { p: 1 } },
        ],
        stop_reason: 'tool_use',
        usage: { input_tokens: 10, output_tokens: 3 },
      },
      [
        start,
        { type: 'reasoning-delta', index: 0, text: 'Hm.', opaque: 'AA' },
        { type: 'text-delta', text: 'Let me look.' },
        { type: 'tool-call-delta', index: 0, id: 'a', name: 'read', arguments: '{"p":1}' },
        { type: 'usage', usage: { ...noUsage, inputTokens: 10, outputTokens: 3 } },
        finish('tool-calls'),
      ],
    ],
    [
      'in a cut block of Anthropic',
      { ...meta, content: [{ type: 'text', text: 'Hi' }, null, { type: 'text' }], stop_reason: 'max_tokens' },
      [start, { type: 'text-delta', text: 'Hi' }, finish('length')],
    ],
  ])('%s is read', (_, body, events) => {
    expect(chatCompletions.readReply(body)).toEqual(events);
  });

  it.each<[body: unknown, message: RegExp, code: string | undefined]>([
    [{ error: { message: 'No.', code: 'c' } }, /^No\.$/, 'c'],
    [{ error: { message: 'No.', type: 'api_error', code: null } }, /^No\.$/, 'api_error'],
    [{ error: 'No.' }, /^No\.$/, undefined],
    [{ message: 'No.' }, /not one of chat completions/, undefined],
    [{}, /not one of chat completions/, undefined],
    [null, /not a JSON object/, undefined],
    ['Hi', /not a JSON object/, undefined],
    [[], /not a JSON object/, undefined],
  ])('is refused where it is %j', (body, message, code) => {
    expect(() => chatCompletions.readReply(body)).toThrow(
      expect.objectContaining({ name: 'StreamError', message: expect.stringMatching(message), code }),
    );
  });
});
