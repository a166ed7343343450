import type { IncomingHttpHeaders } from 'node:http';
import { CliError } from '../errors.ts';
import { joinSentences } from '../hint.ts';
import { maskSecrets } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import type { HttpProxy } from './network-error.ts';

/** The parts of an answer that tell who gave it. */
export type AnswerHead = { status: number; headers: IncomingHttpHeaders };

const maxTitleLength = 80;
/** What only a proxy or a gateway answers: a password for itself, and the sign-in to a network (RFC 6585). */
const gatewayStatuses = new Set([407, 511]);

/** Statuses under which GitHub itself sends pages, with a request id; its server errors may be pages without one. */
const pageStatuses = new Set([404, 429]);

/** Whether somebody between us and an API answered in its place: with a redirect, or with a page. */
export function isIntercepted(head: AnswerHead): boolean {
  const { status, headers } = head;
  if (gatewayStatuses.has(status) || (status >= 300 && status < 400)) return true;
  return !mayBePage(head) && /^\s*(?:text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');
}

/** The same, by a body that does not say what it is. */
export function isPage(head: AnswerHead, text: string): boolean {
  return !mayBePage(head) && /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text);
}

function mayBePage({ status, headers }: AnswerHead): boolean {
  return status >= 500 || (pageStatuses.has(status) && headers['x-github-request-id'] !== undefined);
}

/** The error for such an answer. `page` is what is known of its body, `proxy` the one that is set for the protocol. */
export function createInterceptionError(
  url: URL,
  { status, headers }: AnswerHead,
  page: string,
  proxy: HttpProxy | undefined,
): CliError {
  const title = readTitle(page);
  const target = readTarget(headers.location, url);
  const said = [
    ...(title === undefined ? [] : [`with the page "${title}"`]),
    ...(target === undefined ? [] : [`with a redirect to ${target}`]),
  ];
  const answer = said.length === 0 ? 'with a page of its own' : said.join(' and ');
  const way = proxy === undefined ? '' : `${proxy.variable} names the proxy ${proxy.address}.`;
  return new CliError(
    'network',
    `something between you and ${url.host} answered in its place, ${answer} (status ${status})`,
    {
      hint: joinSentences(
        way,
        `If a proxy or a network sign-in is in the way, open ${url.origin} in a browser, or ask whoever runs the network to let the program through.`,
      ),
      details: { host: url.host, answered_status: status, page_title: title },
    },
  );
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The title of a page: somebody else's words, on one line and cut. */
function readTitle(page: string): string | undefined {
  const raw = /<title\b[^>]{0,200}>([^<]{1,2000})/i.exec(page)?.[1] ?? '';
  const decoded = raw.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi,
    (whole, decimal, hex, name) =>
      name === undefined
        ? toCharacter(Number(decimal ?? `0x${hex}`))
        : (entities[name.toLowerCase()] ?? whole),
  );
  const title = Array.from(maskSecrets(toOneLine(decoded)));
  if (title.length === 0) return undefined;
  return title.length <= maxTitleLength ? title.join('') : `${title.slice(0, maxTitleLength - 1).join('')}…`;
}

function toCharacter(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** The host alone: what follows may hold a token for the page. */
function readTarget(location: string | undefined, url: URL): string | undefined {
  if (location === undefined || !URL.canParse(location, url.href)) return undefined;
  return new URL(location, url).host || undefined;
}
