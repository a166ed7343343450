import { closeSync, constants, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { updateCommand } from '../hint.ts';
import type { Conversation } from './conversation.ts';
import {
  applyRecord,
  createConversation,
  isForeignRecord,
  type JournalRecord,
  journalVersion,
  type LoadPart,
  parseRecord,
} from './journal-record.ts';
import { openLines, readPieces } from './lines-file.ts';

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
