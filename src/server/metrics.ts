import { maskSecrets } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import type { Route } from './call.ts';
import { createCounter, createHistogram, formatFamilies, toGauge } from './metric-families.ts';
import { writeBody } from './reply.ts';
import type { AnswerRecord, LiveAnswer } from './services.ts';

export type MetricsOptions = {
  live: () => readonly LiveAnswer[];
  queue: () => { active: number; queued: number };
  /** In bytes. */
  memory: () => { rss: number; heapUsed: number };
};

export type Metrics = {
  /** To be called once for each request, whatever came of it. `route` is the path of its route, undefined where there is none. */
  countRequest(request: { method: string; route: string | undefined; status: number }): void;
  record(answer: AnswerRecord): void;
  /** In the text format of Prometheus. */
  format(): string;
};

const firstByteBounds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
const states: LiveAnswer['state'][] = ['queued', 'waiting', 'streaming'];

/** Counts since the start of the server. Nothing is told by caller or by session. */
export function createMetrics({ live, queue, memory }: MetricsOptions): Metrics {
  const requests = createCounter('copilot_cli_requests_total', 'Requests by route and status.');
  const answers = createCounter(
    'copilot_cli_answers_total',
    'Answers of models by the dialect of the caller, the endpoint asked, the model and the status.',
  );
  const tokens = createCounter(
    'copilot_cli_tokens_total',
    'Tokens by model and kind; cached and cache_write are parts of input, reasoning is a part of output.',
  );
  const credits = createCounter(
    'copilot_cli_credits_total',
    'AI credits by model, as the service told them or as reckoned here.',
  );
  const premiumRequests = createCounter(
    'copilot_cli_premium_requests_total',
    'Premium requests by model, as reckoned here, for accounts that count those.',
  );
  const firstByte = createHistogram(
    'copilot_cli_first_byte_seconds',
    'Time from a request to the first byte of its answer.',
    firstByteBounds,
  );

  return {
    countRequest({ method, route, status }) {
      const known = ['GET', 'HEAD', 'POST', 'OPTIONS'].includes(method) ? method : 'other';
      requests.add({ method: known, route: route ?? 'none', status: String(status) });
    },
    record(answer) {
      const model = toModelLabel(answer);
      const { dialect, endpoint, status, usage } = answer;
      answers.add({ dialect, endpoint, model, status: String(status) });
      if (answer.firstByteMs !== undefined) firstByte.observe(answer.firstByteMs / 1000);
      const kinds = {
        input: usage?.inputTokens,
        cached: usage?.cachedInputTokens,
        cache_write: usage?.cacheWriteTokens,
        output: usage?.outputTokens,
        reasoning: usage?.reasoningTokens,
      };
      for (const [kind, count] of Object.entries(kinds)) if (count) tokens.add({ model, kind }, count);
      const amount = usage?.credits ?? usage?.estimatedCredits;
      if (amount) credits.add({ model, estimated: String(usage?.credits === undefined) }, amount);
      if (usage?.premiumRequests) premiumRequests.add({ model }, usage.premiumRequests);
    },
    format() {
      const { active, queued } = queue();
      const { rss, heapUsed } = memory();
      const now = live();
      const byState = states.map(
        (state) => [{ state }, now.filter((answer) => answer.state === state).length] as const,
      );
      return formatFamilies([
        requests.read(),
        answers.read(),
        tokens.read(),
        credits.read(),
        premiumRequests.read(),
        firstByte.read(),
        toGauge('copilot_cli_live_answers', 'Answers that are under way, by state.', byState),
        toGauge('copilot_cli_active_calls', 'Calls that the gate has let in.', [[{}, active]]),
        toGauge('copilot_cli_queue_length', 'Calls that wait at the gate.', [[{}, queued]]),
        toGauge('process_resident_memory_bytes', 'Resident memory of the process.', [[{}, rss]]),
        toGauge('nodejs_heap_size_used_bytes', 'Memory that JavaScript uses.', [[{}, heapUsed]]),
      ]);
    },
  };
}

/** A model that does not exist has any name that a caller thinks of. */
function toModelLabel({ model, failure }: AnswerRecord): string {
  return failure === 'model' ? 'other' : maskSecrets(toOneLine(model));
}

/** `GET /metrics`. */
export function createMetricsRoute(metrics: Metrics): Route {
  return {
    method: 'GET',
    path: '/metrics',
    summary: 'Counts since the start, for Prometheus',
    dialect: 'chat-completions',
    async handle(call) {
      writeBody(call, 200, 'text/plain; version=0.0.4; charset=utf-8', metrics.format());
    },
  };
}
