import { toOneSpace } from './search.ts';

/** A piece of text around a match. */
export type Snippet = { before: string; match: string; after: string };

const reach = 60;

/** The surroundings of the first of the words that is found, on one line; the beginning of the text where none is. */
export function createSnippet(text: string, words: readonly string[]): Snippet {
  const line = toOneSpace(text.normalize('NFKC'));
  const pattern = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const match = new RegExp(pattern, 'iu').exec(line);
  if (!match) return { before: '', match: '', after: cut(line, 0, 2 * reach) };
  const { index } = match;
  const end = index + match[0].length;
  return {
    before: `${index > reach ? '…' : ''}${cut(line, Math.max(0, index - reach), index)}`,
    match: match[0],
    after: `${cut(line, end, end + reach)}${line.length > end + reach ? '…' : ''}`,
  };
}

/** Never in the middle of a character of two halves. */
function cut(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
