import { randomBytes } from 'node:crypto';
import type { QuotaUnit } from '../../copilot/account.ts';
import { toOneLine } from '../../terminal-text.ts';
import { type Call, writeBody, writeJson } from '../call.ts';
import { prefersHtml, toPageHeaders } from '../failure-page.ts';
import { type Route, toRoute } from '../router.ts';
import type { Services } from '../services.ts';
import type { KeptUsageLog } from './usage-log.ts';
import { formatUsagePage } from './usage-page.ts';
import { toDetails, toSummary } from './usage-views.ts';

/** Usage as JSON and as a page, and the routes that reset it. */
export function createUsageRoutes(usage: KeptUsageLog): Route[] {
  const writeSummary = async (call: Call): Promise<void> =>
    writeJson(call, 200, toSummary(await usage.read()));
  return [
    toRoute('GET', '/usage', 'Usage: a page for browsers, else the summary', async (call, services) => {
      if (!prefersHtml(call.headers.accept)) return writeSummary(call);
      const nonce = randomBytes(18).toString('base64url');
      writeHtml(
        call,
        formatUsagePage(await usage.read(), { now: services.now(), nonce, unit: await findUnit(services) }),
        nonce,
      );
    }),
    toRoute('GET', '/usage/summary', 'Usage in total and by model', writeSummary),
    toRoute('GET', '/usage/details', 'Usage by session', async (call) =>
      writeJson(call, 200, toDetails(await usage.read())),
    ),
    toRoute(
      'POST',
      '/usage/reset/:sessionId',
      'Reset the usage of a session, by the beginning of its id',
      (call) => resetSession(call, usage),
    ),
    toRoute('POST', '/usage/reset-all', 'Reset all usage', async (call) => {
      await usage.forget();
      writeJson(call, 200, { success: true, message: 'All usage was reset.' });
    }),
  ];
}

async function resetSession(call: Call, usage: KeptUsageLog): Promise<void> {
  const wanted = call.params.sessionId ?? '';
  const shown = toOneLine(wanted).slice(0, 120);
  const ids = [...(await usage.read()).sessions.keys()];
  const found = ids.includes(wanted) ? [wanted] : ids.filter((id) => wanted !== '' && id.startsWith(wanted));
  const [id] = found;
  if (id === undefined) {
    const message = `There is no session whose id begins with "${shown}".`;
    writeJson(call, 404, { error: { message, code: 'session_not_found' } });
  } else if (found.length > 1) {
    const message = `${found.length} sessions have an id that begins with "${shown}"; send more of it.`;
    writeJson(call, 409, { error: { message, code: 'session_ambiguous' } });
  } else {
    await usage.forget([id]);
    writeJson(call, 200, { success: true, message: `The usage of session ${id} was reset.` });
  }
}

/** What the account is billed in; undefined if nobody is signed in, or nobody knows. */
async function findUnit({ connect }: Pick<Services, 'connect'>): Promise<QuotaUnit | undefined> {
  try {
    return (await (await connect()).findBilling()).unit;
  } catch {
    return undefined;
  }
}

function writeHtml(call: Call, page: string, nonce: string): void {
  writeBody(call, 200, 'text/html; charset=utf-8', page, toPageHeaders(nonce));
}
