import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeCount } from '../describe-count.ts';
import { ensureFolder } from '../ensure-folder.ts';
import { CliError } from '../errors.ts';
import { advise, conversationList } from '../hint.ts';
import { findStats } from '../open-file.ts';
import { type Conversation, type Turn, toPlainText } from './conversation.ts';
import {
  type ConversationFile,
  createConversationFile,
  createJournalWriter,
  type JournalWriter,
} from './conversation-file.ts';
import { isUnbegun, type ReadJournal, readJournal, readJournalInSteps } from './journal.ts';
import {
  createJournalFiles,
  createMentionReader,
  type JournalFiles,
  listJournalFiles,
  unkept,
} from './journal-files.ts';
import {
  applyRecord,
  createConversation,
  type JournalRecord,
  journalVersion,
  listStoredParts,
  type StoredPart,
} from './journal-record.ts';
import { createLibrary } from './library.ts';
import { withLockNow } from './lines-file.ts';
import { type RecentTurns, readRecentTurns } from './recent-turns.ts';
import { createSnippet, parseQuery, type Snippet } from './search.ts';
import { findSummary, type Summary, toSummary } from './summaries.ts';
import { toRecords } from './turn-records.ts';

/** A turn that a search found. */
export type FoundTurn = { summary: Summary; turn: Turn; snippet: Snippet };

export type ConversationStore = {
  /** Creates a conversation. It is written with the first turn, or never without `save`. */
  create(options?: {
    name?: string | undefined;
    from?: Conversation | undefined;
    save?: boolean;
    oneShot?: boolean;
  }): ConversationFile;
  /** Throws CliError `usage` if it does not exist, `config` if it cannot be read. */
  open(id: string, options?: { save?: boolean }): ConversationFile;
  /** The same in steps of a few milliseconds, so that the program can answer keys meanwhile. */
  openInSteps(id: string, options: { save?: boolean; signal: AbortSignal }): Promise<ConversationFile>;
  /** The last turns of the current branch, to show before all is read. May be fewer than `count`, or undefined. Throws as `open` does. */
  readRecent(id: string, options: { count: number }): RecentTurns | undefined;
  /** The id for a name, an id or the beginning of an id. */
  find(nameOrId: string): string | undefined;
  /** The id of the latest conversation that is not a one-shot; of those with an answer, if there are any. */
  findLast(): string | undefined;
  /** Newest first. */
  list(): Summary[];
  /** Every journal, readable or not, in no order. */
  listIds(): string[];
  /** Turns that contain all words of the query, from the newest conversations first. `total` also counts turns beyond the limit. */
  search(query: string, options: { limit: number }): { total: number; found: FoundTurn[] };
  /** False if the name cannot be written; `onNotice` gets the reason. Throws CliError `usage` if another conversation has it. */
  rename(id: string, name: string): boolean;
  /** Writes what could not be written before. The number of conversations of which something still is not. */
  catchUp(): number;
  /** Removes conversations, their derived lines, and files that no other journal mentions. If it throws, it has removed nothing. */
  delete(...ids: string[]): void;
};

type ConversationStoreOptions = {
  /** Contains `conversations/`, `attachments/` and the derived files. */
  folder: string;
  now: () => number;
  /** Where new conversations begin. */
  cwd?: string;
  /** Gets problems that a person should know of, such as a torn journal or a full disk. */
  onNotice: (sentence: string) => void;
};

const extension = '.jsonl';

/** More than any process needs to write the first line, in milliseconds. */
const beginningMs = 60_000;

const othersNotice =
  'Another program added to this conversation at the same time; both are kept, each on its own branch: /branches in the chat.';

export function createConversationStore({
  folder,
  now,
  cwd,
  onNotice,
}: ConversationStoreOptions): ConversationStore {
  const journals = join(folder, 'conversations');
  const journalFiles = createJournalFiles(join(folder, 'attachments'));
  const toPath = (id: string): string => join(journals, `${id}${extension}`);
  const measure = (id: string): number | undefined => findStats(toPath(id))?.size;
  const library = createLibrary({ folder, listIds, measure, read: (id) => tryRead(id) });
  /** What could not be written: it is, with the next prompt that is, of whatever conversation, as long as this process runs. */
  const behind = new Set<ConversationFile>();
  let holdsNames = false;

  function listIds(): string[] {
    try {
      return readdirSync(journals)
        .filter((name) => name.endsWith(extension))
        .map((name) => name.slice(0, -extension.length));
    } catch {
      return [];
    }
  }

  /** Journals that were not begun, and that no process is about to begin. */
  function listAbandoned(): string[] {
    const isOld = (path: string): boolean => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat !== undefined && Date.now() - stat.mtimeMs > beginningMs;
    };
    return listIds()
      .map(toPath)
      .filter((path) => isOld(path) && isUnbegun(path));
  }

  function toExistingPath(id: string): string {
    if (measure(id) === undefined) throw createMissingError(id);
    return toPath(id);
  }

  const read = (id: string): ReadJournal => tellTorn(id, readJournal(toExistingPath(id), journalFiles.load));

  function tellTorn(id: string, journal: ReadJournal): ReadJournal {
    const { tornLines } = journal;
    if (tornLines > 0)
      onNotice(
        `${toPath(id)} has ${describeCount(tornLines, 'damaged line')}; the rest of the conversation is whole.`,
      );
    return journal;
  }

  /** An unreadable conversation must not hide the others. One without a first line has nothing to hide. */
  function tryRead(id: string): ReadJournal | undefined {
    if (isUnbegun(toPath(id))) return undefined;
    try {
      return read(id);
    } catch (error) {
      onNotice(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  function findNamed(name: string): string | undefined {
    const found = library.find(name);
    return found?.name === name ? found.id : undefined;
  }

  /** No other program takes a name meanwhile. */
  function withNames<T>(work: () => T): T {
    if (holdsNames) return work();
    // Where no folder can be made there is nothing to protect: the work says what is wrong.
    try {
      ensureFolder(folder, 0o700);
    } catch {
      return work();
    }
    return withLockNow(join(folder, 'names.lock'), () => {
      holdsNames = true;
      try {
        return work();
      } finally {
        holdsNames = false;
      }
    });
  }

  function catchUp(): number {
    for (const file of behind) file.catchUp();
    return behind.size;
  }

  const getBehind = (id: string): ConversationFile | undefined =>
    [...behind].find(({ conversation }) => conversation.id === id);

  /** A conversation of which nothing could be written is in no index. */
  function listAll(): Summary[] {
    const listed = library.list();
    const others = [...behind]
      .map(({ conversation }) => toSummary(conversation, false))
      .filter(({ id }) => !listed.some((one) => one.id === id));
    return [...others, ...listed].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  /** With the keeper `unkept`, the conversation is not saved. */
  function openFile(
    { conversation, size }: Pick<ReadJournal, 'conversation' | 'size'>,
    pending: JournalRecord[],
    keeper = journalFiles,
  ): ConversationFile {
    const openWriter = (from: number): JournalWriter =>
      createJournalWriter(toPath(conversation.id), { size: from, onOthers: () => onNotice(othersNotice) });
    let journal = openWriter(size);
    /** Whether all was written so far: the library must not list what the journal does not have. */
    let isWritten = true;
    /** Turns that the library does not know yet. */
    let unlisted: string[] = [];
    /** What the journal mentions and may not be there yet. */
    let attached: StoredPart[] = [];
    let isUnsavedTold = false;
    let isBegun = size > 0;
    let isDeleted = false;

    /** An answer that cannot be saved is still an answer. False if saving failed. */
    function saveIfKept(work: () => void): boolean {
      if (keeper === unkept) return false;
      isDeleted = false;
      try {
        work();
        return true;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        isDeleted = isBegun && code === 'ENOENT';
        const reason = isDeleted ? 'it was deleted meanwhile' : message;
        if (!isUnsavedTold) onNotice(`the conversation is not saved: ${reason}`);
        isUnsavedTold = true;
        return false;
      }
    }

    /** Begins the conversation, or goes on in the one that another program has begun with its name meanwhile. */
    function begin(records: readonly JournalRecord[]): void {
      const { name } = conversation;
      const goOn = (): void => {
        const other = name === undefined ? undefined : findNamed(name);
        // It may be listed without a journal.
        const isOther = other !== undefined && other !== conversation.id;
        if (isOther) {
          conversation.id = other;
          journal = openWriter(0);
        }
        journal.append(isOther ? records.slice(1) : records);
      };
      if (name === undefined) goOn();
      else withNames(goOn);
    }

    const file = createConversationFile({
      conversation,
      pending,
      isKept: keeper !== unkept,
      isBehind: () => behind.has(file),
      now,
      storePart: keeper.store,
      loadPart: keeper.load,
      append(records) {
        isWritten = false;
        const isWhole = saveIfKept(() => {
          if (records[0]?.type === 'conversation') begin(records);
          else journal.append(records);
          isBegun = true;
          isWritten = true;
          unlisted.push(
            ...records.flatMap((record) =>
              record.type === 'user' || record.type === 'assistant' ? record.id : [],
            ),
          );
          attached.push(...records.flatMap(listStoredParts));
          for (const part of attached) keeper.keep(part);
          attached = [];
        });
        if (isWhole) isUnsavedTold = false;
        if (isWhole || isDeleted) behind.delete(file);
        else if (keeper !== unkept) behind.add(file);
        if (isWritten && records.some(({ type }) => type === 'user')) catchUp();
        return isWritten;
      },
      onAnswer: (open) =>
        isWritten &&
        saveIfKept(() => {
          const ended = unlisted.filter((id) => !open.has(id));
          unlisted = unlisted.filter((id) => open.has(id));
          library.add({ conversation, size: journal.size }, ended, open.size > 0);
        }),
      takeName(name, work) {
        const take = (): ReturnType<typeof work> => {
          const other = findNamed(name);
          if (other === undefined || other === conversation.id) return work();
          throw createTakenError(name);
        };
        return keeper === unkept ? take() : withNames(take);
      },
      onRename: () =>
        isWritten && saveIfKept(() => library.add({ conversation, size: journal.size }, [], false)),
    });
    return file;
  }

  const toKeeper = (isSaved: boolean): JournalFiles => (isSaved ? journalFiles : unkept);

  /** A one-shot that the person continues becomes a chat with the next record. */
  function goOn(journal: ReadJournal, isSaved: boolean): ConversationFile {
    const { conversation } = journal;
    const pending: JournalRecord[] = conversation.isOneShot ? [{ type: 'chat' }] : [];
    for (const record of pending) applyRecord(conversation, record, journalFiles.load);
    return openFile(journal, pending, toKeeper(isSaved));
  }

  return {
    create({ name, from, save: isSaved = true, oneShot = false } = {}) {
      const at = new Date(now()).toISOString();
      const record = {
        type: 'conversation' as const,
        version: journalVersion,
        id: createConversationId(at),
        at,
        ...(name !== undefined && { name }),
        ...(from && { copiedFrom: from.id }),
        ...(cwd !== undefined && { folder: cwd }),
        ...(oneShot && { oneShot }),
      };
      const keeper = toKeeper(isSaved);
      const pending: JournalRecord[] = [record, ...(from ? toRecords(from, keeper.store) : [])];
      const conversation = createConversation(record);
      for (const copied of pending) applyRecord(conversation, copied, keeper.load);
      return openFile({ conversation, size: 0 }, pending, keeper);
    },
    open: (id, { save: isSaved = true } = {}) => getBehind(id) ?? goOn(read(id), isSaved),
    async openInSteps(id, { save: isSaved = true, signal }) {
      const known = getBehind(id);
      if (known) return known;
      const journal = await readJournalInSteps(toExistingPath(id), journalFiles.load, signal);
      return goOn(tellTorn(id, journal), isSaved);
    },
    readRecent: (id, { count }) =>
      getBehind(id) ? undefined : readRecentTurns(toExistingPath(id), { count, loadPart: journalFiles.load }),
    find: (nameOrId) => (behind.size === 0 ? library.find(nameOrId) : findSummary(listAll(), nameOrId))?.id,
    findLast: () => library.findLast()?.id,
    list: () => (behind.size === 0 ? library.list() : listAll()),
    listIds,
    search(query, { limit }) {
      const words = parseQuery(query);
      const hits = library.search(words);
      const found: FoundTurn[] = [];
      for (const { turns, readSummary } of hits) {
        if (found.length >= limit) break;
        const summary = readSummary();
        const conversation = summary && tryRead(summary.id)?.conversation;
        for (const id of turns) {
          const turn = conversation?.turns.get(id);
          if (summary && turn)
            found.push({ summary, turn, snippet: createSnippet(toPlainText(turn), words) });
        }
      }
      const total = hits.reduce((sum, { turns }) => sum + turns.length, 0);
      return { total, found: found.slice(0, limit) };
    },
    rename: (id, name) => openFile(read(id), []).rename(name),
    catchUp,
    delete(...ids) {
      const paths = ids.map(toExistingPath);
      const files = paths.flatMap(listJournalFiles);
      for (const path of [...paths, ...listAbandoned()]) rmSync(path, { force: true });
      library.forget();
      // Reading all other journals is slow, so do it only if there are files to remove.
      if (files.length > 0)
        journalFiles.remove(
          [...new Set(files)],
          createMentionReader(() => listIds().map(toPath)),
        );
    },
  };
}

export function createTakenError(name: string): CliError {
  return new CliError('usage', `another conversation is already called "${name}"`);
}

function createMissingError(id: string): CliError {
  return new CliError('usage', `there is no conversation ${id}`, { hint: advise`See: ${conversationList}` });
}

/** Sorts by time and can be typed: `20261121-1241-x7k2m`. */
function createConversationId(at: string): string {
  const [date = '', time = ''] = at.split('T');
  const random = Math.random().toString(36).slice(2, 7).padEnd(5, '0');
  return `${date.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${random}`;
}
