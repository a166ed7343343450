import { closeSync, readSync } from 'node:fs';
import type { ChatEvent, FinishReason, Usage } from '../dialects/chat-event.ts';
import { type PromptText, splitByOrigin } from '../prompt-text.ts';
import {
  type AssistantTurn,
  type CallResult,
  type Conversation,
  findSystem,
  listAnswered,
  type ModelChoice,
  type UserTurn,
} from './conversation.ts';
import { listBranch } from './current-branch.ts';
import { openJournal } from './journal.ts';
import {
  applyRecord,
  formatRecord,
  type JournalRecord,
  type LoadPart,
  type Part,
  parseRecord,
  type StorePart,
  toResultRecord,
} from './journal-record.ts';
import { appendLines, type Range } from './lines-file.ts';
import { toTurnRecords } from './turn-records.ts';

/** An open conversation. Every change is written at once. */
export type ConversationFile = {
  readonly conversation: Conversation;
  /** Adds a prompt of the person. */
  say(parts: Part[], options?: SayOptions): void;
  /** Passes an answer to the current turn on and writes it as it arrives. After a failure, the part that arrived is kept. Several can be
   * written at the same time. */
  record(
    events: AsyncIterable<ChatEvent>,
    options: { model: string; effort?: string | undefined },
  ): AsyncGenerator<ChatEvent>;
  /** The calls of an answer, as they are made: each is told before it may change something, and its result at once. */
  recordCall(turn: string, call: number): void;
  recordResult(turn: string, result: CallResult): void;
  /** The run was stopped before this call was allowed. */
  recordLeft(turn: string, call: number): void;
  /** Writes and lists what is open, without waiting for its next turn. */
  keep(): void;
  /** Writes what could not be written before. False if it still cannot. */
  catchUp(): boolean;
  /** Moves to another turn of the tree. */
  moveTo(turn: string | undefined): void;
  /** False if the name cannot be written. It then lasts until this conversation is closed. Throws CliError `usage` if another has it. */
  rename(name: string): boolean;
  /** Begins another branch with these turns in a row, and moves to its end. Writes all of them or none. */
  branchOff(turns: readonly NewTurn[]): void;
  /** Pins a prompt, or removes the pin. */
  pin(prompt: string, pinned: boolean): void;
  /** Notes what answers the next prompt. A conversation without turns is not begun by it. */
  choose(choice: ModelChoice): void;
};

type SayOptions = {
  system?: string | undefined;
  /** The first part, if the person wrote it. */
  prompt?: PromptText;
};

/** A turn without a place in the tree. */
export type NewTurn = Omit<UserTurn, 'id' | 'parent' | 'at'> | Omit<AssistantTurn, 'id' | 'parent' | 'at'>;

type ConversationFileOptions = {
  conversation: Conversation;
  /** Records that are not in the journal yet, such as the first line of a new conversation. */
  pending: JournalRecord[];
  /** Appends to the journal. False if nothing is kept. Never throws. */
  append(records: readonly JournalRecord[]): boolean;
  /** Whether something that was said is in memory alone, but is to be kept. */
  isBehind(): boolean;
  storePart: StorePart;
  loadPart: LoadPart;
  /** False if nothing is ever written. */
  isKept: boolean;
  /** An answer has begun or ended. `open` are those that are being written. */
  onAnswer(open: ReadonlySet<string>): void;
  /** Does the work while nobody else takes the name. Throws CliError `usage` if another conversation has it. */
  takeName<T>(name: string, work: () => T): T;
  onRename(): void;
  now: () => number;
};

export function createConversationFile(options: ConversationFileOptions): ConversationFile {
  const { conversation, storePart, loadPart } = options;
  let { pending } = options;
  const open = new Set<string>();
  const at = (): string => new Date(options.now()).toISOString();
  const createId = (): string => Math.random().toString(36).slice(2, 10).padEnd(8, '0');

  function write(records: JournalRecord[]): boolean {
    for (const record of records) applyRecord(conversation, record, loadPart);
    const unwritten = [...pending, ...records];
    const isWritten = options.append(unwritten);
    // A full disk may have room again before the next prompt.
    pending = isWritten || !options.isKept ? [] : unwritten;
    return isWritten;
  }

  return {
    conversation,
    say(parts, { system: given, prompt } = {}) {
      const { parent, lostSystem } = findAnswered(conversation);
      const system = given ?? lostSystem;
      const stored = parts.map(storePart);
      write([
        {
          type: 'user',
          id: createId(),
          parent,
          at: at(),
          parts: stored,
          ...(prompt && mayMention(prompt) && { typed: prompt.typed }),
          ...(system !== undefined && { system }),
        },
      ]);
    },
    async *record(events, { model, effort }) {
      const turn = createId();
      write([
        {
          type: 'assistant',
          id: turn,
          parent: conversation.head ?? '',
          at: at(),
          model,
          ...(effort !== undefined && { effort }),
        },
      ]);
      open.add(turn);
      options.onAnswer(open);
      const pieces = createPieceBuffer(turn, write);
      const end: { finish?: FinishReason; usage?: Usage; failure?: string } = { failure: 'interrupted' };
      try {
        for await (const event of events) {
          pieces.add(event);
          if (event.type === 'usage') end.usage = event.usage;
          if (event.type === 'finish') end.finish = event.reason;
          yield event;
        }
        delete end.failure;
      } catch (error) {
        end.failure = describeEnd(error);
        throw error;
      } finally {
        pieces.flush();
        write([{ type: 'end', turn, at: at(), ...end }]);
        open.delete(turn);
        options.onAnswer(open);
      }
    },
    recordCall(turn, call) {
      write([{ type: 'begun', turn, call, at: at() }]);
    },
    recordLeft(turn, call) {
      write([{ type: 'left', turn, call, at: at() }]);
    },
    recordResult(turn, result) {
      write([toResultRecord(turn, result, { at: at(), storePart })]);
    },
    keep() {
      // It is used now, whatever the age of its turns.
      write([{ type: 'head', to: conversation.head ?? null, at: at() }]);
      options.onAnswer(open);
    },
    catchUp() {
      if (!options.isBehind()) return true;
      if (write([])) options.onAnswer(open);
      return !options.isBehind();
    },
    moveTo(turn) {
      write([{ type: 'head', to: turn ?? null, at: at() }]);
    },
    rename(name) {
      const isWritten = options.takeName(name, () => write([{ type: 'name', name, at: at() }]));
      if (isWritten) options.onRename();
      return isWritten;
    },
    branchOff(turns) {
      let parent: string | undefined;
      const records = turns.flatMap((turn) => {
        const placed = { ...turn, id: createId(), parent, at: at() };
        parent = placed.id;
        return toTurnRecords(placed, storePart);
      });
      write(records);
      options.onAnswer(open);
    },
    pin(prompt, pinned) {
      write([{ type: 'pin', prompt, pinned, at: at() }]);
    },
    choose(choice) {
      if (conversation.turns.size > 0) write([{ type: 'model', ...choice }]);
    },
  };
}

function mayMention(prompt: PromptText): boolean {
  return splitByOrigin(prompt).some(({ text, isTyped }) => isTyped && text.includes('@'));
}

/** Where the next prompt goes: after the last answer, because an unanswered prompt is not sent again. Its system prompt still holds. */
function findAnswered(conversation: Conversation): { parent: string | null; lostSystem: string | undefined } {
  const branch = listBranch(conversation);
  const answered = listAnswered(branch);
  return {
    parent: answered.at(-1)?.id ?? null,
    lostSystem: findSystem(branch.slice(answered.length)),
  };
}

/** A person who stops an answer does not want to read about aborted operations. */
function describeEnd(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'AbortError' ? 'stopped' : error.message;
}

type Piece = Extract<JournalRecord, { type: 'text' | 'reasoning' | 'call' }>;

/** How long text may be in memory only, in milliseconds. A killed process loses this much. */
const maxHeldMs = 250;
const maxHeldLength = 65_536;

/** Joins neighbouring pieces of one kind, so that a journal gets few lines a second, and not one for each word. */
function createPieceBuffer(turn: string, write: (pieces: Piece[]) => void) {
  let held: Piece[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held.length === 0) return;
    const pieces = held;
    held = [];
    length = 0;
    write(pieces);
  }

  return {
    add(event: ChatEvent): void {
      const piece = toPiece(event, turn);
      if (!piece) return;
      const last = held.at(-1);
      if (!last || !join(last, piece)) held.push(piece);
      length += piece.type === 'call' ? piece.arguments.length : piece.text.length;
      if (length >= maxHeldLength) flush();
      else timer ??= setTimeout(flush, maxHeldMs).unref();
    },
    flush,
  };
}

function toPiece(event: ChatEvent, turn: string): Piece | undefined {
  switch (event.type) {
    case 'text-delta':
      return { type: 'text', turn, text: event.text };
    case 'reasoning-delta': {
      const { type: _, ...fields } = event;
      return { type: 'reasoning', turn, ...fields };
    }
    case 'tool-call-delta': {
      const { index, id, name, arguments: text } = event;
      return {
        type: 'call',
        turn,
        index,
        ...(id !== undefined && { id }),
        ...(name !== undefined && { name }),
        arguments: text,
      };
    }
    default:
      return undefined;
  }
}

/** Joins two pieces of one kind. False if they are of different kinds. */
function join(last: Piece, piece: Piece): boolean {
  if (last.type === 'text' && piece.type === 'text') last.text += piece.text;
  else if (last.type === 'reasoning' && piece.type === 'reasoning' && last.index === piece.index) {
    const { text, ...rest } = piece;
    Object.assign(last, rest, { text: last.text + text });
  } else if (last.type === 'call' && piece.type === 'call' && last.index === piece.index) {
    const { arguments: text, ...rest } = piece;
    Object.assign(last, rest, { arguments: last.arguments + text });
  } else return false;
  return true;
}

type JournalWriterOptions = {
  /** When the journal was read, in bytes; 0 if it does not exist yet. */
  size: number;
  /** Called once, after another process has added turns to the conversation. */
  onOthers: () => void;
};

export type JournalWriter = {
  append(records: readonly JournalRecord[]): void;
  /** The size of the journal in bytes as far as we know it, undefined if it has lines that we have not read. */
  readonly size: number | undefined;
};

/** Appends to one journal, and notices if another process does, too. */
export function createJournalWriter(path: string, { size, onOthers }: JournalWriterOptions): JournalWriter {
  /** The known end of the file. Undefined after a failed write. */
  let known: number | undefined = size;
  let isTold = false;
  let isShared = false;

  return {
    append(records) {
      if (records.length === 0) return;
      const expected = known;
      known = undefined;
      const { from, to } = appendRecords(path, records);
      known = to;
      if (from !== expected) isShared = true;
      if (isTold || expected === undefined || from <= expected) return;
      // A name from another process does not make a branch.
      isTold = hasTurns(path, { from: expected, to: from });
      if (isTold) onOthers();
    },
    get size() {
      return isShared ? undefined : known;
    },
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
