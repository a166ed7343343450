import { maskValue } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';

export type LogValue = string | number | boolean | null;

const maxTextLength = 300;
const maxItems = 20;
/** Fields that would hold what was said. */
const spoken = /^(?:body|messages|prompt|content|input|output|instructions|system|text|arguments)$/i;

/**
 * What of the fields may stand in a log: texts of one line without controls and secrets, numbers and flags, lists of these as one text.
 * Undefined, what was said, and objects are left out.
 */
export function toLogFields(fields: Record<string, unknown>): Record<string, LogValue> {
  const plain = Object.entries(fields).flatMap(([name, value]) => {
    const told = spoken.test(name) ? undefined : toLogValue(value);
    return told === undefined ? [] : [[cutText(toOneLine(name)), told] as const];
  });
  const masked = maskValue(Object.fromEntries(plain)) as Record<string, LogValue>;
  return Object.fromEntries(
    Object.entries(masked).map(([name, value]) => [name, typeof value === 'string' ? cutText(value) : value]),
  );
}

/** Controls go before secrets are looked for, so that none hides behind them. */
function toLogValue(value: unknown): LogValue | undefined {
  if (typeof value === 'string') return toOneLine(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value instanceof Error) return toOneLine(value.message);
  if (!Array.isArray(value)) return undefined;
  const items = value
    .slice(0, maxItems)
    .flatMap((item) => (Array.isArray(item) ? [] : (toLogValue(item) ?? [])));
  return `${items.join(', ')}${value.length > maxItems ? ', …' : ''}`;
}

function cutText(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
