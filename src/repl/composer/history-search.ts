/** An incremental search in the prompts that were sent, from the newest back. Nothing in it is ever changed. */
export type HistorySearch = {
  readonly query: string;
  /** Indexes of the matches seen so far, the last being the one that is shown. Prompts that were sent twice are there once. */
  readonly seen: readonly number[];
  /** Whether the last search found nothing more. */
  readonly failed: boolean;
};

export function startSearch(): HistorySearch {
  return { query: '', seen: [], failed: false };
}

/** Searches for another text, from the newest prompt. Capital letters count where there are some in the query. */
export function searchFor(entries: readonly string[], query: string): HistorySearch {
  if (query === '') return startSearch();
  return findOlder(entries, { query, seen: [], failed: false });
}

/** The next older prompt that matches. The match that is shown stays where there is none. */
export function findOlder(entries: readonly string[], search: HistorySearch): HistorySearch {
  const { query, seen } = search;
  if (query === '') return search;
  const matches = createMatcher(query);
  const shown = new Set(seen.map((index) => entries[index]));
  for (let index = (seen.at(-1) ?? entries.length) - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry !== undefined && !shown.has(entry) && matches(entry))
      return { query, seen: [...seen, index], failed: false };
  }
  return { ...search, failed: true };
}

/** The index of the prompt that is shown, if there is one. */
export function getMatch({ seen }: HistorySearch): number | undefined {
  return seen.at(-1);
}

function createMatcher(query: string): (entry: string) => boolean {
  if (query !== query.toLowerCase()) return (entry) => entry.includes(query);
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'i');
  return (entry) => pattern.test(entry);
}
