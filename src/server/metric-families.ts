export type Labels = Readonly<Record<string, string>>;
type Sample = { name: string; labels: Labels; value: number };

/** What is told under one name, in the text format of Prometheus. */
export type Family = {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: Sample[];
};

export type Counter = { add(labels: Labels, amount?: number): void; read(): Family };

/** More combinations of labels than this are counted under `other`: some labels are what callers say. */
const maxSeries = 500;
const maxValueLength = 100;

export function createCounter(name: string, help: string): Counter {
  const series = new Map<string, { labels: Labels; value: number }>();

  function find(labels: Labels): { labels: Labels; value: number } {
    const key = JSON.stringify(labels);
    const known = series.get(key);
    if (known) return known;
    const other = Object.fromEntries(Object.keys(labels).map((label) => [label, 'other']));
    if (series.size >= maxSeries && key !== JSON.stringify(other)) return find(other);
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

export type Histogram = { observe(value: number): void; read(): Family };

/** `bounds` ascend; what is above the last one is counted under `+Inf`. */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
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

export function toGauge(name: string, help: string, values: readonly (readonly [Labels, number])[]): Family {
  return { name, help, type: 'gauge', samples: values.map(([labels, value]) => ({ name, labels, value })) };
}

/** The text format of Prometheus, version 0.0.4. */
export function formatFamilies(families: readonly Family[]): string {
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
