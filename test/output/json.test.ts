import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { CliError, describeError } from '../../src/errors.ts';
import { formatJson, toFailureJson, toPrintedJson, writeJson } from '../../src/output/json.ts';
import { writeJsonLines, writeJsonReply } from '../../src/output/reply-json.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

async function* stream(events: ChatEvent[], failure?: Error): AsyncGenerator<ChatEvent> {
  yield* events;
  if (failure) throw failure;
}

async function write(events: ChatEvent[], failure?: Error) {
  const { io, stdout } = createMemoryIo();
  const writing = writeJsonReply(stream(events, failure), io.stdout, { model: 'sonnet' });
  const outcome = await writing.catch((error: unknown) => error);
  return { outcome, stdout: stdout() };
}

const whole: ChatEvent[] = [
  { type: 'start', id: 'chatcmpl-1', model: 'claude-sonnet-4.6' },
  { type: 'reasoning-delta', index: 0, text: 'Hm' },
  { type: 'reasoning-delta', index: 0, text: 'm.' },
  { type: 'text-delta', text: 'Look' },
  { type: 'text-delta', text: 'ing.\u001b[0m' },
  { type: 'tool-call-delta', index: 0, id: 'call_a', name: 'read', arguments: '{"path":' },
  { type: 'tool-call-delta', index: 1, id: undefined, name: 'list', arguments: '{}' },
  { type: 'tool-call-delta', index: 0, id: undefined, name: undefined, arguments: '"a"}' },
  {
    type: 'usage',
    usage: {
      inputTokens: 9,
      cachedInputTokens: 4,
      cacheWriteTokens: 2,
      outputTokens: 3,
      reasoningTokens: undefined,
      credits: 0.5,
    },
  },
  { type: 'finish', reason: 'tool-calls' },
];

describe('a reply as JSON', () => {
  it('is one object with everything that came', async () => {
    const { outcome, stdout } = await write(whole);
    expect(outcome).toMatchObject({ reason: 'tool-calls' });
    expect(JSON.parse(stdout)).toEqual({
      schema_version: 1,
      id: 'chatcmpl-1',
      conversation_id: null,
      model_requested: 'sonnet',
      attachments: [],
      notices: [],
      model: 'claude-sonnet-4.6',
      text: 'Looking.\u001b[0m',
      reasoning: 'Hmm.',
      tool_calls: [
        { id: 'call_a', name: 'read', arguments: '{"path":"a"}' },
        { id: null, name: 'list', arguments: '{}' },
      ],
      usage: {
        input_tokens: 9,
        cached_input_tokens: 4,
        cache_write_tokens: 2,
        output_tokens: 3,
        reasoning_tokens: null,
        credits: 0.5,
        credits_estimated: null,
        premium_requests_estimated: null,
      },
      finish_reason: 'tool-calls',
    });
  });

  it('has the blocks of reasoning as paragraphs, without those whose text is withheld', async () => {
    const { stdout } = await write([
      { type: 'reasoning-delta', index: 0, text: 'First.', opaque: 'AAAA' },
      { type: 'reasoning-delta', index: 1, text: '', opaque: 'BBBB', redacted: true },
      { type: 'reasoning-delta', index: 2, text: 'Then' },
      { type: 'reasoning-delta', index: 2, text: ' this.' },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ reasoning: 'First.\n\nThen this.' });
  });

  it('has no reasoning if all of its text is withheld', async () => {
    const { stdout } = await write([
      { type: 'reasoning-delta', index: 0, text: '', opaque: 'AAAA' },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ reasoning: null });
  });

  it('has the id and the name of a tool call if they come late, too', async () => {
    const { stdout } = await write([
      { type: 'tool-call-delta', index: 0, id: undefined, name: 'read', arguments: '{' },
      { type: 'tool-call-delta', index: 0, id: 'call_a', name: undefined, arguments: '}' },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      tool_calls: [{ id: 'call_a', name: 'read', arguments: '{}' }],
    });
  });

  it('begins with the version of its schema, ends with a newline and holds no control characters', async () => {
    const { stdout } = await write(whole);
    expect(stdout).toMatch(/^\{\n {2}"schema_version": 1,\n/);
    expect(stdout).toMatch(/\}\n$/);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  it('has null if not reported by the service, and the model that was asked for', async () => {
    const { stdout } = await write([
      { type: 'start', id: undefined, model: undefined },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(JSON.parse(stdout)).toEqual({
      schema_version: 1,
      id: null,
      conversation_id: null,
      model_requested: 'sonnet',
      attachments: [],
      notices: [],
      model: 'sonnet',
      text: '',
      reasoning: null,
      tool_calls: [],
      usage: null,
      finish_reason: 'stop',
    });
  });

  it('is not printed if the reply fails; the failure carries what had come', async () => {
    const failure = new CliError('truncated', 'cut');
    const { outcome, stdout } = await write(whole.slice(0, 5), failure);
    expect(stdout).toBe('');
    expect(outcome).toBe(failure);
    expect(failure.data).toMatchObject({ id: 'chatcmpl-1', text: 'Looking.\u001b[0m', reasoning: 'Hmm.' });
  });

  it('leaves a failure that is a bug as it is', async () => {
    const bug = new TypeError('x is not a function');
    expect((await write([], bug)).outcome).toBe(bug);
  });
});

describe('a result as JSON', () => {
  it('has the version of the schema first', async () => {
    const { io, stdout } = createMemoryIo();
    await writeJson(io.stdout, { models: [] });
    expect(stdout()).toBe('{\n  "schema_version": 1,\n  "models": []\n}\n');
  });
});

async function writeLines(events: ChatEvent[], failure?: Error) {
  const { io, stdout } = createMemoryIo();
  const writing = writeJsonLines(stream(events, failure), io.stdout, { model: 'sonnet' });
  const outcome = await writing.catch((error: unknown) => error);
  return { outcome, stdout: stdout() };
}

describe('a reply as JSON lines', () => {
  it.each<[event: ChatEvent, line: Record<string, unknown>]>([
    [
      { type: 'start', id: 'c1', model: 'claude-sonnet-4.6' },
      {
        type: 'start',
        id: 'c1',
        conversation_id: null,
        model_requested: 'sonnet',
        attachments: [],
        notices: [],
        model: 'claude-sonnet-4.6',
      },
    ],
    [
      { type: 'start', id: undefined, model: undefined },
      {
        type: 'start',
        id: null,
        conversation_id: null,
        model_requested: 'sonnet',
        attachments: [],
        notices: [],
        model: 'sonnet',
      },
    ],
    [
      { type: 'text-delta', text: 'two\nlines\u001b' },
      { type: 'text-delta', text: 'two\nlines\u001b' },
    ],
    [
      { type: 'reasoning-delta', index: 0, text: 'hm' },
      { type: 'reasoning-delta', index: 0, text: 'hm' },
    ],
    [
      { type: 'reasoning-delta', index: 1, text: '', opaque: 'AAAA', redacted: true },
      { type: 'reasoning-delta', index: 1, text: '', opaque: 'AAAA', redacted: true },
    ],
    [
      { type: 'tool-call-delta', index: 1, id: 'a', name: 'read', arguments: '{"a"' },
      { type: 'tool-call-delta', index: 1, id: 'a', name: 'read', arguments: '{"a"' },
    ],
    [
      { type: 'tool-call-delta', index: 1, id: undefined, name: undefined, arguments: ':1}' },
      { type: 'tool-call-delta', index: 1, id: null, name: null, arguments: ':1}' },
    ],
    [
      {
        type: 'usage',
        usage: {
          inputTokens: 1,
          cachedInputTokens: undefined,
          cacheWriteTokens: 4,
          outputTokens: 2,
          reasoningTokens: undefined,
          credits: undefined,
        },
      },
      {
        type: 'usage',
        usage: {
          input_tokens: 1,
          cached_input_tokens: null,
          cache_write_tokens: 4,
          output_tokens: 2,
          reasoning_tokens: null,
          credits: null,
          credits_estimated: null,
          premium_requests_estimated: null,
        },
      },
    ],
    [
      { type: 'finish', reason: 'stop' },
      { type: 'finish', reason: 'stop' },
    ],
    [
      { type: 'finish', reason: 'stop', stopSequence: 'END' },
      { type: 'finish', reason: 'stop', stop_sequence: 'END' },
    ],
  ])('has one line for %j', async (event, line) => {
    const { stdout } = await writeLines([event]);
    expect(JSON.parse(stdout)).toEqual({ schema_version: 1, ...line });
    expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
    expect(stdout).not.toContain('\u001b');
  });

  it('comes line by line, and not at its end', async () => {
    const { io, stdout } = createMemoryIo();
    const seen: string[] = [];
    async function* watched(): AsyncGenerator<ChatEvent> {
      yield { type: 'text-delta', text: 'a' };
      seen.push(stdout());
      yield { type: 'finish', reason: 'length' };
      seen.push(stdout());
    }
    expect(await writeJsonLines(watched(), io.stdout, { model: 'sonnet' })).toMatchObject({
      reason: 'length',
    });
    expect(seen.map((text) => text.split('\n').length - 1)).toEqual([1, 2]);
  });

  it('keeps its lines if it fails', async () => {
    const failure = new CliError('truncated', 'cut');
    const { outcome, stdout } = await writeLines([{ type: 'text-delta', text: 'half' }], failure);
    expect(outcome).toBe(failure);
    expect(JSON.parse(stdout)).toMatchObject({ text: 'half' });
  });
});

const description = describeError(
  new CliError('rate_limited', 'too fast', {
    hint: 'Wait.',
    details: {
      status: 429,
      upstream_code: 'user_weekly_rate_limited',
      retry_after_s: 30,
      request_id: undefined,
    },
    data: { text: 'so far', usage: null },
  }),
);

const error = {
  code: 'rate_limited',
  exit_code: 7,
  message: 'too fast',
  hint: 'Wait.',
  status: 429,
  upstream_code: 'user_weekly_rate_limited',
  retry_after_s: 30,
};

describe('a failure as JSON', () => {
  it('is one object with what the command knew, and the error', () => {
    const text = toFailureJson(description, 'json');
    expect(JSON.parse(text)).toEqual({ schema_version: 1, text: 'so far', usage: null, error });
    expect(text).toMatch(/^\{\n {2}"schema_version": 1,\n/);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is one line of an own type as JSONL, where the rest was printed already', () => {
    const text = toFailureJson(description, 'jsonl');
    expect(JSON.parse(text)).toEqual({ schema_version: 1, type: 'error', error });
    expect(text.indexOf('\n')).toBe(text.length - 1);
  });

  it.each(['json', 'jsonl'] as const)('has a hint of null if there is none, as %s', (format) => {
    const json = JSON.parse(toFailureJson(describeError(new CliError('usage', 'no prompt')), format));
    expect(json.error).toEqual({ code: 'usage', exit_code: 2, message: 'no prompt', hint: null });
  });

  it.each(['json', 'jsonl'] as const)('has no token in its details, as %s', (format) => {
    const details = {
      token: 'CANARY',
      nested: { said: 'got gho_CANARY1234', authorization: 'Basic CANARY' },
    };
    const text = toFailureJson(describeError(new CliError('upstream', 'x', { details })), format);
    expect(text).not.toContain('CANARY');
    expect(JSON.parse(text).error.nested.said).toBe('got [secret]');
  });

  it('keeps the text of the model as it came', () => {
    const data = { text: 'a token looks like gho_abcd1234\n' };
    const text = toFailureJson(describeError(new CliError('truncated', 'cut', { data })), 'json');
    expect(JSON.parse(text).text).toBe(data.text);
  });

  it('is safe to show on a terminal', () => {
    const data = { text: '\u001b[31m\u0007' };
    const text = toFailureJson(describeError(new CliError('truncated', 'cut', { data })), 'json');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});

describe('printed JSON', () => {
  const unsafe = '\u009b31m \u202e\u2066 \u200f \u0085 \u007f \u2028 \u001b]0;x\u0007 ü 😀 👩‍💻';
  it.each<[string, (text: string) => string]>([
    ['a result', (text) => formatJson({ name: text, [text]: [text] })],
    ['a line', (text) => toPrintedJson({ text })],
    [
      'a failure',
      (text) => toFailureJson(describeError(new CliError('usage', 'no', { details: { text } })), 'json'),
    ],
    [
      'a failing line',
      (text) => toFailureJson(describeError(new CliError('usage', 'no', { details: { text } })), 'jsonl'),
    ],
  ])('of %s holds nothing that a terminal obeys, and the same text', (_what, print) => {
    const printed = print(unsafe);
    expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200f\u2028-\u202e\u2066-\u2069]/);
    expect(printed).toContain('ü 😀 👩‍💻');
    expect(JSON.stringify(JSON.parse(printed))).toContain(JSON.stringify(unsafe).slice(1, -1));
  });
});
