import type { ChatEvent } from '../dialects/chat-event.ts';
import type { JournalRecord } from './journal-record.ts';

type Piece = Extract<JournalRecord, { type: 'text' | 'reasoning' | 'call' }>;

/** The pieces of an answer on their way to the disk. */
export type PieceBuffer = {
  add(event: ChatEvent): void;
  /** Writes what is held. */
  flush(): void;
};

/** The longest that words stay in memory alone, in milliseconds: so much is lost where the process is killed. */
const maxHeldMs = 250;
const maxHeldLength = 65_536;

/** Neighbouring pieces of one kind become one line, so that a journal has few lines a second and not one for each word. */
export function createPieceBuffer(turn: string, write: (pieces: Piece[]) => void): PieceBuffer {
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
    add(event) {
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

/** Whether the piece could be added to the one before it. */
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
