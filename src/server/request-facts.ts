import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CliError } from '../errors.ts';
import { readKey } from './guard.ts';

/** Throws CliError `usage`. */
export function toUrl({ url = '/' }: IncomingMessage): URL {
  try {
    // A path of two slashes is a path, and no host.
    return new URL(url.startsWith('/') ? `http://localhost${url}` : url);
  } catch {
    throw new CliError('usage', 'the path is not understood', { details: { status: 400 } });
  }
}

/** What a client says it is, and a mark of its key: enough to part callers from each other, and no secret. */
export function nameCaller({ headers }: IncomingMessage): string {
  const product = /^[\w.-]{1,40}/.exec(headers['user-agent'] ?? '')?.[0] ?? 'unknown';
  const key = readKey(headers);
  const mark = key === undefined ? '' : `-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  return product + mark;
}

const sessionHeaders = [
  'x-claude-code-session-id',
  'session_id',
  'session-id',
  'x-session-id',
  'conversation_id',
];

/** The client's own name for its conversation. */
export function findSession({ headers }: IncomingMessage): string | undefined {
  const given = sessionHeaders
    .map((name) => headers[name])
    .find((value) => typeof value === 'string' && value !== '');
  return typeof given === 'string' ? given.replaceAll(/[^\w.:-]/g, '').slice(0, 80) || undefined : undefined;
}
