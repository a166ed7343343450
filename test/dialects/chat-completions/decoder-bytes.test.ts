import { describe, expect, it } from 'vitest';
import { StreamError, TruncatedStreamError } from '../../../src/dialects/stream-decoder.ts';
import { SseLineTooLongError } from '../../../src/sse/decoder.ts';
import { createRandom, type Random } from '../../helpers/random.ts';
import { fixtures } from './fixtures.ts';
import { decodePackets, type Outcome, toBytes } from './streams.ts';

function expectOutcome({ events, error }: Outcome, fixture: (typeof fixtures)[number]): void {
  expect(events).toEqual(fixture.events);
  if (fixture.error) expect(error).toMatchObject(fixture.error);
  else expect(error).toBeUndefined();
}

describe.each(fixtures)('$name', (fixture) => {
  const bytes = toBytes(fixture.text);

  it('is read', () => {
    expectOutcome(decodePackets([bytes]), fixture);
  });

  it('is read wherever it is cut in two', () => {
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expectOutcome(decodePackets([bytes.subarray(0, cut), bytes.subarray(cut)]), fixture);
    }
  });

  it('is read byte by byte', () => {
    expectOutcome(decodePackets(Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))), fixture);
  });
});

const maxLineLength = 10_000;
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

/** Bytes that say nothing, and streams in which something was changed. */
function mutate(random: Random): string {
  if (random.chance(0.1)) return random.text(60);
  let text = takeMessages(random);
  for (let count = random.integer(3); count >= 0; count -= 1) text = mutateOnce(text, random);
  return text;
}

/** Up to four messages in a row. */
function takeMessages(random: Random): string {
  const messages = random.pick(fixtures).text.split(/(?<=\n\r?\n)/);
  const start = random.integer(messages.length - 1);
  return messages.slice(start, start + 1 + random.integer(3)).join('');
}

function mutateOnce(text: string, random: Random): string {
  const at = random.integer(text.length);
  switch (random.integer(4)) {
    case 0:
      return `${text.slice(0, at)}${random.text(4)}${text.slice(at)}`;
    case 1:
      return text.slice(0, at) + text.slice(at + random.integer(20));
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(0, at) + takeMessages(random);
    default:
      return replaceValue(text, at, random.pick(values));
  }
}

/** Puts another value behind the next colon, so that the JSON stays whole, mostly. */
function replaceValue(text: string, at: number, value: string): string {
  const colon = text.indexOf('":', at);
  const end = colon === -1 ? -1 : text.slice(colon).search(/[,}]/) + colon;
  return end <= colon ? text : `${text.slice(0, colon + 2)}${value}${text.slice(end)}`;
}

function isExpected(error: unknown): boolean {
  return (
    error === undefined ||
    error instanceof StreamError ||
    error instanceof TruncatedStreamError ||
    error instanceof SseLineTooLongError
  );
}

/** What must hold of the events of every reply that is not refused. */
function checkOrder({ events, error }: Outcome): boolean {
  const types = events.map(({ type }) => type);
  if (types.length > 0 && (types[0] !== 'start' || types.lastIndexOf('start') !== 0)) return false;
  if (error !== undefined) return !types.includes('finish');
  const usage = types.filter((type) => type === 'usage').length;
  return (
    types.indexOf('finish') === types.length - 1 && (usage === 0 || (usage === 1 && types.at(-2) === 'usage'))
  );
}

describe('a stream of anything', () => {
  it('ends in events that are in order or in an error that is expected, 200,000 times', () => {
    const random = createRandom(7);
    for (let run = 0; run < 200_000; run += 1) {
      const text = mutate(random);
      const outcome = decodePackets([toBytes(text)], maxLineLength);
      if (!isExpected(outcome.error)) throw new Error(`not expected for ${text}`, { cause: outcome.error });
      if (!checkOrder(outcome))
        throw new Error(`out of order for ${text}: ${JSON.stringify(outcome.events)}`);
    }
  });

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
        const outcome = decodePackets([toBytes(`data: ${data}\n\ndata: [DONE]\n\n`)]);
        expect(isExpected(outcome.error), data).toBe(true);
        expect(checkOrder(outcome), data).toBe(true);
      }
    }
  });
});
