import { describe, expect, it } from 'vitest';
import type { ChatEvent, Usage } from '../../src/dialects/chat-event.ts';
import { CliError, ClosedPipeError } from '../../src/errors.ts';
import { writeText } from '../../src/output/text.ts';
import { createMemoryIo, type MemoryIoOptions } from '../helpers/memory-io.ts';

const start: ChatEvent = { type: 'start', id: 'id-1', model: 'gpt-5-mini' };
const stop: ChatEvent = { type: 'finish', reason: 'stop' };
const say = (text: string): ChatEvent => ({ type: 'text-delta', text });
const think = (text: string, index = 0): ChatEvent => ({ type: 'reasoning-delta', index, text });
const seal: ChatEvent = { type: 'reasoning-delta', index: 0, text: '', opaque: 'AAAA' };
const counted: Usage = {
  inputTokens: 12,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  outputTokens: 3,
  reasoningTokens: undefined,
  credits: undefined,
};

async function* stream(events: ChatEvent[], failure?: Error): AsyncGenerator<ChatEvent> {
  yield* events;
  if (failure) throw failure;
}

async function write(
  events: ChatEvent[],
  options: MemoryIoOptions & { showReasoning?: boolean; showUsage?: boolean; failure?: Error } = {},
) {
  const { showReasoning = false, showUsage = false, failure, ...ioOptions } = options;
  const memory = createMemoryIo(ioOptions);
  const outcome = await writeText(stream(events, failure), memory.io, { showReasoning, showUsage }).catch(
    (error: unknown) => error,
  );
  return { outcome, stdout: memory.stdout(), stderr: memory.stderr() };
}

describe('a reply as text', () => {
  it.each<[name: string, deltas: string[], stdout: string]>([
    ['gets the newline that it lacks', ['Hello ', 'there.'], 'Hello there.\n'],
    ['gets none where it ends with one', ['Hello.\n'], 'Hello.\n'],
    ['keeps the newlines at its end', ['Hello.', '\n\n'], 'Hello.\n\n'],
    ['is nothing where the model said nothing', [], ''],
    ['gets its newline where the last delta is empty', ['Hello.', ''], 'Hello.\n'],
    [
      'is byte for byte what the model wrote',
      ['a\u001b[31m\u0007\r', 'b\u0000'],
      'a\u001b[31m\u0007\rb\u0000\n',
    ],
  ])('on a pipe %s', async (_, deltas, stdout) => {
    const written = await write([start, ...deltas.map(say), stop]);
    expect(written).toEqual({ outcome: stop, stdout, stderr: '' });
  });

  it('on a terminal has no control characters, wherever a sequence is cut', async () => {
    const { stdout } = await write([say('a\u001b'), say(']52;c;AAAA\u0007b\u009b31m\tc\r'), stop], {
      stdoutIsTerminal: true,
    });
    expect(stdout).toBe('a]52;c;AAAAb31m\tc\n');
  });

  it('on a terminal gets one newline, whatever is taken out behind the last', async () => {
    const { stdout } = await write([say('a\n\u0007'), stop], { stdoutIsTerminal: true });
    expect(stdout).toBe('a\n');
  });

  it.each(['stop', 'length', 'tool-calls', 'other'] as const)(
    'gives the reason of its end: %s',
    async (reason) => {
      expect((await write([say('x'), { type: 'finish', reason }])).outcome).toEqual({
        type: 'finish',
        reason,
      });
    },
  );

  it('ends its line before a failure', async () => {
    const failure = new CliError('truncated', 'cut');
    const { outcome, stdout } = await write([say('half')], { failure });
    expect(outcome).toBe(failure);
    expect(stdout).toBe('half\n');
  });

  it('stops at a closed pipe, and says so', async () => {
    const { io } = createMemoryIo();
    const closed = new ClosedPipeError('the reader has gone');
    const left = { events: 0 };
    async function* endless(): AsyncGenerator<ChatEvent> {
      for (;;) {
        left.events += 1;
        yield say('x');
      }
    }
    const stdout = { ...io.stdout, write: () => Promise.reject(closed) };
    const writing = writeText(endless(), { ...io, stdout }, { showReasoning: false, showUsage: false });
    await expect(writing).rejects.toBe(closed);
    expect(left.events).toBe(1);
  });
});

describe('reasoning', () => {
  const events = [start, think('Let me '), think('see'), say('42'), stop];

  it('is not shown unasked', async () => {
    expect(await write(events, { stderrIsTerminal: true })).toMatchObject({ stdout: '42\n', stderr: '' });
  });

  it('goes to stderr if it is asked for, on a line of its own', async () => {
    expect(await write(events, { showReasoning: true })).toMatchObject({
      stdout: '42\n',
      stderr: 'Let me see\n',
    });
  });

  it('ends its line if nothing follows it', async () => {
    expect((await write([think('hm'), stop], { showReasoning: true })).stderr).toBe('hm\n');
  });

  it('has a line of its own for each block, and none for a seal', async () => {
    const blocks = [start, think('First,'), seal, think('then', 1), think(' this.', 1), say('42'), stop];
    expect((await write(blocks, { showReasoning: true })).stderr).toBe('First,\nthen this.\n');
  });

  it('ends its line if its seal comes last', async () => {
    expect((await write([think('hm'), seal, say('42'), stop], { showReasoning: true })).stderr).toBe('hm\n');
  });

  it('is dim and powerless on a terminal', async () => {
    const { stderr } = await write([think('a\u001b[2J'), stop], {
      showReasoning: true,
      stderrIsTerminal: true,
      colour: true,
    });
    expect(stderr).toBe('\u001b[2ma[2J\u001b[22m\n');
  });
});

describe('usage', () => {
  it('goes to stderr if it is asked for', async () => {
    const { stdout, stderr } = await write([say('x'), { type: 'usage', usage: counted }, stop], {
      showUsage: true,
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'x\n', stderr: 'usage: 12 tokens in, 3 tokens out\n' });
  });

  it('is not shown unasked', async () => {
    expect((await write([say('x'), { type: 'usage', usage: counted }, stop])).stderr).toBe('');
  });

  it('is also shown for an answer that failed at its end, for it is paid', async () => {
    const failure = new CliError('content_filter', 'refused');
    const used: ChatEvent = { type: 'usage', usage: counted };
    const { outcome, stderr } = await write([say('x'), used, stop], { showUsage: true, failure });
    expect(outcome).toBe(failure);
    expect(stderr).toContain('12 tokens in');
  });
});
