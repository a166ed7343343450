import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Conversation, toPlainText } from './conversation.ts';
import { formatSearchLine, searchFile } from './search.ts';
import { parseSummary, type Summary, toSummary } from './summary.ts';

/**
 * What is known of all conversations without opening them: `index.jsonl`, one summary a line, the last of an id being the true one,
 * and `search.txt`, one turn a line. Both are derived from the journals, and made again where they are missing.
 */
export type Library = {
  /** Writes down how a conversation is now, and what was said in `turns`. `open`: there is more to come. */
  add(conversation: Conversation, turns: readonly string[], open: boolean): void;
  /** Newest first. */
  list(): Summary[];
  /** The conversations that have turns in which all words stand, newest first, and the ids of those turns. */
  search(words: readonly string[]): { summary: Summary; turns: string[] }[];
  /** Forgets conversations. */
  remove(ids: readonly string[]): void;
};

export type LibraryOptions = {
  folder: string;
  /** The ids of all journals. */
  listIds: () => string[];
  /** Undefined where the journal cannot be read. */
  read: (id: string) => Conversation | undefined;
};

/** More outdated lines than this, and as many as there are conversations, and the index is written anew. */
const maxOutdatedLines = 1000;

export function createLibrary({ folder, listIds, read }: LibraryOptions): Library {
  const indexFile = join(folder, 'index.jsonl');
  const searchTextFile = join(folder, 'search.txt');

  function add(conversation: Conversation, turns: readonly string[], open: boolean): void {
    const lines = turns.flatMap((id) => {
      const turn = conversation.turns.get(id);
      const text = turn && turn.copyOf === undefined ? toPlainText(turn) : '';
      return text === '' ? [] : formatSearchLine(conversation.id, id, text);
    });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    appendFileSync(indexFile, `${JSON.stringify(toSummary(conversation, open))}\n`, { mode: 0o600 });
    if (lines.length > 0) appendFileSync(searchTextFile, lines.join(''), { mode: 0o600 });
  }

  /** From the journal, for a conversation that came from elsewhere, or whose process was killed. */
  function addWhole(id: string): Entry | undefined {
    const conversation = read(id);
    if (!conversation) return undefined;
    add(conversation, [...conversation.turns.keys()], false);
    return toEntry(JSON.stringify(toSummary(conversation, false)));
  }

  /** Newest first: an index is written in the order of time. */
  function listEntries(): Entry[] {
    const ids = new Set(listIds());
    const { entries, lineCount } = readIndex(indexFile);
    const known = new Set(entries.map(({ id }) => id));
    const added = [...ids].filter((id) => !known.has(id)).flatMap((id) => addWhole(id) ?? []);
    const current = entries
      .filter(({ id }) => ids.has(id))
      .map((entry) => (entry.isOpen ? (addWhole(entry.id) ?? entry) : entry));
    const all = [...added, ...current];
    if (lineCount > 2 * all.length + maxOutdatedLines)
      replaceFile(
        indexFile,
        all
          .map(({ line }) => `${line}\n`)
          .reverse()
          .join(''),
      );
    return all;
  }

  return {
    add,
    list: () =>
      listEntries()
        .flatMap(({ line }) => parseSummary(line) ?? [])
        .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)),
    search(words) {
      const entries = listEntries();
      const hits = new Map<string, Set<string>>();
      // A turn that was written down twice is one hit.
      for (const { conversation, turn } of searchFile(searchTextFile, words)) {
        const turns = hits.get(conversation) ?? new Set();
        hits.set(conversation, turns.add(turn));
      }
      return entries.flatMap(({ id, line }) => {
        const turns = hits.get(id);
        const summary = turns && parseSummary(line);
        return summary ? [{ summary, turns: [...turns] }] : [];
      });
    },
    remove(ids) {
      const removed = new Set(ids);
      keepLines(searchTextFile, (line) => !removed.has(line.slice(0, line.indexOf('\t'))));
      keepLines(indexFile, (line) => !removed.has(toEntry(line)?.id ?? ''));
    },
  };
}

/** A line of the index, of which only what is needed to find it was read: to parse them all takes longer than a search. */
type Entry = { id: string; line: string; isOpen: boolean };

function toEntry(line: string): Entry | undefined {
  const [, id] = /^\{"id":"([^"]*)"/.exec(line) ?? [];
  return id === undefined ? undefined : { id, line, isOpen: line.endsWith('"open":true}') };
}

/** The last line of each id, the last of all first. A line that was torn is passed over for the one before it. */
function readIndex(path: string): { entries: Entry[]; lineCount: number } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { entries: [], lineCount: 0 };
  }
  const seen = new Set<string>();
  const entries: Entry[] = [];
  const lines = text.split('\n');
  for (const line of lines.reverse()) {
    const entry = line.endsWith('}') ? toEntry(line) : undefined;
    if (!entry || seen.has(entry.id)) continue;
    seen.add(entry.id);
    entries.push(entry);
  }
  return { entries, lineCount: lines.length };
}

function keepLines(path: string, isKept: (line: string) => boolean): void {
  if (!existsSync(path)) return;
  replaceFile(path, readFileSync(path, 'utf8').split('\n').filter(isKept).join('\n'));
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
