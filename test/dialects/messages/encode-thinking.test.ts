import { describe, expect, test } from 'vitest';
import type { ChatRequest, Message, ReasoningOptions } from '../../../src/dialects/chat-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { encode, haiku, hello, opus, read, sonnet, unknown } from './models.ts';

type Case = [
  name: string,
  traits: ModelTraits,
  request: Partial<ChatRequest>,
  fields: object,
  notices: string[],
];

const adaptive = { thinking: { type: 'adaptive' } };
const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } });
const reason = (reasoning: ReasoningOptions, others: Partial<ChatRequest> = {}) => ({
  ...others,
  reasoning,
});

const cases: Case[] = [
  ['nothing asked', opus, {}, {}, []],
  ['the effort none', opus, reason({ effort: 'none' }), {}, []],
  ['thinking without more', opus, reason({}), adaptive, []],
  [
    'a listed effort',
    sonnet,
    reason({ effort: 'max' }),
    { ...adaptive, output_config: { effort: 'max' } },
    [],
  ],
  [
    'a summary',
    opus,
    reason({ summary: 'detailed' }),
    { thinking: { type: 'adaptive', display: 'summarized' } },
    [],
  ],
  ['a budget', haiku, reason({ budget: 5000 }), budget(5000), []],
  ['no budget named', haiku, reason({}), budget(8000), []],
  [
    'a model with budgets and efforts',
    { ...haiku, efforts: ['high'] },
    reason({ effort: 'high' }),
    { ...budget(16_000), output_config: { effort: 'high' } },
    [],
  ],
  ['a model that does not think', unknown, reason({}), {}, ['claude-new has none']],
  [
    'a tool that must be called',
    opus,
    reason({ effort: 'low' }, { tools: [read], toolChoice: 'required' }),
    { output_config: { effort: 'low' } },
    ['Thinking is left out'],
  ],
  [
    'a tool that must be called by name',
    haiku,
    reason({}, { tools: [read], toolChoice: { name: 'read' } }),
    {},
    ['Thinking is left out'],
  ],
  ['a tool that may be called', opus, reason({}, { tools: [read], toolChoice: 'auto' }), adaptive, []],
];

test.each(cases)('%s', (_, traits, request, fields, expected) => {
  const { body, notices } = encode(request, traits);
  const { thinking, output_config } = body;
  expect({ ...(thinking && { thinking }), ...(output_config && { output_config }) }).toEqual(fields);
  expect(notices).toEqual(expected.map((text) => expect.stringContaining(text)));
});

describe('a budget amid tool calls', () => {
  const thought = { type: 'reasoning', text: 'Hm', opaque: 'sig' } as const;
  const call = (id: string) => ({ type: 'tool-call', id, name: 'read', arguments: '{}' }) as const;
  const result = (callId: string): Message => ({ role: 'tool', callId, parts: [], isError: false });
  const thinks = (...messages: Message[]) => {
    const { body, notices } = encode({ messages: [hello, ...messages], reasoning: { budget: 2000 } }, haiku);
    return { isThinking: body.thinking !== undefined, notices: notices.length };
  };

  test('calls that began without thinking put it off until they are done', () => {
    const calling: Message = { role: 'assistant', parts: [call('a')] };
    expect(thinks(calling, result('a'))).toEqual({ isThinking: false, notices: 1 });
    const answered: Message = { role: 'assistant', parts: [{ type: 'text', text: 'Done' }] };
    expect(thinks(calling, result('a'), answered, hello)).toEqual({ isThinking: true, notices: 0 });
  });

  test('calls that began with thinking go on with it, where it came in the first turn alone, too', () => {
    const first: Message = { role: 'assistant', parts: [thought, call('a')] };
    const second: Message = { role: 'assistant', parts: [call('b')] };
    expect(thinks(first, result('a'), second, result('b'))).toEqual({ isThinking: true, notices: 0 });
  });

  test('models that think by themselves do not mind', () => {
    const messages: Message[] = [hello, { role: 'assistant', parts: [call('a')] }, result('a')];
    expect(encode({ messages, reasoning: {} }, opus).body.thinking).toEqual({ type: 'adaptive' });
  });
});

describe('betas', () => {
  const beta = 'interleaved-thinking-2025-05-14';

  test.each([
    ['a budget with tools', haiku, { reasoning: {}, tools: [read] }, { 'anthropic-beta': beta }],
    ['a budget without tools', haiku, { reasoning: {} }, {}],
    ['adaptive thinking with tools', sonnet, { reasoning: {}, tools: [read] }, {}],
    ['tools without thinking', haiku, { tools: [read] }, {}],
  ])('%s', (_, traits, request, headers) => {
    expect(encode(request, traits).headers).toEqual(headers);
  });
});
