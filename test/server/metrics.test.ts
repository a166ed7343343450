import { describe, expect, it } from 'vitest';
import { createMetrics, createMetricsRoute } from '../../src/server/metrics.ts';
import type { LiveAnswer } from '../../src/server/services.ts';
import { createAnswer } from './answers.ts';
import { serveRoutes } from './serve-routes.ts';

function createCounted(live: LiveAnswer[] = []) {
  return createMetrics({
    live: () => live,
    queue: () => ({ active: 3, queued: 2 }),
    memory: () => ({ rss: 1000, heapUsed: 500 }),
  });
}

const readLines = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('#'));

describe('the metrics', () => {
  it('count requests, answers, tokens and credits', () => {
    const metrics = createCounted();
    metrics.countRequest({ method: 'POST', route: '/messages', status: 200 });
    metrics.countRequest({ method: 'POST', route: '/messages', status: 200 });
    metrics.countRequest({ method: 'PROPFIND', route: undefined, status: 405 });
    metrics.record(createAnswer());
    const usage = { ...createAnswer().usage, credits: undefined, estimatedCredits: 0.25 };
    metrics.record(createAnswer({ usage: usage as never }));
    expect(readLines(metrics.format())).toEqual(
      expect.arrayContaining([
        'copilot_cli_requests_total{method="POST",route="/messages",status="200"} 2',
        'copilot_cli_requests_total{method="other",route="none",status="405"} 1',
        'copilot_cli_answers_total{dialect="messages",endpoint="/v1/messages",model="claude-sonnet-5",initiator="user",status="200"} 2',
        'copilot_cli_tokens_total{model="claude-sonnet-5",kind="input"} 200',
        'copilot_cli_tokens_total{model="claude-sonnet-5",kind="cached"} 80',
        'copilot_cli_tokens_total{model="claude-sonnet-5",kind="output"} 40',
        'copilot_cli_tokens_total{model="claude-sonnet-5",kind="reasoning"} 10',
        'copilot_cli_credits_total{model="claude-sonnet-5",estimated="false"} 0.5',
        'copilot_cli_credits_total{model="claude-sonnet-5",estimated="true"} 0.25',
      ]),
    );
  });

  it('count premium requests of an account that has those', () => {
    const metrics = createCounted();
    const usage = { ...createAnswer().usage, credits: undefined, premiumRequests: 0.33 };
    metrics.record(createAnswer({ usage: usage as never }));
    expect(readLines(metrics.format())).toContain(
      'copilot_cli_premium_requests_total{model="claude-sonnet-5"} 0.33',
    );
    expect(metrics.format()).not.toMatch(/credits_total\{/);
  });

  it('show what goes on now', () => {
    const begun = { id: 'a', caller: 'ann', model: 'm', dialect: 'messages', startedAt: 0 } as const;
    const live: LiveAnswer[] = [
      { ...begun, state: 'streaming' },
      { ...begun, state: 'streaming' },
      { ...begun, state: 'queued' },
    ];
    expect(readLines(createCounted(live).format())).toEqual(
      expect.arrayContaining([
        'copilot_cli_live_answers{state="queued"} 1',
        'copilot_cli_live_answers{state="waiting"} 0',
        'copilot_cli_live_answers{state="streaming"} 2',
        'copilot_cli_active_calls 3',
        'copilot_cli_queue_length 2',
        'process_resident_memory_bytes 1000',
        'nodejs_heap_size_used_bytes 500',
      ]),
    );
  });

  it('have a histogram whose buckets hold those below them', () => {
    const metrics = createCounted();
    for (const firstByteMs of [50, 250, 900, 500_000, undefined])
      metrics.record(createAnswer({ firstByteMs }));
    const lines = readLines(metrics.format()).filter((line) => line.includes('first_byte'));
    expect(lines).toEqual([
      ...[
        ['0.1', 1],
        ['0.25', 2],
        ['0.5', 2],
        ['1', 3],
        ['2', 3],
        ['4', 3],
        ['8', 3],
        ['15', 3],
        ['30', 3],
        ['60', 3],
        ['120', 3],
        ['+Inf', 4],
      ].map(([bound, count]) => `copilot_cli_first_byte_seconds_bucket{le="${bound}"} ${count}`),
      'copilot_cli_first_byte_seconds_sum 501.2',
      'copilot_cli_first_byte_seconds_count 4',
    ]);
  });

  it('stay small, whatever callers ask for', () => {
    const metrics = createCounted();
    for (let at = 0; at < 2000; at += 1) metrics.record(createAnswer({ model: `model-${at}` }));
    for (let at = 0; at < 10; at += 1)
      metrics.record(createAnswer({ model: `none-${at}`, failure: 'model', status: 404 }));
    const lines = readLines(metrics.format()).filter((line) => line.startsWith('copilot_cli_answers_total'));
    expect(lines).toHaveLength(501);
    const sum = lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
    expect(sum).toBe(2010);
    expect(metrics.format()).not.toContain('none-');
  });

  it('tell no secret, no caller and no session, and cannot be broken by a name', () => {
    const metrics = createCounted();
    metrics.record(createAnswer({ caller: 'canary', session: 'canary', model: 'ghu_canary01234 "}\n\\ 1' }));
    const text = metrics.format();
    expect(text).not.toContain('canary');
    expect(text).toContain('model="[secret] \\"} \\\\ 1"');
  });

  it('are in the text format of Prometheus', async () => {
    const metrics = createCounted();
    metrics.record(createAnswer());
    const ask = await serveRoutes([createMetricsRoute(metrics)]);
    const { headers, text } = await ask('GET', '/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.endsWith('\n')).toBe(true);
    const line =
      /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? -?[\d.e+-]+)$/;
    expect(
      text
        .trimEnd()
        .split('\n')
        .filter((one) => !line.test(one)),
    ).toEqual([]);
  });
});
