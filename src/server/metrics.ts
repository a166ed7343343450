import { maskSecrets } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import { writeBody } from './call.ts';
import { type Route, toRoute } from './router.ts';
import type { AnswerRecord, LiveAnswer } from './services.ts';

type MetricsOptions = {
  live: () => readonly LiveAnswer[];
  queue: () => { active: number; queued: number };
  /** In bytes. */
  memory: () => { rss: number; heapUsed: number };
};

type Metrics = {
  /** Call once for each request. `route` is the route's path, undefined if there is none. */
  countRequest(request: { method: string; route: string | undefined; status: number }): void;
  record(answer: AnswerRecord): void;
  /** In the text format of Prometheus. */
  format(): string;
};

const firstByteBounds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
const states: LiveAnswer['state'][] = ['queued', 'waiting', 'streaming'];

/** Counts since the start of the server, none of them by caller or by session. */
export function createMetrics({ live, queue, memory }: MetricsOptions): Metrics {
  const requests = createCounter('copilot_cli_requests_total', 'Requests by route and status.');
  const answers = createCounter(
    'copilot_cli_answers_total',
    'Answers of models by the dialect of the caller, the endpoint asked, the model, who began them and the status.',
  );
  const tokens = createCounter(
    'copilot_cli_tokens_total',
    'Tokens by model and kind; cached and cache_write are parts of input, reasoning is a part of output.',
  );
  const credits = createCounter(
    'copilot_cli_credits_total',
    'AI credits by model, as the service reported them or as estimated here.',
  );
  const premiumRequests = createCounter(
    'copilot_cli_premium_requests_total',
    'Premium requests by model, as estimated here, for accounts that count those.',
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
      const { dialect, endpoint, initiator, status, usage } = answer;
      answers.add({ dialect, endpoint, model, initiator, status: String(status) });
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
        toGauge('copilot_cli_live_answers', 'Answers in progress, by state.', byState),
        toGauge('copilot_cli_active_calls', 'Calls that the gate has let through.', [[{}, active]]),
        toGauge('copilot_cli_queue_length', 'Calls that wait at the gate.', [[{}, queued]]),
        toGauge('process_resident_memory_bytes', 'Resident memory of the process.', [[{}, rss]]),
        toGauge('nodejs_heap_size_used_bytes', 'Memory that JavaScript uses.', [[{}, heapUsed]]),
      ]);
    },
  };
}

/** A model that does not exist can have any name, so all such share one label. */
function toModelLabel({ model, failure }: AnswerRecord): string {
  return failure === 'model' ? 'other' : maskSecrets(toOneLine(model));
}

/** `GET /metrics`. */
export function createMetricsRoute(metrics: Metrics): Route {
  return toRoute('GET', '/metrics', 'Counts since the start, for Prometheus', async (call) =>
    writeBody(call, 200, 'text/plain; version=0.0.4; charset=utf-8', metrics.format()),
  );
}

type Labels = Readonly<Record<string, string>>;
type Sample = { name: string; labels: Labels; value: number };

/** All samples of one metric, in the text format of Prometheus. */
type Family = {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: Sample[];
};

type Counter = { add(labels: Labels, amount?: number): void; read(): Family };

/** Combinations of labels beyond this number are counted under `other`: callers choose some labels. */
const maxSeries = 500;
const maxValueLength = 100;

function createCounter(name: string, help: string): Counter {
  const series = new Map<string, { labels: Labels; value: number }>();

  function find(labels: Labels): { labels: Labels; value: number } {
    // A counter has the same labels each time.
    const key = Object.values(labels).join('\n');
    const known = series.get(key);
    if (known) return known;
    const other = Object.fromEntries(Object.keys(labels).map((label) => [label, 'other']));
    if (series.size >= maxSeries && key !== Object.values(other).join('\n')) return find(other);
    const created = { labels, value: 0 };
    series.set(key, created);
    return created;
  }

  return {
    add(labels, amount = 1) {
      find(labels).value += amount;
    },
    read: () => ({
      name,
      help,
      type: 'counter',
      samples: [...series.values()].map((one) => ({ name, ...one })),
    }),
  };
}

type Histogram = { observe(value: number): void; read(): Family };

/** `bounds` ascend; values above the last one are counted under `+Inf`. */
function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe(value) {
      count += 1;
      sum += value;
      for (const [at, bound] of bounds.entries()) if (value <= bound) counts[at] = (counts[at] ?? 0) + 1;
    },
    read: () => ({
      name,
      help,
      type: 'histogram',
      samples: [
        ...bounds.map((bound, at) => toBucket(name, String(bound), counts[at] ?? 0)),
        toBucket(name, '+Inf', count),
        { name: `${name}_sum`, labels: {}, value: sum },
        { name: `${name}_count`, labels: {}, value: count },
      ],
    }),
  };
}

function toBucket(name: string, le: string, value: number): Sample {
  return { name: `${name}_bucket`, labels: { le }, value };
}

function toGauge(name: string, help: string, values: readonly (readonly [Labels, number])[]): Family {
  return { name, help, type: 'gauge', samples: values.map(([labels, value]) => ({ name, labels, value })) };
}

/** The text format of Prometheus, version 0.0.4. */
function formatFamilies(families: readonly Family[]): string {
  return families
    .map(({ name, help, type, samples }) =>
      [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(formatSample)].join('\n'),
    )
    .map((family) => `${family}\n`)
    .join('');
}

function formatSample({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeValue(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeValue(text: string): string {
  return text
    .slice(0, maxValueLength)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');
}
