/** Marks the start of each piece of output as it was read. It is a noncharacter, which no program writes. */
const mark = '\ufdd0';

export function markPiece(text: string): string {
  return mark + text.replaceAll(mark, '');
}

/** What a terminal writes when the person deletes the last character. */
const erasure = '\u0008 \u0008';

/**
 * Removes the echo of typed text from an output of marked pieces. Most of the echo came in pieces of its own, because a terminal shows a
 * key at once; the rest is at the beginning or end of other pieces. Searches from the end.
 */
export function removeEcho(output: string, typed: string): string {
  const pieces = undoErasures(output.split(mark));
  const characters = [...typed];
  for (let unshown = 0; unshown <= Math.min(mostUnshown, characters.length - 1); unshown += 1) {
    const echo = toEcho(characters.slice(0, characters.length - unshown).join(''));
    const removed = [takeWhole, takeEdge].map((take) => removeFrom(pieces, echo, take));
    const whole = removed.find(({ rest }) => rest === '');
    if (whole) return whole.left.join('');
  }
  return removeFrom(pieces, toEcho(typed), takeEdge).left.join('');
}

/** How many of the last characters may have come when the command had ended, and the terminal showed nothing any more. */
const mostUnshown = 64;

/** Applies the erasures, which may be split between pieces. */
function undoErasures(pieces: readonly string[]): string[] {
  const undone: string[] = [];
  let begun = '';
  for (const piece of pieces) {
    const [head = '', ...tails] = (begun + piece).split(erasure);
    undone.push(head);
    for (const tail of tails) {
      dropLastCharacter(undone);
      undone.push(tail);
    }
    const last = undone.pop() ?? '';
    begun = /\u0008 ?$/.exec(last)?.[0] ?? '';
    undone.push(last.slice(0, last.length - begun.length));
  }
  return [...undone, begun];
}

/** Lines of output may stand between the character and its erasure. */
function dropLastCharacter(pieces: string[]): void {
  const index = pieces.findLastIndex((piece) => /[^\r\n]$/.test(piece));
  const piece = pieces[index];
  if (piece !== undefined) pieces[index] = piece.replace(/.$/u, '');
}

/** A terminal shows a control as `^X`. */
function toEcho(typed: string): string {
  return typed
    .replaceAll('\n', '\r\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, (control) =>
      control === '\u007f' ? '^?' : `^${String.fromCharCode(control.charCodeAt(0) + 64)}`,
    );
}

/** How much of the end of the echo a piece holds, and the rest of the piece. Undefined if it holds none. */
type Take = (piece: string, echo: string) => { length: number; other: string } | undefined;

function removeFrom(pieces: readonly string[], echo: string, take: Take): { left: string[]; rest: string } {
  let rest = echo;
  const left: string[] = [];
  for (const piece of pieces.toReversed()) {
    const taken = rest === '' ? undefined : take(piece, rest);
    if (taken) rest = rest.slice(0, rest.length - taken.length);
    left.push(taken ? taken.other : piece);
  }
  return { left: left.reverse(), rest };
}

function takeWhole(piece: string, echo: string): ReturnType<Take> {
  return piece !== '' && echo.endsWith(piece) ? { length: piece.length, other: '' } : undefined;
}

function takeEdge(piece: string, echo: string): ReturnType<Take> {
  for (let length = Math.min(piece.length, echo.length); length > 0; length -= 1) {
    const end = echo.slice(-length);
    if (piece.startsWith(end)) return { length, other: piece.slice(length) };
    if (piece.endsWith(end)) return { length, other: piece.slice(0, -length) };
  }
  return undefined;
}
