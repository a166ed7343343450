import { describe, expect, test } from 'vitest';
import type { Answer } from './answer/answer.ts';
import { callCopilot, createChat, openSimulator, type ReceivedEvent, readEvents } from './test-client.ts';

async function ask(answer: Answer): Promise<Response> {
  const simulator = await openSimulator({ answer });
  return callCopilot(simulator, '/chat/completions', { body: createChat('gpt-4.1') });
}

function listTexts(events: ReceivedEvent[]): string[] {
  return events
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data).choices[0]?.delta.content ?? '')
    .filter((text) => text !== '');
}

describe('a long answer', () => {
  test('is cut in deltas of a length, and never inside a character', async () => {
    const text = `abcdef${'👍🏽'.repeat(4)}漢字`;
    const texts = listTexts(await readEvents(await ask({ text, deltaLength: 3 })));
    expect(texts.join('')).toBe(text);
    expect(texts.slice(0, 2)).toEqual(['abc', 'def']);
    expect(texts.every((piece) => Buffer.from(piece).toString() === piece && piece.length <= 4)).toBe(true);
  });

  test('of two megabytes arrives whole', async () => {
    const text = 'line of text\n'.repeat(160_000);
    const events = await readEvents(await ask({ text, deltaLength: 64 }));
    expect(listTexts(events).join('')).toBe(text);
  });

  test('keeps the pace that it is given, where its pauses are shorter than a timer can be', async () => {
    const answer = { text: 'x'.repeat(4_000), deltaLength: 4, tokensPerSecond: 2_500 };
    const response = await ask(answer);
    const start = performance.now();
    await response.text();
    const seconds = (performance.now() - start) / 1000;
    expect(seconds).toBeGreaterThan(0.35);
    expect(seconds).toBeLessThan(1);
  });

  test('is thought about at the same pace before it', async () => {
    const answer = { reasoning: 'y'.repeat(400), text: 'x', deltaLength: 4, tokensPerSecond: 500 };
    const response = await ask(answer);
    const start = performance.now();
    const events = await readEvents(response);
    expect(performance.now() - start).toBeGreaterThan(180);
    const deltas = events
      .filter(({ data }) => data !== '[DONE]')
      .map(({ data }) => JSON.parse(data).choices[0]?.delta);
    const lastThought = deltas.findLastIndex((delta) => delta?.reasoning_text);
    expect(lastThought).toBeGreaterThan(90);
    expect(deltas.findIndex((delta) => delta?.content === 'x')).toBeGreaterThan(lastThought);
  });
});

test('the first token can be slow after quick headers', async () => {
  const start = performance.now();
  const response = await ask({ text: 'late', firstTokenDelayMs: 300 });
  expect(performance.now() - start).toBeLessThan(300);
  await response.text();
  expect(performance.now() - start).toBeGreaterThan(295);
});
