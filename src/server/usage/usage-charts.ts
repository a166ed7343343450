import { escapeHtml } from '../../output/escape-html.ts';
import { type Counts, countTokens } from './counts.ts';
import { formatCounts, formatNumber } from './format-counts.ts';
import type { ModelCounts } from './merge-counts.ts';

/** A row a model, the one with most tokens first: its name and numbers, and below them a bar that is as wide as its share of the widest. */
export function formatModelChart(models: ModelCounts): string {
  const rows = [...models].sort(([, a], [, b]) => countTokens(b) - countTokens(a));
  const most = Math.max(1, ...rows.map(([, counts]) => countTokens(counts)));
  return rows
    .map(([model, counts]) => {
      const width = toLength(countTokens(counts), most, 100);
      return `<li><p><b>${escapeHtml(model)}</b> <span>${formatCounts(counts)}</span></p>
<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="4"/><rect class="bar" width="${width}" height="4"/></svg></li>`;
    })
    .join('\n');
}

const hourHeight = 60;

/** A bar an hour; a bar's title tells its numbers. */
export function formatHourChart(hours: readonly { hour: number; counts: Counts }[]): string {
  const most = Math.max(1, ...hours.map(({ counts }) => countTokens(counts)));
  const bars = hours.map(({ hour, counts }, at) => {
    const height = toLength(countTokens(counts), most, hourHeight);
    const title = `<title>${formatHour(hour)}: ${formatCounts(counts)}</title>`;
    return `<g>${title}<rect class="ground" x="${at * 10}" width="9" height="${hourHeight}"/><rect class="bar" x="${at * 10}" y="${hourHeight - height}" width="9" height="${height}"/></g>`;
  });
  const box = `0 0 ${hours.length * 10 - 1} ${hourHeight}`;
  const label = `Tokens in each of the last ${hours.length} hours, ${formatNumber(most)} at most`;
  return `<svg class="hours" viewBox="${box}" preserveAspectRatio="none" role="img" aria-label="${label}">\n${bars.join('\n')}\n</svg>`;
}

/** What is there has a bar that can be seen. */
function toLength(value: number, most: number, length: number): number {
  return value === 0 ? 0 : Number(Math.max(1, (value / most) * length).toFixed(1));
}

/** `14:00 UTC`. */
function formatHour(hour: number): string {
  return `${new Date(hour * 3_600_000).toISOString().slice(11, 16)} UTC`;
}
