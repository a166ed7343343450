import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { CliError } from '../../src/errors.ts';
import { writeJson, writeJsonReply } from '../../src/output/json.ts';
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
    expect(outcome).toBe('tool-calls');
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

  it('has no reasoning where all of its text is withheld', async () => {
    const { stdout } = await write([
      { type: 'reasoning-delta', index: 0, text: '', opaque: 'AAAA' },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ reasoning: null });
  });

  it('has the id and the name of a tool call where they come late, too', async () => {
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

  it('has null where the service did not say, and the model that was asked for', async () => {
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

  it('is not printed where the reply fails; the failure carries what had come', async () => {
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
