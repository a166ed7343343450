import { describe, expect, it } from 'vitest';
import { createIdCheck, createPlainReader } from '../../src/dialects/chat-completions/read-reply.ts';
import { readPlainDelta as readMessages } from '../../src/dialects/messages/read-reply.ts';
import { readPlainDelta as readResponses } from '../../src/dialects/responses/read-reply.ts';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { wires } from './wires.ts';

/** Behind a chunk that ends alike, and as the first. */
function readChatCompletions(data: string): string | undefined {
  const read = createPlainReader(createIdCheck());
  const alone = read(data);
  read(chunk({ content: 'before' }));
  expect(read(data)).toBe(alone);
  return alone;
}

const chunk = (delta: unknown, rest: object = {}): string =>
  JSON.stringify({
    choices: [{ index: 0, delta }],
    created: 1,
    id: 'a',
    model: 'm',
    system_fingerprint: 'f',
    ...rest,
  });
const event = (delta: unknown, rest: object = {}): string =>
  JSON.stringify({ type: 'content_block_delta', index: 12, delta, ...rest });
const frame = (rest: object, type = 'response.output_text.delta'): string =>
  JSON.stringify({ type, ...rest });

describe('text is read without parsing', () => {
  it.each([['Hi'], [' the'], ['Grüße 世界 🎉'], ['{a}'], ["it's"], ['/']])('of %s', (text) => {
    expect(readChatCompletions(chunk({ content: text }))).toBe(text);
    expect(readMessages(event({ type: 'text_delta', text }))).toBe(text);
    const place = { item_id: 'x/+=', output_index: 12, content_index: 0 };
    for (const rest of [
      { sequence_number: 3, ...place, delta: text, logprobs: [], obfuscation: 'ab' },
      { ...place, delta: text, sequence_number: 3 },
      { ...place, logprobs: [], delta: text },
      { output_index: 12, delta: text },
    ])
      expect(readResponses(frame(rest))).toEqual({
        type: 'output_text',
        outputIndex: 12,
        summaryIndex: undefined,
        text,
      });
  });

  it('of a summary, and of arguments', () => {
    const place = { item_id: 'a', output_index: 1, summary_index: 2 };
    const summary = frame(
      { ...place, delta: 'Hm', obfuscation: '' },
      'response.reasoning_summary_text.delta',
    );
    expect(readResponses(summary)).toEqual({
      type: 'reasoning_summary_text',
      outputIndex: 1,
      summaryIndex: 2,
      text: 'Hm',
    });
    const call = frame(
      { item_id: 'a', output_index: 1, delta: '' },
      'response.function_call_arguments.delta',
    );
    expect(readResponses(call)).toEqual({
      type: 'function_call_arguments',
      outputIndex: 1,
      summaryIndex: undefined,
      text: '',
    });
  });
});

describe('what brings more than plain text is left to the parser', () => {
  it.each([
    ['an escape', chunk({ content: 'a\nb' })],
    ['a quote', chunk({ content: 'a"b' })],
    ['no text', chunk({ content: null })],
    ['an empty text', chunk({ content: '' })],
    ['thinking', chunk({ content: 'a', reasoning_text: 'b' })],
    ['usage', chunk({ content: 'a' }, { usage: { prompt_tokens: 1 } })],
    ['an error', chunk({ content: 'a' }, { error: 'b' })],
    ['a finish', '{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}'],
    [
      'a second choice',
      '{"choices":[{"index":0,"delta":{"content":"a"}},{"index":0,"delta":{"content":"b"}}]}',
    ],
    ['no end', chunk({ content: 'a' }).slice(0, -1)],
    ['something behind', `${chunk({ content: 'a' })}x`],
  ])('a chunk with %s', (_, data) => {
    expect(readChatCompletions(data)).toBeUndefined();
  });

  it.each([
    ['an escape', event({ type: 'text_delta', text: 'a\\b' })],
    ['an empty text', event({ type: 'text_delta', text: '' })],
    ['annotations', event({ type: 'text_delta', text: 'a', copilot_annotations: {} })],
    ['thinking', event({ type: 'thinking_delta', thinking: 'a' })],
    ['another field', event({ type: 'text_delta', text: 'a' }, { error: {} })],
  ])('an event with %s', (_, data) => {
    expect(readMessages(data)).toBeUndefined();
  });

  it.each([
    ['an escape', frame({ output_index: 0, delta: 'a\tb' })],
    ['no index', frame({ delta: 'a' })],
    ['no text', frame({ output_index: 0 })],
    ['probabilities', frame({ output_index: 0, delta: 'a', logprobs: [{ token: 'a' }] })],
    ['another field', frame({ output_index: 0, delta: 'a', error: 'b' })],
    ['another type', frame({ output_index: 0, delta: 'a' }, 'response.refusal.delta')],
    ['its place behind the text', frame({ delta: 'a', output_index: 0 })],
    ['a summary before its place', frame({ summary_index: 0, output_index: 0, delta: 'a' })],
    ['two texts', frame({ output_index: 0, delta: 'a' }).replace('}', ',"delta":"b"}')],
    ['an index that is none', frame({ output_index: -1, delta: 'a' })],
  ])('a frame with %s', (_, data) => {
    expect(readResponses(data)).toBeUndefined();
  });
});

/** Each line is told with a blank before its end, which no pattern knows, and which means nothing. */
it.each(wires)('a stream of $dialect.name is the same where every line is parsed', ({ dialect, corpus }) => {
  for (const stream of corpus.streams) {
    const messages = createSseDecoder().push(Buffer.concat(stream));
    const read = (toData: (data: string) => string): unknown => {
      const decoder = dialect.createReplyReader();
      try {
        const events = messages.flatMap(({ event: name, data }) =>
          decoder.push({ event: name, data: toData(data) }),
        );
        return [...events, ...decoder.end()];
      } catch (error) {
        return error;
      }
    };
    expect(read((data) => data)).toEqual(read((data) => data.replace(/\}$/, ' }')));
  }
});
