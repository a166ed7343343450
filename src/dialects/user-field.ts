import { createHash } from 'node:crypto';

const maxLength = 64;

/** Who the caller's user is, in OpenAI's dialects. Longer names are refused there; Claude Code has one of 120 characters. */
export function toUserField(user: string | undefined): string | undefined {
  if (user === undefined || user.length <= maxLength) return user;
  return createHash('sha256').update(user).digest('hex');
}
