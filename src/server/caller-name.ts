import { createHash } from 'node:crypto';

/** Names a caller without telling his key: `caller-` and 12 hexadecimal digits. */
export function toCallerName(caller: string): string {
  return `caller-${createHash('sha256').update(caller).digest('hex').slice(0, 12)}`;
}
