import type { IncomingMessage } from 'node:http';
import { escapeHtml } from '../output/escape-html.ts';

type PageFailure = { status: number; message: string };

/** Whether a person reads the reply: the header names HTML and does not prefer JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  const weights = new Map(
    (accept ?? '').split(',').map((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [type, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
  return (
    (weights.get('text/html') ?? 0) > 0 &&
    (weights.get('text/html') ?? 0) >= (weights.get('application/json') ?? 0)
  );
}

/**
 * Headers of every page: it loads nothing from elsewhere and is shown in no frame. `nonce` marks the style and the script that it has; the
 * script may ask this server.
 */
export function toPageHeaders(nonce?: string): Record<string, string> {
  const own =
    nonce === undefined
      ? ''
      : `style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; `;
  return {
    'content-security-policy': `default-src 'none'; ${own}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    vary: 'accept',
  };
}

/** A failure for a person with a browser: what happened, and where to go. */
export function formatFailurePage(
  { status, message }: PageFailure,
  { url, headers }: IncomingMessage,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>copilot-cli: ${status}</title>
</head>
<body>
<h1>${describeStatus(status)}</h1>
<p>${escapeHtml(message)}</p>
${describeWayOut(status, url, headers['sec-fetch-site'])}
</body>
</html>
`;
}

function describeStatus(status: number): string {
  if (status === 401) return 'This server needs its key';
  if (status === 403) return 'This page does not open from another site';
  return status === 404 ? 'There is nothing here' : 'That did not work';
}

function describeWayOut(status: number, url = '/', site: string | string[] | undefined): string {
  const again = /^\/(?!\/)/.test(url) && url.length < 200 ? escapeHtml(url) : '/usage';
  if (status === 401)
    return `<p><a href="${again}">Try again</a>. When the browser asks, leave the user name as you like and enter the key of the server as the password: what follows <code>--api-key</code>, or <code>COPILOT_CLI_SERVER_KEY</code>.</p>`;
  if (status === 403 && site !== undefined)
    return `<p>If you followed a link and want to see the page: <a href="${again}">open it</a>.</p>`;
  return '<p><a href="/usage">Usage of this server</a></p>';
}
