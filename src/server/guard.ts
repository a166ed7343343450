import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CliError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';

export type GuardOptions = {
  /** The address that the server listens on. */
  host: string;
  /** Demanded of every caller; undefined only on loopback, where any key will do. */
  apiKey: string | undefined;
  /** Pages that may call from a browser, as `https://example.com`, and other names of this machine, as `http://host.docker.internal:4141`. */
  allowedOrigins: readonly string[];
};

export type Guard = {
  /** Throws CliError `forbidden` for a request that a page of somebody else's sent, by whatever name. */
  checkSender(headers: IncomingHttpHeaders): void;
  /** Throws CliError `auth_required` where a key is demanded and this is another one, or none. */
  checkKey(headers: IncomingHttpHeaders): void;
};

/**
 * Keeps out web pages: one of a stranger can make the browser of whoever looks at it send requests to this machine, under a foreign `Origin`,
 * or under a name of its own that it has made to mean this machine (DNS rebinding), which then stands in `Host`.
 */
export function createGuard({ host, apiKey, allowedOrigins }: GuardOptions): Guard {
  const expected = apiKey === undefined ? undefined : digest(apiKey);
  const allowedHosts = allowedOrigins.map((origin) => new URL(origin).hostname);

  function checkHost(given: string | undefined): void {
    const name = toHostName(given);
    if (name === undefined) throw refuse(`the Host header ${given ?? ''} is not understood`);
    if (isLoopback(name) || name === host || `[${host}]` === name || allowedHosts.includes(name)) return;
    // A strange page may have made its name mean this machine, but it lacks the key.
    if (expected) return;
    throw refuse(`${name} is not a name of this server`);
  }

  return {
    checkSender(headers) {
      checkHost(headers.host);
      const { origin } = headers;
      if (origin !== undefined && allowedOrigins.includes(origin)) return;
      if (origin !== undefined && !isOwnOrigin(origin, headers.host))
        throw refuse(`pages of ${origin} may not call this server`);
      const site = headers['sec-fetch-site'];
      if (site === 'cross-site' || site === 'same-site')
        throw refuse('pages of other sites may not call this server');
    },
    checkKey(headers) {
      if (!expected) return;
      const given = readKey(headers);
      if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
      throw new CliError(
        'auth_required',
        given === undefined ? 'a key is needed here' : 'the key is not the one of this server',
        {
          hint: 'Send the key that the server was started with, as "Authorization: Bearer KEY" or "x-api-key: KEY".',
        },
      );
    },
  };
}

/** The key of a caller, wherever its client puts it. A browser asks a person for it, as the password. */
export function readKey(headers: IncomingHttpHeaders): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)\s*$/.exec(headers.authorization ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
}

/** `localhost` of `localhost:4141`; undefined for what is no host. */
function toHostName(given: string | undefined): string | undefined {
  if (given === undefined || !/^[\w.:[\]-]+$/.test(given)) return undefined;
  try {
    return new URL(`http://${given}`).hostname;
  } catch {
    return undefined;
  }
}

/** A page of this server's own. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}`;
}

/** Of one length, so that they can be compared in the same time whatever they are. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function refuse(message: string): CliError {
  return new CliError('forbidden', message, {
    hint: 'This server answers programs on this machine. To let others in: copilot-cli serve --allow-origin ORIGIN, or --api-key KEY where only the name is foreign.',
  });
}
