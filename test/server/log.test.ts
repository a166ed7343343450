import { describe, expect, it, vi } from 'vitest';
import {
  createServerLog,
  logAnswer,
  logAnswerStart,
  logFirstByte,
  readLogLevel,
  type ServerLogOptions,
} from '../../src/server/log.ts';
import type { ServerLog } from '../../src/server/services.ts';
import { createAnswer } from './answers.ts';

function createLines(options: Partial<ServerLogOptions> = {}) {
  const lines: string[] = [];
  const held = createServerLog({
    level: 'info',
    isTerminal: false,
    write: (line) => void lines.push(line),
    now: () => Date.parse('2026-07-01T12:00:00Z'),
    ...options,
  });
  const log: ServerLog = (...fact) => {
    held.log(...fact);
    held.flush();
  };
  return { log, held, lines, read: (at = 0): Record<string, unknown> => JSON.parse(lines[at] ?? '') };
}

describe('the log of the server', () => {
  it('writes a JSON object a line if stderr is not a terminal', () => {
    const { log, lines, read } = createLines();
    log('info', 'started', { port: 4141, host: '127.0.0.1', nothing: undefined });
    expect(read()).toEqual({
      time: '2026-07-01T12:00:00.000Z',
      level: 'info',
      event: 'started',
      port: 4141,
      host: '127.0.0.1',
    });
    expect(lines[0]?.endsWith('}\n')).toBe(true);
  });

  it('writes lines together if nobody reads along, but what went wrong at once', () => {
    vi.useFakeTimers();
    const { held, lines } = createLines();
    held.log('info', 'first');
    held.log('info', 'second');
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(lines).toEqual([expect.stringMatching(/^.*first.*\n.*second.*\n$/)]);
    held.log('info', 'third');
    held.log('warn', 'fourth');
    expect(lines[1]).toMatch(/^.*third.*\n.*fourth.*\n$/);
    vi.advanceTimersByTime(50);
    expect(lines).toHaveLength(2);
    vi.useRealTimers();
  });

  it('writes columns on a terminal', () => {
    const { log, lines } = createLines({ isTerminal: true });
    log('warn', 'refused', { path: '/x', reason: 'no such "route"' });
    log('info', 'started');
    log('info', 'answer_end', { id: '9a505a9b-4baf-4775', caller: 'caller-1', ms: 5 });
    const time = new Date('2026-07-01T12:00:00Z').toTimeString().slice(0, 8);
    expect(lines).toEqual([
      `${time} warn  refused            path=/x reason="no such \\"route\\""\n`,
      `${time} info  started\n`,
      `${time} info  answer_end         id=9a505a9b ms=5\n`,
    ]);
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('at the level %s writes %s', (level, written) => {
    const { log, lines, read } = createLines({ level });
    for (const each of ['debug', 'info', 'warn', 'error', 'silent'] as const) log(each, 'event');
    expect(lines.map((_, at) => read(at).level)).toEqual(written);
  });

  it.each([true, false])('never writes a token or what was said (terminal: %s)', (isTerminal) => {
    const { log, lines } = createLines({ isTerminal });
    log('error', 'failed', {
      authorization: 'canary',
      api_token: 'canary',
      message: 'refused ghu_canary0123 and gh\u0000u_canary0123 and Bearer canary0123456789abcdef',
      list: ['tid=canary;exp=1', { token: 'canary' }],
      error: new Error('sk-canary-0123456789'),
      body: 'canary',
      messages: ['canary'],
      nested: { deep: 'canary' },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('canary');
    expect(lines[0]).toContain('[secret]');
  });

  it.each([true, false])('keeps a fact on one line, whatever is in it (terminal: %s)', (isTerminal) => {
    const { log, lines } = createLines({ isTerminal });
    log('info', 'odd', { 'na\nme': 'a\r\nb\u001b[31m\u009b2Jc', circle: toCircle(), big: 1n });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|\n./);
  });

  it('lets no field take the place of the head', () => {
    const { log, read } = createLines();
    log('warn', 'event', { level: 'info', event: 'other', time: 'never' });
    expect(read()).toEqual({ time: '2026-07-01T12:00:00.000Z', level: 'warn', event: 'event' });
  });

  it('caps texts and lines, which stay JSON', () => {
    const { log, lines, read } = createLines();
    log(
      'info',
      'long',
      Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, 'x'.repeat(9999)])),
    );
    expect(lines[0]?.length).toBeLessThanOrEqual(4_001);
    expect(read()).toMatchObject({ event: 'long', f0: `${'x'.repeat(299)}…`, cut: true });
  });
});

describe('the lines of a stream', () => {
  it('tell how it began, went and ended', () => {
    const { log, read } = createLines({ level: 'debug' });
    const answer = createAnswer();
    logAnswerStart(log, answer);
    logFirstByte(log, answer, 120.4);
    logAnswer(log, answer);
    const names = { id: 'req_1', model: 'claude-sonnet-5', dialect: 'messages', endpoint: '/v1/messages' };
    expect(read(0)).toMatchObject({ level: 'info', event: 'stream_start', initiator: 'user', ...names });
    expect(read(1)).toMatchObject({ level: 'debug', event: 'stream_first_byte', ms: 120, ...names });
    expect(read(2)).toMatchObject({
      level: 'info',
      event: 'stream_end',
      status: 200,
      ms: 801,
      first_byte_ms: 120,
      input_tokens: 100,
      cached_tokens: 40,
      output_tokens: 20,
      reasoning_tokens: 5,
      credits: 0.5,
      ...names,
    });
  });

  it.each([
    ['upstream', 502, 'error'],
    ['rate_limited', 429, 'warn'],
    ['interrupted', 499, 'info'],
  ])('tell a failure %s with %i as %s', (failure, status, level) => {
    const { log, read } = createLines();
    logAnswer(log, createAnswer({ failure, status, usage: undefined, firstByteMs: undefined }));
    expect(read()).toMatchObject({ level, event: 'stream_error', failure, status });
  });

  it('name an answer that comes whole otherwise', () => {
    const { log, read } = createLines();
    logAnswer(log, createAnswer({ stream: false }));
    expect(read()).toMatchObject({ event: 'answer_end' });
  });

  it('never tell the key of a caller', () => {
    const { log, lines } = createLines();
    logAnswer(log, createAnswer({ caller: 'canary-key' }));
    expect(lines.join('')).not.toContain('canary');
    expect(lines.join('')).toMatch(/caller-[0-9a-f]{12}/);
  });
});

describe('LOG_LEVEL', () => {
  it('is info if it is not set, and any level in upper or lower case', () => {
    expect([undefined, '', 'DEBUG', ' silent '].map((level) => readLogLevel({ LOG_LEVEL: level }))).toEqual([
      'info',
      'info',
      'debug',
      'silent',
    ]);
  });

  it('is refused if there is no such level', () => {
    expect(() => readLogLevel({ LOG_LEVEL: 'loud' })).toThrow(expect.objectContaining({ code: 'config' }));
  });
});

function toCircle(): unknown[] {
  const circle: unknown[] = [];
  circle.push(circle, { circle });
  return circle;
}
