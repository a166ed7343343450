import { join } from 'node:path';
import { type Conversation, toPlainText } from './conversation.ts';
import { appendLines, eraseLines, rewriteFile } from './lines-file.ts';
import { formatSearchLine, readSearchId, searchFile } from './search.ts';
import {
  compareByTime,
  findSummary,
  hasName,
  type IndexEntry,
  parseEntry,
  readIndex,
  readIndexId,
  type Summary,
  shortenIndex,
  sortByTime,
  toEntry,
  toSummary,
} from './summaries.ts';

/**
 * What is known of all conversations without opening them: `index.jsonl`, one summary a line, the last of an id being the true one,
 * and `search.txt`, one turn a line. Both are derived from the journals, and made again where they are missing. They hold nothing of a
 * conversation without a journal: whoever adds to them looks for the journal afterwards, and whoever removes a journal erases afterwards.
 */
type Library = {
  /** Writes down how a conversation is now, and what was said in `turns`. `open`: there is more to come. */
  add(conversation: Conversation, turns: readonly string[], open: boolean): void;
  /** Newest first. */
  list(): Summary[];
  /** The last one that is no one-shot. */
  findLast(): Summary | undefined;
  /** The one that a name, an id or the beginning of an id stands for. */
  find(nameOrId: string): Summary | undefined;
  /** The conversations that have turns in which all words stand, newest first. */
  search(words: readonly string[]): LibraryHit[];
  /** Erases what is known of conversations that have no journal any more. */
  forget(): void;
};

/** A conversation, and the ids of its turns in which the words stand. */
type LibraryHit = { turns: string[]; readSummary: () => Summary | undefined };

type LibraryOptions = {
  folder: string;
  /** The ids of all journals. */
  listIds: () => string[];
  hasJournal: (id: string) => boolean;
  /** Undefined if the journal cannot be read. */
  read: (id: string) => Conversation | undefined;
};

/** More outdated lines than this, and as many as there are conversations, and the index is rewritten. */
const maxOutdatedLines = 1000;

/** More blanks than this where something was erased, and the search file is rewritten. */
const maxBlankBytes = 16 * 1024 * 1024;

export function createLibrary({ folder, listIds, hasJournal, read }: LibraryOptions): Library {
  const indexFile = join(folder, 'index.jsonl');
  const searchTextFile = join(folder, 'search.txt');

  function add(conversation: Conversation, turns: readonly string[], open: boolean): void {
    const { id } = conversation;
    if (!hasJournal(id)) return;
    const lines = turns.flatMap((turnId) => {
      const turn = conversation.turns.get(turnId);
      const text = turn && turn.copyOf === undefined ? toPlainText(turn) : '';
      return text === '' ? [] : formatSearchLine(id, turnId, text);
    });
    appendLines(indexFile, `${JSON.stringify(toSummary(conversation, open))}\n`);
    if (lines.length > 0) appendLines(searchTextFile, lines.join(''));
    if (!hasJournal(id)) forget();
  }

  /** From the journal, for a conversation that came from elsewhere, or whose process was killed. */
  function addWhole(id: string): IndexEntry | undefined {
    const conversation = read(id);
    if (!conversation) return undefined;
    add(conversation, [...conversation.turns.keys()], false);
    return toEntry(toSummary(conversation, false));
  }

  function listEntries(): IndexEntry[] {
    // In this order, so that an id of the index that is not listed has no journal any more.
    const { entries, lineCount } = readIndex(indexFile);
    const ids = new Set(listIds());
    const known = new Set(entries.map(({ id }) => id));
    const added = [...ids].filter((id) => !known.has(id)).flatMap((id) => addWhole(id) ?? []);
    const current = entries
      .filter(({ id }) => ids.has(id))
      .map((entry) => (entry.isOpen ? (addWhole(entry.id) ?? entry) : entry));
    if (current.length < entries.length) forget();
    if (lineCount > 2 * ids.size + maxOutdatedLines) {
      shortenIndex(indexFile);
      eraseLines(indexFile, isAboutGone(readIndexId));
    }
    return [...added, ...current];
  }

  /** Whether what a line is about has no journal. A journal is made before any line about it. */
  function isAboutGone(readId: (line: Buffer) => string): (line: Buffer) => boolean {
    const found = new Map(listIds().map((id) => [id, true]));
    return (line) => {
      const id = readId(line);
      if (id === '') return false;
      const isThere = found.get(id) ?? hasJournal(id);
      found.set(id, isThere);
      return !isThere;
    };
  }

  function forget(): void {
    // The index last, so that where this is killed the next one to read it finds that there is something left to do.
    const eraseTexts = (): number => eraseLines(searchTextFile, isAboutGone(readSearchId));
    if (eraseTexts() > maxBlankBytes) {
      rewriteFile(searchTextFile, () => () => true);
      eraseTexts();
    }
    eraseLines(indexFile, isAboutGone(readIndexId));
  }

  return {
    add,
    list: () =>
      listEntries()
        .flatMap((entry) => parseEntry(entry) ?? [])
        .sort(compareByTime),
    findLast() {
      const [last] = sortByTime(listEntries().filter(({ isOneShot }) => !isOneShot));
      return last && parseEntry(last);
    },
    find(nameOrId) {
      const meant = listEntries().filter(
        (entry) => entry.id.startsWith(nameOrId) || hasName(entry, nameOrId),
      );
      return findSummary(
        sortByTime(meant).flatMap((entry) => parseEntry(entry) ?? []),
        nameOrId,
      );
    },
    search(words) {
      const entries = listEntries();
      const hits = searchFile(searchTextFile, words);
      return sortByTime(entries.filter(({ id }) => hits.has(id))).map((entry) => ({
        turns: [...(hits.get(entry.id) ?? [])],
        readSummary: () => parseEntry(entry),
      }));
    },
    forget,
  };
}
