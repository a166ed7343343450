/** What was written into a row of the terminal, without styles. Rows count from where the program began, through the scrollback. */
export type RowWrite = { row: number; text: string };

const pieces =
  /\r\n|\r|\n|\u001b\[(\d*)([AB])|\u001b\[(J)|\u001b\[[?>=<]?[\d;]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[^[\]]|[^\r\n\u001b]+/g;

/**
 * Follows a program that moves its cursor by rows and writes whole rows. Erasing what is below is a write of nothing into every row
 * from there on. A row that is erased before it is written is written once.
 */
export function listRowWrites(output: string): RowWrite[] {
  const writes: RowWrite[] = [];
  let row = 0;
  let lowest = 0;
  let open: RowWrite | undefined;
  let erased: RowWrite | undefined;
  for (const [piece, count, direction, erases] of output.matchAll(pieces)) {
    if (direction === 'A') row -= Number(count || 1);
    else if (direction === 'B') row += Number(count || 1);
    else if (piece === '\n' || piece === '\r\n') row += 1;
    else if (erases) for (let below = row; below <= lowest; below += 1) writes.push({ row: below, text: '' });
    else if (piece === '\u001b[K') {
      if (!open) {
        erased = { row, text: '' };
        writes.push(erased);
        continue;
      }
    } else if (!piece.startsWith('\u001b') && piece !== '\r') {
      // A row is written in several pieces where its styles change.
      open ??= erased;
      erased = undefined;
      if (open) open.text += piece;
      else {
        open = { row, text: piece };
        writes.push(open);
      }
      continue;
    } else if (/^\u001b(?:\[[\d;]*m|\])/.test(piece)) continue;
    open = undefined;
    erased = undefined;
    lowest = Math.max(lowest, row);
  }
  return writes.map(({ row: at, text }) => ({ row: at, text: text.trimEnd() }));
}

/**
 * The writes into rows that were finished: a row is, when it and all rows above it say what they say at the end. `until` is the first
 * row that does not count.
 */
export function listLateWrites(writes: readonly RowWrite[], until: number): RowWrite[] {
  const last: string[] = [];
  for (const { row, text } of writes) last[row] = text;
  const current: string[] = [];
  const late: RowWrite[] = [];
  let finished = 0;
  for (const write of writes) {
    if (write.row < finished) late.push(write);
    current[write.row] = write.text;
    while (finished < until && (current[finished] ?? '') === (last[finished] ?? '') && finished in current)
      finished += 1;
  }
  return late;
}
