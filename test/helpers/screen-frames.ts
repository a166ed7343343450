import type { TerminalWrite } from '../emulator/pseudo-terminal.ts';

/** What reaches the eye at once. `at` is when its first bytes were read, as in `performance.now()`. */
export type Frame = { at: number; bytes: number; text: string };

type OpenFrame = Frame & { isUpdate: boolean };

const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';

/** A kernel hands a long write over in pieces that follow one another at once; a display of 240 Hz shows no more than this. */
const burstMs = 4;

/**
 * Each synchronized update is a frame, with what stands beside it in the same read. What is written outside of updates
 * is one frame for the reads of four milliseconds.
 */
export function splitFrames(writes: readonly TerminalWrite[]): Frame[] {
  const frames: OpenFrame[] = [];
  let isOpen = false;
  for (const { at, pieces } of cutAtMarks(writes)) {
    const readFrom = frames.length - (isOpen ? 1 : 0);
    for (const piece of pieces) {
      const last = frames.at(-1);
      if (isOpen && last) append(last, piece);
      else if (piece.startsWith(begin)) openUpdate(frames, piece, at, readFrom);
      else if (last && (frames.length > readFrom || (!last.isUpdate && at - last.at < burstMs)))
        append(last, piece);
      else frames.push({ at, bytes: Buffer.byteLength(piece), text: piece, isUpdate: false });
      if (piece.startsWith(begin)) isOpen = true;
      if (piece.endsWith(end)) isOpen = false;
    }
  }
  return frames.map(({ at, bytes, text }) => ({ at, bytes, text }));
}

/** What came before it in the same read belongs to the update. */
function openUpdate(frames: OpenFrame[], piece: string, at: number, readFrom: number): void {
  const last = frames.at(-1);
  if (last && !last.isUpdate && frames.length > readFrom) {
    append(last, piece);
    last.isUpdate = true;
  } else {
    frames.push({ at, bytes: Buffer.byteLength(piece), text: piece, isUpdate: true });
  }
}

function append(frame: Frame, piece: string): void {
  frame.bytes += Buffer.byteLength(piece);
  frame.text += piece;
}

/** Every piece begins or ends at a mark, and holds no mark in between. A mark that two reads share goes to the second. */
function cutAtMarks(writes: readonly TerminalWrite[]): { at: number; pieces: string[] }[] {
  let rest = '';
  return writes.map(({ at, text }, index) => {
    const whole = rest + text;
    const isLast = index === writes.length - 1;
    rest = isLast ? '' : (/\u001b(?:\[(?:\?(?:2(?:0(?:2(?:6)?)?)?)?)?)?$/.exec(whole)?.[0] ?? '');
    const complete = whole.slice(0, whole.length - rest.length);
    return {
      at,
      pieces: complete.split(/(?=\u001b\[\?2026h)|(?<=\u001b\[\?2026l)/).filter((piece) => piece),
    };
  });
}
