import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { CliError } from '../../src/errors.ts';
import { writeJsonLines } from '../../src/output/jsonl.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

async function* stream(events: ChatEvent[], failure?: Error): AsyncGenerator<ChatEvent> {
  yield* events;
  if (failure) throw failure;
}

async function write(events: ChatEvent[], failure?: Error) {
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
    const { stdout } = await write([event]);
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
    expect(await writeJsonLines(watched(), io.stdout, { model: 'sonnet' })).toBe('length');
    expect(seen.map((text) => text.split('\n').length - 1)).toEqual([1, 2]);
  });

  it('keeps its lines where it fails', async () => {
    const failure = new CliError('truncated', 'cut');
    const { outcome, stdout } = await write([{ type: 'text-delta', text: 'half' }], failure);
    expect(outcome).toBe(failure);
    expect(JSON.parse(stdout)).toMatchObject({ text: 'half' });
  });
});
