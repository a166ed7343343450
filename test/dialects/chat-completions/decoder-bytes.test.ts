import { describe, expect, it } from 'vitest';
import { StreamError } from '../../../src/dialects/dialect.ts';
import { findFlaw } from '../well-formed.ts';
import { fixtures } from './fixtures.ts';
import { type Outcome, readPackets, toBytes } from './streams.ts';

function expectOutcome({ events, error }: Outcome, fixture: (typeof fixtures)[number]): void {
  expect(events).toEqual(fixture.events);
  if (fixture.error) expect(error).toMatchObject(fixture.error);
  else expect(error).toBeUndefined();
}

describe.each(fixtures)('$name', (fixture) => {
  const bytes = toBytes(fixture.text);

  it('is read', () => {
    expectOutcome(readPackets([bytes]), fixture);
  });

  it('is read wherever it is cut in two', () => {
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expectOutcome(readPackets([bytes.subarray(0, cut), bytes.subarray(cut)]), fixture);
    }
  });

  it('is read byte by byte', () => {
    expectOutcome(readPackets(Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))), fixture);
  });
});

const values = [
  'null',
  '[]',
  '{}',
  '5',
  '"x"',
  'true',
  '[null]',
  '[{}]',
  '{"a":1}',
  '-1',
  '1e999',
  '["x",5]',
  '""',
];

describe('a stream', () => {
  it('of any JSON in any place is read or refused, and never a bug', () => {
    const odd = values.map((value) => JSON.parse(value) as unknown);
    const toCall = (value: unknown) => [
      { delta: { tool_calls: [{ index: value, id: value, function: value }] } },
    ];
    const places: ((value: unknown) => unknown)[] = [
      (value) => value,
      (value) => ({ choices: value, id: value, model: value, usage: value, copilot_usage: value }),
      (value) => ({ choices: [value] }),
      (value) => ({ choices: [{ delta: value, message: value, finish_reason: value }] }),
      (value) => ({ choices: [{ delta: { content: value, reasoning_text: value, tool_calls: value } }] }),
      (value) => ({
        choices: [{ delta: { reasoning_opaque: value, cot_summary: value, tool_calls: [value] } }],
      }),
      (value) => ({ choices: toCall(value) }),
      (value) => ({
        choices: [{ delta: { tool_calls: [{ function: { name: value, arguments: value } }] } }],
      }),
      (value) => ({
        usage: { prompt_tokens: value, prompt_tokens_details: value, completion_tokens: value },
      }),
      (value) => ({ copilot_usage: { total_nano_aiu: value, token_details: value } }),
      (value) => ({ error: value }),
      (value) => ({ error: { message: value, code: value, type: value } }),
    ];
    for (const place of places) {
      for (const value of odd) {
        const data = JSON.stringify(place(value));
        const { events, error } = readPackets([toBytes(`data: ${data}\n\ndata: [DONE]\n\n`)]);
        if (error !== undefined) expect(error, data).toBeInstanceOf(StreamError);
        expect(findFlaw(events, error === undefined), data).toBeUndefined();
      }
    }
  });
});
