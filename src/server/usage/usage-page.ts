import type { QuotaSnapshot, QuotaUnit } from '../../copilot/account.ts';
import { formatAge } from '../../output/age.ts';
import { escapeHtml } from '../../output/escape-html.ts';
import { formatAmount, formatCost } from '../../output/money.ts';
import { formatQuota } from '../../output/usage.ts';
import {
  type Counts,
  countCredits,
  countTokens,
  formatCounts,
  formatNumber,
  type ModelCounts,
  sumCounts,
} from './counts.ts';
import { type Session, toHour, type UsageState } from './usage-state.ts';
import { listHours, listSessions, toModels } from './usage-views.ts';

const shownHours = 24;
const shownSessions = 50;

/** The usage as a page with nothing to load but itself, which it does by itself; its style and its script carry `nonce`. */
export function formatUsagePage(
  state: UsageState,
  { now, nonce, unit }: { now: number; nonce: string; unit: QuotaUnit | undefined },
): string {
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
<noscript><meta http-equiv="refresh" content="30"></noscript>
<script nonce="${escapeHtml(nonce)}" type="module">${usageScript}</script>
</head>
<body>
<h1>Usage of copilot-cli</h1>
${formatTotals(sumCounts(models.values()), state)}
${state.quota ? formatQuotaMeter(state.quota.snapshot, unit) : ''}
<h2>Models</h2>
${isEmpty ? '<p class="soft">No model was asked yet.</p>' : `<ul>\n${formatModelChart(models)}\n</ul>`}
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
${tile('Requests', formatNumber(counts.requests), describeRequests(counts))}
${tile('Tokens in', formatNumber(counts.inputTokens), `${formatNumber(counts.cachedInputTokens)} from a cache`)}
${tile('Tokens out', formatNumber(counts.outputTokens), `${formatNumber(counts.reasoningTokens)} for reasoning`)}
${[
  ...(countsRequests(counts) && credits === 0
    ? []
    : [tile('Credits', formatAmount(credits, { isEstimated }), isEstimated ? 'partly estimated here' : '')]),
  ...(countsRequests(counts)
    ? [tile('Premium requests', formatAmount(premiumRequests, { isEstimated: true }), 'estimated here')]
    : []),
].join('\n')}
${tile('Sessions', formatNumber(count))}
</dl>`;
}

/** `12 by you, 108 by agents, 3 failed`. */
function describeRequests({ requests, personRequests, failures }: Counts): string {
  const parts = [
    `${formatNumber(personRequests)} by you`,
    `${formatNumber(requests - personRequests)} by agents`,
    ...(failures > 0 ? [`${formatNumber(failures)} failed`] : []),
  ];
  return parts.join(', ');
}

/** Accounts that count premium requests have no credits, unless another account was used before. */
function countsRequests({ premiumRequests }: Counts): boolean {
  return premiumRequests > 0;
}

function formatQuotaMeter(quota: QuotaSnapshot, unit: QuotaUnit | undefined): string {
  const width = Math.max(0, Math.min(100, quota.percentRemaining));
  const meter =
    quota.entitlement === undefined
      ? ''
      : `\n<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="4"/><rect class="bar" width="${width}" height="4"/></svg>`;
  return `<h2>Quota</h2>\n<p>${escapeHtml(formatQuota(quota, unit).replace(/^quota: /, ''))}</p>${meter}`;
}

function formatSessions(state: UsageState, now: number): string {
  const sessions = listSessions(state);
  const rows = sessions.slice(0, shownSessions).map(([id, session]) => formatSession(id, session, now));
  const hidden = sessions.length - rows.length + state.folded.sessions;
  const rest =
    hidden === 0 ? '' : `\n<p class="soft">${formatNumber(hidden)} older ones are in the sums.</p>`;
  return `<div class="wide"><table>
<thead><tr><th>Session</th><th>Last asked</th><th>By you</th><th>By agents</th><th>Tokens</th><th>Cost</th></tr></thead>
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

function formatSession(id: string, session: Session, now: number): string {
  const { lastAt, models } = session;
  const counts = sumCounts(models.values());
  const time = new Date(lastAt).toISOString();
  const cells = [
    formatSessionName(id, session),
    `<time datetime="${time}">${formatAge(time, now)}</time>`,
    formatNumber(counts.personRequests),
    formatNumber(counts.requests - counts.personRequests),
    formatNumber(countTokens(counts)),
    describeCost(counts),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** `claude-cli in shop`, and the id below it; the id alone if the client says nothing of itself. */
function formatSessionName(id: string, { client, folder }: Session): string {
  if (client === undefined) return escapeHtml(id);
  const place = folder === undefined ? '' : ` in <b>${escapeHtml(folder)}</b>`;
  return `${escapeHtml(client)}${place}<small>${escapeHtml(id)}</small>`;
}

/** A row for each model, the most tokens first: its name and numbers, and below them a bar in proportion to the widest. */
function formatModelChart(models: ModelCounts): string {
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

/** A bar for each hour; its title has the numbers. */
function formatHourChart(hours: readonly { hour: number; counts: Counts }[]): string {
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

/** A value above 0 always has a visible bar. */
function toLength(value: number, most: number, length: number): number {
  return value === 0 ? 0 : Number(Math.max(1, (value / most) * length).toFixed(1));
}

/** `14:00 UTC`. */
function formatHour(hour: number): string {
  return `${new Date(hour * 3_600_000).toISOString().slice(11, 16)} UTC`;
}

/** Takes the present page from the server every few seconds while somebody can see it. */
const usageScript = `
let shown;
const update = async () => {
  if (document.hidden || getSelection()?.type === 'Range') return;
  const reply = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!reply.ok) return;
  const page = await reply.text();
  const body = page.slice(page.indexOf('<body>') + 6, page.lastIndexOf('</body>'));
  if (body !== shown) document.body.innerHTML = shown = body;
};
const tryUpdate = () => update().catch(() => {});
setInterval(tryUpdate, 5000);
document.addEventListener('visibilitychange', tryUpdate);
`;

/** Dark or light as the browser prefers; one column if there is no room for more. */
const usageStyle = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --ground: #fff; --text: #1f2328; --soft: #59636e; --line: #d1d9e0; --bar: #0969da; --bar-ground: #eff2f5; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --bar: #4493f8; --bar-ground: #1c2128; } }
* { box-sizing: border-box; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--text); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: 0; }
.soft, dt, li span, .axis { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0; }
dl div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
dd { margin: 0; font-size: 1.375rem; font-variant-numeric: tabular-nums; }
dd small, td small { display: block; font-size: .8125rem; color: var(--soft); }
ul { list-style: none; margin: 0; padding: 0; }
li { margin: 0 0 .75rem; overflow-wrap: anywhere; }
li p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
svg { display: block; width: 100%; height: .5rem; border-radius: .25rem; }
svg.hours { height: 8rem; border-radius: 0; }
.bar { fill: var(--bar); }
.ground { fill: var(--bar-ground); }
.axis { display: flex; justify-content: space-between; gap: 1rem; text-align: center; }
.axis span:not(:nth-child(2)) { flex: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .375rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
th { font-size: .875rem; font-weight: 600; color: var(--soft); }
@media (max-width: 40rem) {
  table, thead, tbody { display: block; }
  tr { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 3fr) repeat(3, minmax(0, 4fr)); align-items: end; column-gap: .5rem; border-bottom: 1px solid var(--line); padding: .375rem 0; }
  th, td { border: 0; padding: 0; white-space: normal; overflow-wrap: anywhere; }
  th:first-child, td:first-child { grid-column: 1 / -1; }
  th:nth-child(2), td:nth-child(2) { text-align: left; }
}
`;
