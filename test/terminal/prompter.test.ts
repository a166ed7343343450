import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createPrompter } from '../../src/terminal/prompter.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

function startAsking(options: { default: boolean }) {
  const memory = createMemoryIo();
  const stream = new PassThrough();
  const controller = new AbortController();
  const io = { ...memory.io, stdin: { isTerminal: true, stream } };
  const answer = createPrompter(io, controller.signal).confirm('Sure?', options);
  return { stream, controller, answer, shown: memory.stderr };
}

describe('a question in a plain line', () => {
  it('is asked again after a line that is no answer', async () => {
    const { stream, answer, shown } = startAsking({ default: true });
    stream.write('perhaps\nyess\nn\n');
    expect(await answer).toBe(false);
    expect(shown()).toMatch(/^Sure\? Y\/n: Type y or n\.\n/);
  });

  it.each([
    ['y\nhello\n', true, 'hello\n'],
    ['\nhello', false, 'hello'],
  ])('leaves what follows the answer: %j', async (typed, expected, left) => {
    const { stream, answer } = startAsking({ default: false });
    stream.write(typed);
    expect(await answer).toBe(expected);
    expect(String(stream.read())).toBe(left);
  });

  it('leaves lines that came one by one', async () => {
    const { stream, answer } = startAsking({ default: false });
    for (const line of ['y\n', 'first\n', 'second\n']) stream.write(line);
    expect(await answer).toBe(true);
    let left = '';
    // Since Node 26, one call gives one of the pieces.
    for (let piece: unknown = stream.read(); piece !== null; piece = stream.read()) left += String(piece);
    expect(left).toBe('first\nsecond\n');
  });

  it('is answered with no by the end of the input, and ends with the signal', async () => {
    const ended = startAsking({ default: true });
    ended.stream.end();
    expect(await ended.answer).toBe(false);
    const aborted = startAsking({ default: true });
    aborted.controller.abort(new Error('stopped'));
    await expect(aborted.answer).rejects.toThrow('stopped');
  });
});
