import { closeSync, constants, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { updateCommand } from '../hint.ts';
import type { Conversation } from './conversation.ts';
import {
  applyRecord,
  createConversation,
  formatRecord,
  isForeignRecord,
  type JournalRecord,
  journalVersion,
  type LoadPart,
  parseRecord,
} from './journal-record.ts';
import { appendLines, openLines, type Range, readPieces } from './lines-file.ts';

/** A conversation as read from its journal. */
export type ReadJournal = {
  conversation: Conversation;
  /** Unreadable lines: a process was killed while it wrote, or a disk was full. The lines around them are whole. */
  tornLines: number;
  /** When the journal was read, in bytes. */
  size: number;
};

/** More than all that was ever said in one conversation, in bytes. */
const maxJournalBytes = 256 * 1024 * 1024;

export function openJournal(path: string): number {
  return openLines(path, constants.O_RDONLY, { maxBytes: maxJournalBytes });
}

const firstWords = '{"type":"conversation"';

/** Whether a full disk or a kill ended the journal before its first line was whole, so that it holds nothing that was said. Never throws. */
export function isUnbegun(path: string): boolean {
  try {
    const file = openJournal(path);
    try {
      const first = Buffer.alloc(maxFirstLine);
      const text = first.toString('utf8', 0, readSync(file, first, 0, maxFirstLine, 0));
      const start = text.slice(0, firstWords.length);
      return text.length < maxFirstLine && !text.includes('\n') && firstWords.startsWith(start);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** No first line is as long, in bytes. */
const maxFirstLine = 4096;

/** Throws CliError `config` if the file is not a journal, or is from a newer version. */
export function readJournal(path: string, loadPart: LoadPart): ReadJournal {
  const reader = createReader(path, loadPart);
  const file = openJournal(path);
  try {
    for (const { piece } of readPieces(file)) reader.add(piece);
  } finally {
    closeSync(file);
  }
  return reader.finish();
}

/** The same in steps of a few milliseconds, so that other work can run. Throws the reason of `signal` when it aborts. */
export async function readJournalInSteps(
  path: string,
  loadPart: LoadPart,
  signal: AbortSignal,
): Promise<ReadJournal> {
  const reader = createReader(path, loadPart);
  const file = openJournal(path);
  try {
    for (const { piece } of readPieces(file)) {
      reader.add(piece);
      await setImmediate();
      signal.throwIfAborted();
    }
  } finally {
    closeSync(file);
  }
  return reader.finish();
}

function createReader(path: string, loadPart: LoadPart) {
  let conversation: Conversation | undefined;
  let tornLines = 0;
  let size = 0;

  function add(piece: Buffer): void {
    size += piece.length;
    for (const line of piece.toString().split('\n')) {
      if (line === '') continue;
      const record = parseRecord(line);
      if (!conversation) conversation = beginConversation(path, record);
      else if (record) applyRecord(conversation, record, loadPart);
      else if (!isForeignRecord(line)) tornLines += 1;
    }
  }

  function finish(): ReadJournal {
    return { conversation: conversation ?? beginConversation(path, undefined), tornLines, size };
  }

  return { add, finish };
}

/** Begins a conversation from the first record. Throws CliError `config` if the record does not begin one. */
export function beginConversation(path: string, first: JournalRecord | undefined): Conversation {
  if (first?.type !== 'conversation') {
    throw new CliError('config', `${path} is not a conversation`, { hint: 'Move it to another folder.' });
  }
  if (first.version > journalVersion) {
    throw new CliError('config', `${path} was written by a newer version of copilot-cli`, {
      hint: `Upgrade: ${updateCommand}`,
    });
  }
  return createConversation(first);
}

type JournalWriterOptions = {
  /** When the journal was read, in bytes; 0 if it does not exist yet. */
  size: number;
  /** Called once, after another process has added turns to the conversation. */
  onOthers: () => void;
};

/** Appends to one journal, and notices if another process does, too. */
export function createJournalWriter(
  path: string,
  { size, onOthers }: JournalWriterOptions,
): (records: readonly JournalRecord[]) => void {
  /** The known end of the file. Undefined after a failed write. */
  let known: number | undefined = size;
  let isTold = false;

  return (records) => {
    if (records.length === 0) return;
    const expected = known;
    known = undefined;
    const { from, to } = appendRecords(path, records);
    known = to;
    if (isTold || expected === undefined || from <= expected) return;
    // A name from another process does not make a branch.
    isTold = hasTurns(path, { from: expected, to: from });
    if (isTold) onOthers();
  };
}

/** Appends lines. Only the first record creates a file: throws ENOENT if the conversation was deleted meanwhile. */
function appendRecords(path: string, records: readonly JournalRecord[]): Range {
  return appendLines(path, records.map(formatRecord).join(''), {
    create: records[0]?.type === 'conversation',
  });
}

/** Whether this part of a journal has a turn. */
function hasTurns(path: string, { from, to }: Range): boolean {
  const bytes = Buffer.alloc(to - from);
  const file = openJournal(path);
  try {
    const count = readSync(file, bytes, 0, bytes.length, from);
    const records = bytes.toString('utf8', 0, count).split('\n').map(parseRecord);
    return records.some((record) => record?.type === 'user' || record?.type === 'assistant');
  } finally {
    closeSync(file);
  }
}
