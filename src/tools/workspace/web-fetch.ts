import { createFetchText } from '../../attachments/fetch-text.ts';
import type { JsonObject } from '../../json-value.ts';
import { maskSecrets } from '../../redact.ts';
import { type Plan, ToolError } from '../tool.ts';
import { mostText, usualPageText } from './definitions.ts';
import { readCount, readText } from './input.ts';
import { planText, tellFailure } from './plans.ts';
import type { Workspace } from './workspace.ts';

const longestUrl = 4000;

export async function planFetch(input: JsonObject, { openHttp }: Workspace): Promise<Plan> {
  const url = readUrl(readText(input, 'url'));
  const start = readCount(input, 'start_index', { least: 0, most: Number.MAX_SAFE_INTEGER, usual: 0 });
  const length = readCount(input, 'max_length', { least: 1, most: mostText, usual: usualPageText });
  const plan: Omit<Plan, 'run'> = {
    accesses: [{ kind: 'url', url: url.href }],
    summary: `web_fetch ${url.href}`,
  };
  return planText(plan, async ({ signal }) => {
    const fetchText = createFetchText({ ...(await openHttp()), signal, checkRedirect });
    const text = await tellFailure(fetchText(url.href));
    // Before it is cut: half a token or key would not be known for one. A number of a character is one of the masked page.
    return cut(maskSecrets(text), start, length);
  });
}

/** Throws ToolError for what is not a page, and for a URL that hides its host behind a name. */
function readUrl(text: string): URL {
  if (text.length > longestUrl) throw new ToolError('`url` is too long.');
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ToolError('`url` must be an address that begins with http:// or https://.');
  if (url.username !== '' || url.password !== '')
    throw new ToolError('`url` holds a user name or password. Leave it out.');
  url.hash = '';
  return url;
}

/** Who approved one host did not approve another; neither is the way back from https to http. */
function checkRedirect(from: URL, to: URL): void {
  const isSafe = to.protocol === 'https:' || from.protocol === to.protocol;
  if (to.hostname === from.hostname && to.port === from.port && isSafe) return;
  throw new ToolError(
    `${from.origin} redirects to ${to.origin}${to.pathname}${to.search}, which was not fetched. To go there, call web_fetch with that address.`,
  );
}

function cut(text: string, start: number, length: number): string {
  if (text === '') return '(empty page)';
  if (start >= text.length) throw new ToolError(`The page has ${text.length} characters.`);
  const piece = text.slice(start, start + length);
  const end = start + piece.length;
  const next =
    end < text.length
      ? `\n[Characters ${start} to ${end} of ${text.length}. For more: start_index ${end}.]`
      : '';
  return piece + next;
}
