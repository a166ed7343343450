import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { CliError } from '../errors.ts';
import { advise, flag, run } from '../hint.ts';
import { isLoopback } from '../loopback.ts';
import { keepLast } from '../once.ts';

/** Whoever sends the key uses the account; `account` is its id, `octocat@github.com`. */
export type AccountKey = { key: string; account: string };

type GuardOptions = {
  /** The address that the server listens on. */
  host: string;
  /** Every caller must send it, or one of `accountKeys`. Without either, which is only so on loopback, any key will do. */
  apiKey: string | undefined;
  /** Further keys, each of which stands for one account. */
  accountKeys?: readonly AccountKey[];
  /** Pages that may call from a browser, such as `https://example.com`, and other names of this machine, such as `http://host.docker.internal:4141`. */
  allowedOrigins: readonly string[];
};

export type Guard = {
  /** Throws CliError `forbidden` for a request from a page of another site. */
  checkSender(headers: IncomingHttpHeaders): void;
  /**
   * The account that the caller's key stands for; undefined if it is the key of the server, or the server demands none. Throws CliError
   * `auth_required` for a wrong or missing key.
   */
  checkKey(headers: IncomingHttpHeaders): string | undefined;
};

/** Keeps out web pages, which can call this machine with a foreign `Origin` or, by DNS rebinding, a foreign `Host`. */
export function createGuard({ host, apiKey, accountKeys = [], allowedOrigins }: GuardOptions): Guard {
  const expected: { digest: Buffer; account: string | undefined }[] = [
    ...(apiKey === undefined ? [] : [{ digest: digest(apiKey), account: undefined }]),
    ...accountKeys.map(({ key, account }) => ({ digest: digest(key), account })),
  ];
  const allowedHosts = allowedOrigins.map((origin) => new URL(origin).hostname);

  function checkHost(given: string | undefined): void {
    const name = toHostName(given);
    if (name === undefined) throw refuse(`the Host header ${given ?? ''} is not understood`);
    if (isLoopback(name) || name === host || `[${host}]` === name || allowedHosts.includes(name)) return;
    // A page that points its own name at this machine still lacks the key.
    if (expected.length > 0) return;
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
      if (expected.length === 0) return undefined;
      const given = readKey(headers);
      const sent = digest(given ?? '');
      // All are compared, so that the time tells nothing.
      const [known] = expected.filter((one) => timingSafeEqual(sent, one.digest));
      if (given !== undefined && known) return known.account;
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
function readKey(headers: IncomingHttpHeaders): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)\s*$/.exec(headers.authorization ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
}

/** `localhost` of `localhost:4141`; undefined if it is not a host. */
const toHostName = keepLast((given: string | undefined): string | undefined => {
  if (given === undefined || !/^[\w.:[\]-]+$/.test(given)) return undefined;
  try {
    return new URL(`http://${given}`).hostname;
  } catch {
    return undefined;
  }
});

/** Whether it is a page of this server. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}`;
}

/** Digests have one length, so that comparing them takes the same time for any key. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function refuse(message: string): CliError {
  return new CliError('forbidden', message, {
    hint: advise`This server answers programs on this machine. To let others in: ${run('serve --allow-origin ORIGIN')}, or ${flag('--api-key KEY')} if only the name is foreign.`,
  });
}

/** The client's name and a part of its key's digest: enough to tell callers apart, and not a secret. */
export function nameCaller({ headers }: IncomingMessage): string {
  const product = nameClient(headers) ?? 'unknown';
  const key = readKey(headers);
  const mark = key === undefined ? '' : `-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  return product + mark;
}

/** The client as its `user-agent` begins, without its version. */
export function nameClient(headers: IncomingHttpHeaders): string | undefined {
  return /^[\w.-]{1,40}/.exec(headers['user-agent'] ?? '')?.[0];
}

const sessionHeaders = [
  'x-claude-code-session-id',
  'session_id',
  'session-id',
  'x-session-id',
  'conversation_id',
];

/** The client's own name for its conversation, if it sends one. */
export function findSession({ headers }: IncomingMessage): string | undefined {
  const given = sessionHeaders
    .map((name) => headers[name])
    .find((value) => typeof value === 'string' && value !== '');
  return typeof given === 'string' ? given.replaceAll(/[^\w.:-]/g, '').slice(0, 80) || undefined : undefined;
}

/** A name for logs and counts that does not reveal who calls: `caller-` and 12 hexadecimal digits. */
export const toCallerName = keepLast(
  (caller: string) => `caller-${createHash('sha256').update(caller).digest('hex').slice(0, 12)}`,
);
