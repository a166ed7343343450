import type { QuotaSnapshot } from '../../copilot/quota-headers.ts';
import { formatAge } from '../../output/age.ts';
import { escapeHtml } from '../../output/escape-html.ts';
import { formatAmount, formatCost } from '../../output/money.ts';
import { formatQuota } from '../../output/usage.ts';
import { type Counts, countCredits, countTokens, sumCounts } from './counts.ts';
import { formatCounts, formatNumber } from './format-counts.ts';
import { formatHourChart, formatModelChart } from './usage-charts.ts';
import { type Session, toHour, type UsageState } from './usage-state.ts';
import { usageStyle } from './usage-style.ts';
import { listHours, listSessions, toModels } from './usage-views.ts';

const shownHours = 24;
const shownSessions = 50;

/** The usage as a page that runs nothing and loads nothing; its only style carries `nonce`. */
export function formatUsagePage(state: UsageState, { now, nonce }: { now: number; nonce: string }): string {
  const models = toModels(state);
  const hours = listHours(state, toHour(now), shownHours);
  const isEmpty = models.size === 0;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Usage of copilot-cli</title>
<style nonce="${escapeHtml(nonce)}">${usageStyle}</style>
</head>
<body>
<h1>Usage of copilot-cli</h1>
${formatTotals(sumCounts(models.values()), state)}
${state.quota ? formatQuotaMeter(state.quota.snapshot) : ''}
<h2>Models</h2>
${isEmpty ? '<p class="soft">Nothing was asked yet.</p>' : `<ul>\n${formatModelChart(models)}\n</ul>`}
<h2>Tokens in the last day</h2>
${formatHourChart(hours)}
<p class="axis"><span>${shownHours} hours ago</span><span>${formatCounts(sumCounts(hours.map(({ counts }) => counts)))}</span><span>now</span></p>
<h2>Sessions</h2>
${formatSessions(state, now)}
</body>
</html>
`;
}

function formatTotals(counts: Counts, { sessions, folded }: UsageState): string {
  const { credits, isEstimated } = countCredits(counts);
  const { premiumRequests } = counts;
  const tile = (name: string, value: string, note = ''): string =>
    `<div><dt>${name}</dt><dd>${value}${note && `<small>${note}</small>`}</dd></div>`;
  const count = sessions.size + folded.sessions;
  return `<dl>
${tile('Requests', formatNumber(counts.requests), counts.failures > 0 ? `${formatNumber(counts.failures)} failed` : '')}
${tile('Tokens in', formatNumber(counts.inputTokens), `${formatNumber(counts.cachedInputTokens)} from a cache`)}
${tile('Tokens out', formatNumber(counts.outputTokens), `${formatNumber(counts.reasoningTokens)} for reasoning`)}
${[
  ...(countsRequests(counts) && credits === 0
    ? []
    : [tile('Credits', formatAmount(credits, { isEstimated }), isEstimated ? 'partly reckoned here' : '')]),
  ...(countsRequests(counts)
    ? [tile('Premium requests', formatAmount(premiumRequests, { isEstimated: true }), 'reckoned here')]
    : []),
].join('\n')}
${tile('Sessions', formatNumber(count))}
</dl>`;
}

/** Accounts that do have no credits, unless another account was used before. */
function countsRequests({ premiumRequests }: Counts): boolean {
  return premiumRequests > 0;
}

function formatQuotaMeter(quota: QuotaSnapshot): string {
  const width = Math.max(0, Math.min(100, quota.percentRemaining));
  const meter =
    quota.entitlement === undefined
      ? ''
      : `\n<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="4"/><rect class="bar" width="${width}" height="4"/></svg>`;
  return `<h2>Quota</h2>\n<p>${escapeHtml(formatQuota(quota).replace(/^quota: /, ''))}</p>${meter}`;
}

function formatSessions(state: UsageState, now: number): string {
  const sessions = listSessions(state);
  const rows = sessions.slice(0, shownSessions).map(([id, session]) => formatSession(id, session, now));
  const hidden = sessions.length - rows.length + state.folded.sessions;
  const rest =
    hidden === 0 ? '' : `\n<p class="soft">${formatNumber(hidden)} older ones are in the sums.</p>`;
  return `<div class="wide"><table>
<thead><tr><th>Session</th><th>Last asked</th><th>Requests</th><th>Tokens</th><th>Cost</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>${rest}`;
}

function describeCost(counts: Counts): string {
  const { credits, isEstimated } = countCredits(counts);
  const { premiumRequests } = counts;
  const costs = [
    ...(credits === 0 && countsRequests(counts) ? [] : [formatCost({ credits, isEstimated })]),
    ...(countsRequests(counts) ? [formatCost({ premiumRequests })] : []),
  ];
  return costs.join(', ');
}

function formatSession(id: string, { lastAt, models }: Session, now: number): string {
  const counts = sumCounts(models.values());
  const time = new Date(lastAt).toISOString();
  const cells = [
    escapeHtml(id),
    `<time datetime="${time}">${formatAge(time, now)}</time>`,
    formatNumber(counts.requests),
    formatNumber(countTokens(counts)),
    describeCost(counts),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}
