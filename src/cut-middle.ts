/**
 * The first `begin` characters of a longer text and its last ones, `length` together, and between them a line that says how many are left out.
 * Half of them are of the beginning if `begin` is left out. It never cuts a surrogate pair.
 */
export function cutMiddle(
  text: string,
  { length, begin = Math.floor(length / 2) }: { length: number; begin?: number },
  describe: (left: number) => string,
): string {
  if (text.length <= length) return text;
  const first = text.slice(0, begin).replace(/[\ud800-\udbff]$/, '');
  const last = text.slice(text.length - (length - begin)).replace(/^[\udc00-\udfff]/, '');
  return `${first}\n[${describe(text.length - first.length - last.length)}]\n${last}`;
}
