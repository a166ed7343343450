import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/dialects/chat-request.ts';
import { startTestServer } from '../helpers/api-server.ts';
import type { Fault } from '../simulator/fault.ts';
import { createBody } from './streams/callers.ts';

const modelCall = /^\/(?:chat\/completions|responses|v1\/messages)$/;
/** A model that is asked unchanged, and one that is asked in another dialect, on each route. */
type Way = readonly [dialect: DialectName, path: string, model: string];
const ways: readonly [Way, Way, ...Way[]] = [
  ['chat-completions', '/v1/chat/completions', 'gpt-4.1'],
  ['chat-completions', '/v1/chat/completions', 'claude-sonnet-4.6'],
  ['responses', '/v1/responses', 'gpt-5.4'],
  ['responses', '/v1/responses', 'claude-sonnet-4.6'],
  ['messages', '/v1/messages', 'claude-sonnet-4.6'],
  ['messages', '/v1/messages', 'gpt-5.4'],
];

/** Every call of the model fails. */
async function failAlways(fault: Omit<Fault, 'path'>, [dialect, path, model]: Way, stream = true) {
  const server = await startTestServer();
  server.simulator.faults.add({ path: modelCall, times: 50, ...fault });
  const begin = performance.now();
  const reply = await server.post(path, { ...createBody(dialect, model), stream });
  const text = await reply.text();
  return {
    reply,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
    calls: server.modelCalls().length,
    milliseconds: performance.now() - begin,
  };
}

describe.each(ways)('a limit, on %s by %s of %s,', (...way) => {
  it('is passed on at once with its headers and the reason, after one call', async () => {
    const failed = await failAlways(
      {
        status: 429,
        headers: { 'retry-after': '7', 'x-ratelimit-exceeded': 'global-chat:tps' },
        body: { error: { code: 'rate_limited', message: "Sorry, you've been rate limited." } },
      },
      way,
    );
    expect(failed.calls).toBe(1);
    expect(failed.milliseconds).toBeLessThan(3000);
    expect(failed.reply.status).toBe(429);
    expect(failed.reply.headers.get('retry-after')).toBe('7');
    expect(failed.reply.headers.get('x-ratelimit-exceeded')).toBe('global-chat:tps');
    expect(failed.reply.headers.get('x-should-retry')).toBeNull();
    expect(failed.json.error.message).toBe("Sorry, you've been rate limited. Try again in 7 s.");
  });
});

describe('a limit', () => {
  const [native] = ways;

  it('in a date is passed on as seconds', async () => {
    const date = new Date(Date.now() + 30_000).toUTCString();
    const { reply, calls } = await failAlways({ status: 429, headers: { 'retry-after': date } }, native);
    expect(calls).toBe(1);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(25);
    expect(Number(reply.headers.get('retry-after'))).toBeLessThan(31);
  });

  it('of days is told in words, and as one that no program sits out', async () => {
    const body = { error: { code: 'user_weekly_rate_limited', message: 'Weekly limit' } };
    const { reply, json } = await failAlways(
      { status: 429, headers: { 'retry-after': '400000' }, body },
      native,
    );
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(json.error.message).toBe('Weekly limit. Try again in 5 days.');
  });

  it.each([
    ['retry-after', '7200'],
    ['retry-after', new Date(Date.now() + 7_200_000).toUTCString()],
    ['x-ratelimit-user-retry-after', '7200'],
  ])('of hours in %s: %s makes Codex say until when, and not wait', async (header, value) => {
    const way = ['responses', '/v1/responses', 'claude-sonnet-4.6'] as const;
    const body = { error: { code: 'user_global_rate_limited', message: 'Session limit.' } };
    const { json } = await failAlways({ status: 429, headers: { [header]: value }, body }, way);
    expect(json.error).toMatchObject({ type: 'usage_limit_reached', code: 'user_global_rate_limited' });
    expect(json.error.resets_at - Date.now() / 1000).toBeGreaterThan(7100);
    expect(json.error.resets_at - Date.now() / 1000).toBeLessThan(7210);
  });

  it.each([
    ['qwen-code, of hours', 'QwenCode/0.24.4 (linux; x64)', '7200', 402],
    ['qwen-code, of seconds', 'QwenCode/0.24.4 (linux; x64)', '7', 429],
    ['another client, of hours', 'OpenAI/JS 6.49.0', '7200', 429],
  ])('has the status on which its client acts: %s', async (_, agent, wait, status) => {
    const server = await startTestServer();
    const body = { error: { code: 'user_weekly_rate_limited', message: 'Weekly limit.' } };
    server.simulator.faults.add({ path: modelCall, status: 429, headers: { 'retry-after': wait }, body });
    const asked = createBody('chat-completions', 'gpt-4.1');
    const reply = await server.post('/v1/chat/completions', asked, { 'user-agent': agent });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, wait]);
    expect(await reply.text()).toContain('Weekly limit. Try again in');
  });

  it('of seconds leaves Codex to wait', async () => {
    const way = ['responses', '/v1/responses', 'gpt-5.4'] as const;
    const { json } = await failAlways({ status: 429, headers: { 'retry-after': '7' } }, way);
    expect(json.error.type).toBe('rate_limit_error');
    expect(json.error.resets_at).toBeUndefined();
  });

  it('of the maker of the model, a 503, is passed on at once', async () => {
    const { reply, calls } = await failAlways(
      { status: 503, headers: { 'retry-after': '2' } },
      native,
      false,
    );
    expect([reply.status, reply.headers.get('retry-after'), calls]).toEqual([503, '2', 1]);
  });
});

describe.each(ways)('a call that gives no byte, on %s by %s of %s,', (...way) => {
  it.each<[string, Omit<Fault, 'path'>]>([
    ['whose connection breaks', { reset: true }],
    ['at a bad gateway', { status: 502, body: '' }],
  ])('%s is tried once more, and no SDK is asked to try again', async (_, fault) => {
    const { reply, calls } = await failAlways(fault, way);
    expect(calls).toBe(2);
    expect(reply.status).toBe(502);
    expect(reply.headers.get('x-should-retry')).toBe('false');
  });
});

describe('a call that fails', () => {
  const [native, translated] = ways;

  it.each([
    ['passed on, is told', native, 1],
    ['translated, is tried once more', translated, 2],
  ])('with a stream that ends before its first word, %s', async (_, way, tries) => {
    const { reply, calls } = await failAlways({ transport: { cutAfterEvents: 0 } }, way);
    expect([reply.status, calls]).toEqual([408, tries]);
  });

  it('once is answered by the second try', async () => {
    const server = await startTestServer();
    server.simulator.faults.add({ path: modelCall, reset: true });
    const reply = await server.post('/v1/responses', createBody('responses', 'gpt-5.4'));
    expect([reply.status, server.modelCalls().length]).toEqual([200, 2]);
  });

  it.each([
    ['an error of the service', { status: 500, body: { error: { message: 'Oops.' } } }, 500],
    ['a mistake', { status: 400, body: { error: { message: 'No.' } } }, 400],
  ])('with %s is passed on after one call', async (_, fault, status) => {
    const { reply, calls } = await failAlways(fault, native);
    expect([reply.status, calls]).toEqual([status, 1]);
  });
});
