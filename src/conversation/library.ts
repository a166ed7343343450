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
 * Lists and searches conversations without opening them. `index.jsonl` has one summary a line (the last line of an id counts), and
 * `search.txt` one turn a line. Both are derived from the journals. They hold nothing about a conversation without a journal: after adding,
 * look for the journal; after removing a journal, erase.
 */
type Library = {
  /** Writes the summary of all that the journal has, and the text of `turns`. `open`: more will follow. */
  add(known: KnownJournal, turns: readonly string[], open: boolean): void;
  /** Newest first. */
  list(): Summary[];
  /** The latest that is not a one-shot, and in which anything was answered if there is one. */
  findLast(): Summary | undefined;
  /** Takes a name, an id or the beginning of an id. */
  find(nameOrId: string): Summary | undefined;
  /** Conversations with turns that contain all words, newest first. */
  search(words: readonly string[]): LibraryHit[];
  /** Erases the lines of conversations whose journal is gone. */
  forget(): void;
};

/** A conversation, and the ids of its matching turns. */
type LibraryHit = { turns: string[]; readSummary: () => Summary | undefined };

/** A conversation, and how many bytes of its journal it was read from. Undefined if other processes have added to it. */
export type KnownJournal = { conversation: Conversation; size: number | undefined };

type LibraryOptions = {
  folder: string;
  listIds: () => string[];
  /** The size of a journal in bytes, undefined if it does not exist. */
  measure: (id: string) => number | undefined;
  /** Undefined if the journal cannot be read. */
  read: (id: string) => KnownJournal | undefined;
};

/** How often a summary is written while other processes add to the journal: each of them writes one in its turn. */
const maxSummaries = 20;

/** The index is rewritten if it has this many more outdated lines than conversations. */
const maxOutdatedLines = 1000;

/** The search file is rewritten if erasing left more blanks than this. */
const maxBlankBytes = 16 * 1024 * 1024;

export function createLibrary({ folder, listIds, measure, read }: LibraryOptions): Library {
  const indexFile = join(folder, 'index.jsonl');
  const searchTextFile = join(folder, 'search.txt');
  const hasJournal = (id: string): boolean => measure(id) !== undefined;

  function add(known: KnownJournal, turns: readonly string[], open: boolean): void {
    const { conversation } = known;
    const { id } = conversation;
    if (!hasJournal(id)) return;
    const lines = turns.flatMap((turnId) => {
      const turn = conversation.turns.get(turnId);
      const text = turn && turn.copyOf === undefined ? toPlainText(turn) : '';
      return text === '' ? [] : formatSearchLine(id, turnId, text);
    });
    addSummary(known, open);
    if (lines.length > 0) appendLines(searchTextFile, lines.join(''));
    if (!hasJournal(id)) forget();
  }

  /**
   * The last line of an id counts, and other processes may add to the journal and write theirs at any moment. So the journal is measured
   * after each line, and one that has grown is read and written again.
   */
  function addSummary(known: KnownJournal, open: boolean): void {
    const { conversation } = known;
    let current = known;
    for (let left = maxSummaries; left > 0; left -= 1) {
      if (measure(conversation.id) !== current.size) current = read(conversation.id) ?? current;
      const isOpen = open || hasOthersOpen(current.conversation, conversation);
      appendLines(indexFile, `${JSON.stringify(toSummary(current.conversation, isOpen))}\n`);
      if (measure(conversation.id) === current.size) return;
    }
  }

  /** Reads the journal, for a conversation from elsewhere or of a killed process. */
  function addWhole(id: string): IndexEntry | undefined {
    const known = read(id);
    if (!known) return undefined;
    const { conversation } = known;
    add(known, [...conversation.turns.keys()], false);
    return toEntry(toSummary(conversation, false));
  }

  function listEntries(): IndexEntry[] {
    // The index first: an id that is not listed afterwards has lost its journal.
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

  /** Whether the journal of a line is gone. A journal is created before its lines. */
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
    // The index last: if we are killed before, the next reader of the index finds the work unfinished.
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
      const chats = listEntries().filter(({ isOneShot }) => !isOneShot);
      const answered = chats.filter(({ isUnanswered }) => !isUnanswered);
      const [last] = sortByTime(answered.length > 0 ? answered : chats);
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

/** Whether another process is writing an answer that `own` does not know. */
function hasOthersOpen({ turns }: Conversation, own: Conversation): boolean {
  return [...turns.values()].some(
    (turn) =>
      turn.role === 'assistant' &&
      turn.finish === undefined &&
      turn.failure === undefined &&
      !own.turns.has(turn.id),
  );
}
