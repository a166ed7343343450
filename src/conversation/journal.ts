import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { UserMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { applyRecord, createConversation } from './apply-record.ts';
import type { Conversation } from './conversation.ts';
import {
  formatRecord,
  isForeignRecord,
  type JournalRecord,
  journalVersion,
  parseRecord,
  type StoredPart,
} from './journal-record.ts';

/** A conversation as its journal tells it. */
export type ReadJournal = {
  conversation: Conversation;
  /** Lines that could not be read: a process was killed while it wrote one, or a disk was full. What is around them is whole. */
  tornLines: number;
};

const newline = 10;

/**
 * Adds whole lines to a journal, each in one write to the end of the file, so that two processes may add to the same one. Where the last
 * line was torn, a new one is begun first.
 */
export function appendRecords(path: string, records: readonly JournalRecord[]): void {
  if (records.length === 0) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'a+', 0o600);
  try {
    const text = records.map(formatRecord).join('');
    writeSync(file, endsInLine(file) ? `\n${text}` : text);
  } finally {
    closeSync(file);
  }
}

function endsInLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== newline;
}

/** Throws CliError `config` where it is not a journal, or one of a newer version of this program. */
export function readJournal(
  path: string,
  loadPart: (part: StoredPart) => UserMessage['parts'][number],
): ReadJournal {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const [first, ...records] = lines.map(parseRecord);
  const isTorn = (line: string, index: number): boolean => !records[index] && !isForeignRecord(line);
  if (first?.type !== 'conversation') {
    throw new CliError('config', `${path} is not a conversation`, { hint: 'Move it to another folder.' });
  }
  if (first.version > journalVersion) {
    throw new CliError('config', `${path} was written by a newer version of copilot-cli`, {
      hint: 'Upgrade: npm install --global copilot-cli@latest',
    });
  }
  const conversation = createConversation(first);
  for (const record of records) if (record) applyRecord(conversation, record, loadPart);
  return { conversation, tornLines: lines.slice(1).filter(isTorn).length };
}
