import { describe, expect, it } from 'vitest';
import { isOnlyThinking } from '../src/thinking-in-text.ts';

describe('a text', () => {
  it.each([
    '<think>',
    '<think></think>',
    '\n<think>never closed',
    '<think>a</think>\n\u200b',
    '\n<think>a</think>\n<think>b</think>\n',
    '<think>a</think><think></think>\n\n<think>c</think>',
    '<think>a</think>\n<think>never closed',
    'hm hm</think>',
    'Okay, the user greets me.\n\nI should greet back.\n</think>\n\n',
    'I should greet back. </think>',
    '(So be it.)</think>\n',
    '用户在打招呼。</think>',
    `${'Hm. '.repeat(10_000)}\n</think>\n`,
    'hm</think>\n<think>b</think>',
    'hm</think><think>never closed',
  ])('is nothing but thinking: %j', (text) => {
    expect(isOnlyThinking(text)).toBe(true);
  });

  it.each([
    '',
    'Hi.',
    '<think>a</think>Hi.',
    '<think>a</think>\n<think>b</think>\nHi.',
    'hm hm</think>\n\nHi.',
    'hm</think><think>b</think>Hi.',
    '</think>',
    '\n</think>\n',
    'The mark is </think>',
    'The mark is: </think>',
    'The mark is:\n\n</think>',
    'The mark is `</think>`',
    'The marks are <think> and </think>',
    'Begin with <think>, and end with\n</think>',
    'Use <think>x</think>',
    '`<think>x</think>`',
    '```xml\n<think>\nx\n</think>\n```',
    'Write\n\n</think>\n\nbehind it.',
    'Write it behind the thought.\n</think> ends it.',
    'end="</think>',
    'a</think>b</think>',
    '<think>a<think>b</think></think>',
  ])('is an answer: %j', (text) => {
    expect(isOnlyThinking(text)).toBe(false);
  });
});
