/** Stands in front of each piece of an output as it was read. It is no character, and no program writes it. */
const mark = '\ufdd0';

export function markPiece(text: string): string {
  return mark + text.replaceAll(mark, '');
}

/** How a terminal shows that the last character was taken back. */
const erasure = '\u0008 \u0008';

/**
 * An output of marked pieces without the echo of what was typed meanwhile. A terminal shows what is typed at once, so that most of it came in
 * pieces of its own; only what is left is looked for at the beginning and the end of others. It is looked for from the end.
 */
export function removeEcho(output: string, typed: string): string {
  const pieces = undoErasures(output.split(mark));
  const echo = toEcho(typed);
  const alone = removeFrom(pieces, echo, takeWhole);
  const { left } = alone.rest === '' ? alone : removeFrom(pieces, echo, takeEdge);
  return left.join('');
}

/** Takes back what was taken back on the screen, however the output was cut into pieces. */
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

/** Lines of output may have come in between. */
function dropLastCharacter(pieces: string[]): void {
  const index = pieces.findLastIndex((piece) => /[^\r\n]$/.test(piece));
  const piece = pieces[index];
  if (piece !== undefined) pieces[index] = piece.replace(/.$/u, '');
}

/** Controls are shown as `^X`. */
function toEcho(typed: string): string {
  return typed
    .replaceAll('\n', '\r\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, (control) =>
      control === '\u007f' ? '^?' : `^${String.fromCharCode(control.charCodeAt(0) + 64)}`,
    );
}

/** Gives how much of the end of the echo a piece is, and what else is in the piece. Undefined if it is none of it. */
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
