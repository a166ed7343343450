import { readFileSync } from 'node:fs';
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
import { appendLines } from './lines-file.ts';

/** A conversation as its journal tells it. */
export type ReadJournal = {
  conversation: Conversation;
  /** Lines that could not be read: a process was killed while it wrote one, or a disk was full. What is around them is whole. */
  tornLines: number;
};

/**
 * Adds lines to a journal, as `appendLines` does. Only the first line of a conversation begins a file: throws the error ENOENT for one
 * that was deleted meanwhile.
 */
export function appendRecords(path: string, records: readonly JournalRecord[]): void {
  if (records.length === 0) return;
  appendLines(path, records.map(formatRecord).join(''), { create: records[0]?.type === 'conversation' });
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
