import type { Candidate } from '../state.ts';

/**
 * The candidates that match, in their order: those that begin with the query; where there are none, those with it inside, at the start of
 * a word first; and where there are none either, those with its characters in their order. Case does not count.
 */
export function rankCandidates(candidates: readonly Candidate[], query: string): Candidate[] {
  const wanted = query.toLowerCase();
  const folded = candidates.map((candidate) => ({ candidate, text: candidate.text.toLowerCase() }));
  const take = (matches: (text: string) => boolean): Candidate[] =>
    folded.filter(({ text }) => matches(text)).map(({ candidate }) => candidate);

  const beginning = take((text) => text.startsWith(wanted));
  if (beginning.length > 0) return beginning;
  const inWord = (text: string): boolean => beginsWord(text, wanted);
  const inside = [...take(inWord), ...take((text) => !inWord(text) && text.includes(wanted))];
  return inside.length > 0 ? inside : take((text) => hasInOrder(text, wanted));
}

function beginsWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted, 1); at !== -1; at = text.indexOf(wanted, at + 1))
    if (/[^\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  return false;
}

/** Whether all code units of `wanted` stand in `text` one after the other, with others between them. */
export function hasInOrder(text: string, wanted: string): boolean {
  let at = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    at = text.indexOf(wanted.charAt(index), at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What all texts that begin with the query begin with; the query itself where it is no more. Case does not count in the query. */
export function findCommonPrefix(texts: readonly string[], query: string): string {
  const wanted = query.toLowerCase();
  const [first, ...others] = texts.filter((text) => text.toLowerCase().startsWith(wanted));
  if (first === undefined) return query;
  let length = first.length;
  for (const other of others) {
    let common = 0;
    while (common < length && first[common] === other[common]) common += 1;
    length = common;
  }
  // Two halves of a character stay together.
  if (/[\ud800-\udbff]/.test(first.charAt(length - 1))) length -= 1;
  return length > query.length ? first.slice(0, length) : query;
}
