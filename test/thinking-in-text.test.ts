import { describe, expect, it } from 'vitest';
import { createThinkingCheck } from '../src/thinking-in-text.ts';
import { createRandom } from './helpers/random.ts';

function isOnlyThinking(...pieces: string[]): boolean {
  const check = createThinkingCheck();
  for (const piece of pieces) check.push(piece);
  return check.isOnlyThinking();
}

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
    '<thinking>hm</thinking>',
    '\n<thinking>\nhm\n</thinking>\n\n',
    '<thinking>never closed',
    '<thinking>a </think> b</thinking>',
    '<think>a</think>\n<thinking>b</thinking>',
    `<thinking>${'Hm. '.repeat(1000)}</thinking>`,
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
    '<thinking>hm</thinking>Yes.',
    '<thinking>hm</thinking>\n<answer>Yes.</answer>',
    'hm</thinking>',
    'Use <thinking>x</thinking>',
    `${'Long words. '.repeat(40)}<thinking>x</thinking>`,
    `${'Long words. '.repeat(40)}<thinking>${'x'.repeat(200 - '<thinking>'.length)}`,
    '```xml\n<thinking>\nx\n</thinking>\n```',
    '<thinker>x</thinker>',
  ])('is an answer: %j', (text) => {
    expect(isOnlyThinking(text)).toBe(false);
  });
});

it('is judged the same in one piece and in many, in 3,000 rounds', () => {
  const random = createRandom(5);
  const parts = [
    '<think>',
    '</think>',
    '<thinking>',
    '</thinking>',
    '\n',
    ' word',
    'Hm.',
    'It is: ',
    `${'Long words. '.repeat(30)}`,
    '`',
  ];
  const results = new Set<boolean>();
  for (let round = 0; round < 3_000; round += 1) {
    const text = Array.from({ length: 1 + (round % 9) }, () => random.pick(parts)).join('');
    const pieces = text.match(new RegExp(`.{1,${1 + (round % 37)}}`, 'gs')) ?? [];
    const whole = isOnlyThinking(text);
    results.add(whole);
    expect(isOnlyThinking(...pieces), JSON.stringify(pieces)).toBe(whole);
  }
  expect(results.size).toBe(2);
});
