import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { flatten } from '../../src/copilot/check-answer.ts';
import { type ReadableResponse, readPackets, startTimer } from '../../src/copilot/stream.ts';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { CliError, describeError, InterruptedError } from '../../src/errors.ts';

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8' };
const json = { 'content-type': 'application/json; charset=utf-8' };

const readEvents = (response: ReadableResponse, dialect: Dialect) =>
  flatten(readPackets(response, dialect, { see: ({ events }) => events }));

/** An answer whose connection stays open behind these pieces. */
function leaveOpen(pieces: string[]): Source {
  let closed = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (const piece of pieces) yield Buffer.from(piece);
      await new Promise(() => {});
    } finally {
      closed = true;
    }
  }
  return { response: { headers: eventStream, body: body() }, isClosed: () => closed };
}

type Source = { response: ReadableResponse; isClosed(): boolean };

/** An answer that came in these pieces, and then broke where there is a failure. */
function answer(
  pieces: (string | Uint8Array)[],
  { headers = eventStream, failure }: { headers?: IncomingHttpHeaders; failure?: Error } = {},
): Source {
  let closed = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
      if (failure) throw failure;
    } finally {
      closed = true;
    }
  }
  const response: ReadableResponse = {
    headers: { 'x-github-request-id': 'ABCD:1', ...headers },
    body: body(),
  };
  return { response, isClosed: () => closed };
}

async function read({ response }: Source): Promise<{ events: ChatEvent[]; error: unknown }> {
  const events: ChatEvent[] = [];
  try {
    for await (const event of readEvents(response, chatCompletions)) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

const chunk = (delta: object, finish?: string): string =>
  `data: ${JSON.stringify({ id: 'c1', model: 'gpt-5-mini', choices: [{ index: 0, delta, finish_reason: finish ?? null }] })}\n\n`;
const hello = chunk({ role: 'assistant', content: 'žluťoučký 🐎' });
const world = chunk({ content: '\n' });
const stop = chunk({}, 'stop');
const done = 'data: [DONE]\n\n';
const whole = hello + world + stop + done;
const wholeEvents: ChatEvent[] = [
  { type: 'start', id: 'c1', model: 'gpt-5-mini' },
  { type: 'text-delta', text: 'žluťoučký 🐎' },
  { type: 'text-delta', text: '\n' },
  { type: 'finish', reason: 'stop' },
];

describe('a stream', () => {
  it('gives its events, wherever its bytes are cut', async () => {
    const bytes = Buffer.from(whole);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { events, error } = await read(answer([bytes.subarray(0, cut), bytes.subarray(cut)]));
      expect({ cut, events, error }).toEqual({ cut, events: wholeEvents, error: undefined });
    }
  });

  it('gives an event as soon as its bytes are there', async () => {
    const seen: string[] = [];
    const source = answer([]);
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(hello);
      seen.push('more bytes');
      yield Buffer.from(stop + done);
    }
    const events = readEvents({ ...source.response, body: body() }, chatCompletions);
    for await (const { type } of events) seen.push(type);
    expect(seen).toEqual(['start', 'text-delta', 'more bytes', 'finish']);
  });

  it.each<[name: string, headers: IncomingHttpHeaders]>([
    ['without a content type', {}],
    ['with a wrong content type', { 'content-type': 'text/plain' }],
  ])('is read %s', async (_, headers) => {
    expect((await read(answer([whole], { headers }))).events).toEqual(wholeEvents);
  });

  it('closes the connection where the reader leaves', async () => {
    const source = answer([hello, world, stop]);
    for await (const _ of readEvents(source.response, chatCompletions)) break;
    expect(source.isClosed()).toBe(true);
  });

  it('closes the connection where it reports a failure', async () => {
    const source = answer(['data: {"error":"went away"}\n\n', world]);
    await read(source);
    expect(source.isClosed()).toBe(true);
  });

  it('is whole where the connection breaks behind its finish', async () => {
    const failure = new CliError('network', 'the connection was reset');
    expect(await read(answer([hello, world, stop], { failure }))).toEqual({
      events: wholeEvents,
      error: undefined,
    });
  });

  it.each([['data:\n\n'], ['event: ping\ndata:\n\n'], [': alive\n\n']])(
    'passes over what only keeps it alive: %j',
    async (alive) => {
      expect(await read(answer([alive, hello, alive, world, alive, stop, done]))).toEqual({
        events: wholeEvents,
        error: undefined,
      });
    },
  );

  it('is whole where the time that a caller gives for silence ends behind its finish', async () => {
    const failure = new CliError('timeout', 'the service stayed silent for 3 s');
    expect(await read(answer([hello, world, stop], { failure }))).toEqual({
      events: wholeEvents,
      error: undefined,
    });
    expect((await read(answer([hello, world], { failure }))).error).toBe(failure);
  });

  it('needs no mark of its end where the reply was finished', async () => {
    expect(await read(answer([hello, world, stop]))).toEqual({ events: wholeEvents, error: undefined });
  });
});

describe('a reply in one piece of JSON', () => {
  const body = JSON.stringify({
    id: 'c1',
    model: 'gpt-5-mini',
    choices: [{ index: 0, message: { role: 'assistant', content: 'žluťoučký 🐎' }, finish_reason: 'stop' }],
  });
  const events = wholeEvents.filter((event) => event.type !== 'text-delta' || event.text !== '\n');

  it('is read as a stream of one message, wherever its bytes are cut', async () => {
    const bytes = Buffer.from(body);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const source = answer([bytes.subarray(0, cut), bytes.subarray(cut)], { headers: json });
      expect({ cut, ...(await read(source)) }).toEqual({ cut, events, error: undefined });
    }
  });

  it('may begin with a byte order mark', async () => {
    expect(await read(answer([`\ufeff${body}`], { headers: json }))).toEqual({ events, error: undefined });
  });

  it('may be an error, whatever its status says', async () => {
    const { error } = await read(
      answer(['{"error":{"message":"Too long.","code":"model_max_prompt_tokens_exceeded"}}'], {
        headers: json,
      }),
    );
    expect(error).toMatchObject({ name: 'UpstreamError', code: 'input_too_large' });
  });
});

describe('a stream that is cut', () => {
  const truncated = {
    name: 'UpstreamError',
    code: 'truncated',
    exitCode: 12,
    message: expect.stringContaining('stream was disconnected before completion'),
    details: { request_id: 'ABCD:1' },
  };

  it.each<[name: string, pieces: string[], count: number]>([
    ['ends after some text', [hello, world], 3],
    ['ends inside a message', [hello, world.slice(0, 20)], 2],
    ['ends without a word', [], 0],
  ])('is truncated where it %s', async (_, pieces, count) => {
    const { events, error } = await read(answer(pieces));
    expect(events).toEqual(wholeEvents.slice(0, count));
    expect(error).toMatchObject(truncated);
  });

  it('is truncated where the network fails after the first event', async () => {
    const failure = new CliError('network', 'api.example.test closed the connection');
    const { events, error } = await read(answer([hello], { failure }));
    expect(events).toEqual(wholeEvents.slice(0, 2));
    expect(error).toMatchObject({ ...truncated, cause: failure });
    expect((error as Error).message).toContain('api.example.test closed the connection');
  });

  it('is a network failure where it fails before the first event', async () => {
    const failure = new CliError('network', 'api.example.test closed the connection');
    expect((await read(answer([': ping\n\n'], { failure }))).error).toBe(failure);
  });

  it('was stopped where the person stopped it', async () => {
    const failure = new InterruptedError('SIGINT');
    expect((await read(answer([hello], { failure }))).error).toBe(failure);
  });

  it('leaves a bug as it is', async () => {
    const failure = new TypeError('x is not a function');
    expect((await read(answer([hello], { failure }))).error).toBe(failure);
  });
});

describe('a failure inside a stream', () => {
  const report = (error: unknown): string => `data: ${JSON.stringify({ error })}\n\n`;

  it.each<[name: string, error: unknown, code: string]>([
    ['of no known kind', { message: 'Something broke.', code: 'odd' }, 'upstream'],
    ['of text alone', 'Something broke.', 'upstream'],
    ['of the quota', { message: 'You have no quota', code: 'quota_exceeded' }, 'quota'],
    ['of the content filter', { message: 'No.', code: 'content_filter' }, 'content_filter'],
    [
      'of the length',
      { message: 'prompt token count of 9 exceeds the limit of 8', code: '' },
      'input_too_large',
    ],
    ['of the rate', { message: 'Sorry.', code: 'rate_limited' }, 'rate_limited'],
    ['of the weekly rate', { message: 'Sorry.', code: 'user_weekly_rate_limited' }, 'rate_limited'],
    ['of the rate on a plan', { message: 'Sorry.', code: 'user_global_rate_limited:pro' }, 'rate_limited'],
    ['of the quota on a plan', { message: 'Sorry.', code: 'quota_exceeded:pro' }, 'quota'],
  ])('%s has its own code, after what had come', async (_, error, code) => {
    const { events, error: thrown } = await read(answer([hello, report(error)]));
    expect(events).toEqual(wholeEvents.slice(0, 2));
    expect(thrown).toMatchObject({ name: 'UpstreamError', code, details: { request_id: 'ABCD:1' } });
  });

  it('says what the service said, and the request id', async () => {
    const { error } = await read(answer([report({ message: 'Something broke.', code: 'odd' })]));
    const { message } = describeError(error);
    expect(message).toContain('Something broke.');
    expect(message).toContain('request id ABCD:1');
    expect(message).not.toContain('status 200');
  });

  it('is no essay, however long the service speaks', async () => {
    const { error } = await read(answer([report({ message: 'x'.repeat(100_000) })]));
    expect((error as Error).message.length).toBeLessThan(1000);
  });

  it.each([
    ['a reply in one piece', '{"choices":['],
    ['a page', '<html>'],
    ['a line', 'data: '],
    ['a message', 'data: 1\n'],
  ])('is %s without an end, long before it fills the memory', async (_, beginning) => {
    const more = `data: ${'x'.repeat(1 << 20)}${beginning === 'data: ' ? '' : '\n'}`;
    const { events, error } = await read(answer([beginning, ...Array.from({ length: 100 }, () => more)]));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ name: 'UpstreamError', message: expect.stringMatching(/long/) });
  });

  it('is reported where a message is no JSON', async () => {
    expect((await read(answer([hello, 'data: {"id":\n\n']))).error).toMatchObject({ name: 'UpstreamError' });
  });
});

describe('a reply that is complete, on a connection that stays open', () => {
  const words =
    'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}\n\n';
  const rows: [what: string, dialect: Dialect, pieces: string[]][] = [
    ['without [DONE]', chatCompletions, [hello, stop]],
    [
      'without message_stop',
      messages,
      [words, 'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n'],
    ],
  ];

  it.each(rows)('ends after a while: %s', async (_, dialect, pieces) => {
    vi.useFakeTimers();
    try {
      const events: ChatEvent[] = [];
      const reading = (async () => {
        for await (const event of readEvents(leaveOpen(pieces).response, dialect)) events.push(event);
      })();
      await vi.advanceTimersByTimeAsync(4_000);
      expect(events.at(-1)?.type).not.toBe('finish');
      await vi.advanceTimersByTimeAsync(2_000);
      await reading;
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('has its time anew where the program stood still', async () => {
    vi.useFakeTimers();
    try {
      const real = performance.now.bind(performance);
      let stoodMs = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => real() + stoodMs);
      const ended = vi.fn();
      startTimer(3_000, ended);
      await vi.advanceTimersByTimeAsync(2_000);
      stoodMs = 60_000;
      await vi.advanceTimersByTimeAsync(3_900);
      expect(ended).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(200);
      expect(ended).toHaveBeenCalledOnce();
      const stop = startTimer(3_000, ended);
      stop();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(ended).toHaveBeenCalledOnce();
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });

  it('is waited for as long as its last word has not come', async () => {
    vi.useFakeTimers();
    try {
      let isOver = false;
      void read(leaveOpen([hello, world])).finally(() => {
        isOver = true;
      });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(isOver).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('two replies in one stream', () => {
  const second = (text: string): string => chunk({ content: text }).replace('"c1"', '"c2"');

  it('are no answer', async () => {
    const { error } = await read(answer([hello, world, second('other'), second('words'), stop, done]));
    expect(error).toMatchObject({ code: 'upstream', message: expect.stringContaining('mixes two replies') });
  });

  it('are not seen in a server that gives each chunk an id of its own', async () => {
    const pieces = ['a', 'b', 'c'].map((id) => chunk({ content: id }).replace('"c1"', `"${id}"`));
    const { events, error } = await read(answer([...pieces, stop, done]));
    expect(error).toBeUndefined();
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(3);
  });
});
