/** Seconds that a `Retry-After` header asks to wait, from a number or from an HTTP date. */
export function readRetryAfter(
  header: string | string[] | undefined,
  now: number = Date.now(),
): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d{1,12}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  // The parser makes a date of nearly anything.
  const date = /^[a-z]{3,9},|^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
