import { createFetchText } from '../../attachments/fetch-text.ts';
import type { Http } from '../../http/http.ts';
import type { JsonObject } from '../../json-value.ts';
import { type Plan, type Tool, ToolError } from '../tool.ts';
import { readCount, readText } from './input.ts';
import { planText, tellFailure } from './workspace.ts';

/** Called when a page is fetched. */
export type OpenHttp = () => Promise<{ http: Http; userAgent: string }>;

const usualText = 20_000;
const mostText = 40_000;
const longestUrl = 4000;

export function createFetchTool(openHttp: OpenHttp): Tool {
  return {
    name: 'web_fetch',
    title: 'Fetch a page',
    description:
      'Fetches a page of the web without signing in, and returns it as text. A redirect to another host is not followed, but told.',
    inputSchema: {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'The address: http or https.' },
        max_length: { type: 'integer', description: `Characters to return, ${usualText} if left out.` },
        start_index: { type: 'integer', description: 'The first character to return, counted from 0.' },
      },
      required: ['url'],
    },
    effect: 'network',
    plan: async (input) => planFetch(input, openHttp),
  };
}

function planFetch(input: JsonObject, openHttp: OpenHttp): Plan {
  const url = readUrl(readText(input, 'url'));
  const start = readCount(input, 'start_index', { least: 0, most: Number.MAX_SAFE_INTEGER, usual: 0 });
  const length = readCount(input, 'max_length', { least: 1, most: mostText, usual: usualText });
  const plan: Omit<Plan, 'run'> = {
    accesses: [{ kind: 'url', url: url.href }],
    summary: `web_fetch ${url.href}`,
  };
  return planText(plan, async ({ signal }) => {
    const fetchText = createFetchText({ ...(await openHttp()), signal, checkRedirect });
    const text = await tellFailure(fetchText(url.href));
    return cut(text, start, length);
  });
}

/** Throws ToolError for what is no page, and for a URL that hides its host behind a name. */
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
