import { once } from '../../once.ts';
import { ToolError } from '../tool.ts';
import { hasDosEnds } from './edit.ts';
import { findLines } from './find-lines.ts';

/** A change of one file, as a patch has it. Paths are as the model wrote them. */
export type PatchStep =
  | { type: 'add'; path: string; text: string }
  | { type: 'delete'; path: string }
  | { type: 'update'; path: string; moveTo: string | undefined; chunks: Chunk[] };

/** Lines that go and come. `anchor` is a line above them, `isAtEnd` says that the file ends with them. */
export type Chunk = {
  anchor: string | undefined;
  lines: { kind: 'same' | 'removed' | 'added'; text: string }[];
  isAtEnd: boolean;
};

const longestPatch = 2_000_000;

/** Reads a patch. Throws ToolError that names the line. */
export function parsePatch(patch: string): PatchStep[] {
  if (patch.length > longestPatch) throw new ToolError('The patch is too long.');
  const lines = patch.trim().split(/\r?\n/);
  if (lines[0]?.trim() !== '*** Begin Patch') throw createFault(1, 'a patch begins with `*** Begin Patch`');
  if (lines.at(-1)?.trim() !== '*** End Patch')
    throw createFault(lines.length, 'a patch ends with `*** End Patch`');
  const steps: PatchStep[] = [];
  let at = 1;
  const end = lines.length - 1;
  const peek = (): string => (at < end ? (lines[at] ?? '') : '*** End Patch');
  while (at < end) {
    const [, kind, path = ''] = /^\*\*\* (Add|Delete|Update) File: (.+)$/.exec(peek().trimEnd()) ?? [];
    if (kind === undefined && peek().trim() === '') {
      at += 1;
      continue;
    }
    if (kind === undefined)
      throw createFault(
        at + 1,
        'here begins a file: `*** Add File: PATH`, `*** Delete File: PATH` or `*** Update File: PATH`',
      );
    at += 1;
    if (kind === 'Delete') steps.push({ type: 'delete', path });
    else if (kind === 'Add') steps.push({ type: 'add', path, text: readAdded() });
    else steps.push(readUpdate(path));
  }
  if (steps.length === 0) throw createFault(2, 'the patch changes no file');
  return steps;

  function readAdded(): string {
    const added: string[] = [];
    while (at < end && !peek().startsWith('*** ')) {
      if (!peek().startsWith('+')) throw createFault(at + 1, 'each line of a new file begins with `+`');
      added.push(peek().slice(1));
      at += 1;
    }
    return added.map((line) => `${line}\n`).join('');
  }

  function readUpdate(path: string): PatchStep {
    const [, moveTo] = /^\*\*\* Move to: (.+)$/.exec(peek().trimEnd()) ?? [];
    if (moveTo !== undefined) at += 1;
    const chunks: Chunk[] = [];
    while (at < end && !/^\*\*\* (?:Add|Delete|Update) File: /.test(peek()))
      chunks.push(readChunk(chunks.length === 0));
    if (chunks.length === 0 && moveTo === undefined) throw createFault(at, 'the update changes nothing');
    return { type: 'update', path, moveTo, chunks };
  }

  function readChunk(isFirst: boolean): Chunk {
    const chunk: Chunk = { anchor: undefined, lines: [], isAtEnd: false };
    const start = at;
    while (peek() === '@@' || peek().startsWith('@@ ')) {
      // The last anchor is the nearest.
      chunk.anchor = peek().slice(3) || chunk.anchor;
      at += 1;
    }
    if (at === start && !isFirst) throw createFault(at + 1, 'a further part of a file begins with `@@`');
    while (at < end && !peek().startsWith('*** ') && !peek().startsWith('@@')) {
      chunk.lines.push(readLine());
      at += 1;
    }
    if (peek().trimEnd() === '*** End of File') {
      chunk.isAtEnd = true;
      at += 1;
    } else if (
      peek().startsWith('*** ') &&
      !/^\*\*\* (?:Add|Delete|Update) File: |^\*\*\* End Patch/.test(peek())
    ) {
      throw createFault(at + 1, 'this line is not part of a patch');
    }
    return chunk;
  }

  function readLine(): Chunk['lines'][number] {
    const line = peek();
    // Editors and models drop the blank of an empty line.
    if (line === '') return { kind: 'same', text: '' };
    const kind = ({ ' ': 'same', '-': 'removed', '+': 'added' } as const)[line.slice(0, 1)];
    if (!kind) throw createFault(at + 1, 'each line begins with a blank, `+` or `-`');
    return { kind, text: line.slice(1) };
  }
}

function createFault(line: number, what: string): ToolError {
  return new ToolError(`The patch cannot be read at line ${line}: ${what}.`);
}

/** Each part may look through the whole file. So many lines are looked at in a second or two, in which nothing else happens. */
const mostLooks = 20_000_000;

/** The text with the changes. Lines that stay are those of the file. Throws ToolError if a part is not there. */
export function applyChunks(text: string, chunks: readonly Chunk[], shown: string): string {
  const end = hasDosEnds(text) ? '\r' : '';
  const lines = text.split('\n');
  // Behind the last line end there is no line.
  const hasLastEnd = lines.at(-1) === '';
  if (hasLastEnd) lines.pop();
  if (lines.length * chunks.length > mostLooks)
    throw new ToolError(
      `A patch of ${chunks.length} parts is too long for ${shown}, which has ${lines.length} lines. Nothing was changed. Give fewer parts at a time.`,
    );
  const findAlike = createFinder(lines);
  const result: string[] = [];
  let at = 0;
  for (const chunk of chunks) {
    let from = at;
    if (chunk.anchor !== undefined) {
      const anchor = findAlike([chunk.anchor], from, false);
      if (anchor === undefined) throw createAbsentError(shown, chunk.anchor);
      from = anchor + 1;
    }
    const old = chunk.lines.filter(({ kind }) => kind !== 'added').map((line) => line.text);
    const usual = chunk.anchor === undefined ? lines.length : from;
    const start = old.length === 0 ? usual : findAlike(old, from, chunk.isAtEnd);
    if (start === undefined) throw createAbsentError(shown, old.find((line) => line.trim() !== '') ?? '');
    for (; at < start; at += 1) result.push(lines[at] ?? '');
    for (const line of chunk.lines) {
      if (line.kind === 'added') result.push(line.text + end);
      else {
        if (line.kind === 'same') result.push(lines[at] ?? '');
        at += 1;
      }
    }
  }
  for (const line of lines.slice(at)) result.push(line);
  if (result.length === 0) return '';
  return result.join('\n') + (hasLastEnd || lines.length === 0 ? '\n' : '');
}

/** How alike lines must be, the strictest first. */
const likenesses: ((line: string) => string)[] = [
  (line) => line.replace(/\r$/, ''),
  (line) => line.trimEnd(),
  (line) => line.trim(),
  // Models write plain quotes and dashes.
  (line) =>
    line
      .trim()
      .replace(/[\u2010-\u2015\u2212]/g, '-')
      .replace(/[\u2018-\u201b]/g, "'")
      .replace(/[\u201c-\u201f]/g, '"')
      .replace(/\u00a0/g, ' '),
];

type FindAlike = (wanted: readonly string[], from: number, isAtEnd: boolean) => number | undefined;

/** Finds where lines are, from a line on; with `isAtEnd`, at the end if they are there. The file is read in each likeness once. */
function createFinder(lines: readonly string[]): FindAlike {
  const readings = likenesses.map((toLike) => ({ toLike, read: once(() => lines.map(toLike)) }));
  return (wanted, from, isAtEnd) => {
    const last = lines.length - wanted.length;
    for (const { toLike, read } of readings) {
      const pattern = wanted.map(toLike);
      const atEnd = isAtEnd && last >= from ? findLines(read(), pattern, last) : undefined;
      const start = atEnd ?? findLines(read(), pattern, from);
      if (start !== undefined) return start;
    }
    return undefined;
  };
}

function createAbsentError(shown: string, line: string): ToolError {
  const quoted = line.length > 100 ? `${line.slice(0, 100)}…` : line;
  return new ToolError(
    `The lines around \`${quoted}\` are not in ${shown}, or not in this order. Nothing was changed. View the file, and copy the lines exactly.`,
  );
}
