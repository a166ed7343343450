/** Where every encoding ends a piece anyway: after a letter or a digit, before white space or punctuation, but for `'s` and the like. */
const boundary = /(?<=[\p{L}\p{N}])(?!')(?=[\s\p{P}])/gu;

const windowLength = 32_768;

/**
 * A long text in windows, since a regular expression runs out of stack on millions of like characters. A window ends where that
 * changes no count, if there is such a place within the length of another window.
 */
export function* cutWindows(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > 2 * windowLength) {
    const end = findCut(text, start + windowLength);
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

/** Slices of a text, none of which ends inside a character. */
export function* cutSlices(text: string, length: number): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = toCharacterStart(text, start + length);
    yield text.slice(start, end);
    start = end;
  }
}

function findCut(text: string, from: number): number {
  const reach = text.slice(from - 2, from + windowLength);
  boundary.lastIndex = 2;
  const found = boundary.exec(reach);
  return found ? from - 2 + found.index : toCharacterStart(text, from);
}

/** The index itself, or the next one where it stands between the two halves of a character. */
function toCharacterStart(text: string, index: number): number {
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  return isBetween(before, 0xd800, 0xdbff) && isBetween(after, 0xdc00, 0xdfff) ? index + 1 : index;
}

function isBetween(code: number, lowest: number, highest: number): boolean {
  return code >= lowest && code <= highest;
}
