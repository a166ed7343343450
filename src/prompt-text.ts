/**
 * A text for a model, and which parts a person typed. `@path` is a mention only in typed parts: piped, pasted and read text is data,
 * whatever it looks like. The difference travels with the text to where mentions are looked for.
 */
export type PromptText = {
  readonly text: string;
  /** In order, without overlap. */
  readonly typed: readonly Span[];
};

/** In UTF-16 code units. */
export type Span = readonly [start: number, end: number];

export function toTyped(text: string): PromptText {
  return { text, typed: text === '' ? [] : [[0, text.length]] };
}

/** Text from elsewhere, none of it typed. */
export function toData(text: string): PromptText {
  return { text, typed: [] };
}

/** Joins texts. The separator counts as data. */
export function joinTexts(texts: readonly PromptText[], separator = ''): PromptText {
  let text = '';
  const typed: Span[] = [];
  for (const [index, part] of texts.entries()) {
    if (index > 0) text += separator;
    for (const [start, end] of part.typed) addSpan(typed, [text.length + start, text.length + end]);
    text += part.text;
  }
  return { text, typed };
}

/** As `String.slice`, but offsets count from the start only. */
export function sliceText({ text, typed }: PromptText, start: number, end = text.length): PromptText {
  const inside = typed.map(([from, to]): Span => [Math.max(from, start) - start, Math.min(to, end) - start]);
  return { text: text.slice(start, end), typed: inside.filter(([from, to]) => from < to) };
}

export function trimText(prompt: PromptText): PromptText {
  const start = prompt.text.length - prompt.text.trimStart().length;
  return sliceText(prompt, start, Math.max(start, prompt.text.trimEnd().length));
}

/** Whether a person typed everything from `start` to `end`. */
export function isTyped(prompt: PromptText, start: number, end: number): boolean {
  const [from, to] = prompt.typed[findSpan(prompt, start)] ?? [0, -1];
  return from <= start && end <= to;
}

/** The index of the last span that begins at a place or before it, -1 if there is none. */
export function findSpan({ typed }: PromptText, place: number): number {
  let [low, high] = [0, typed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((typed[middle]?.[0] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The whole text in pieces that are either typed or not. */
export function splitByOrigin({ text, typed }: PromptText): { text: string; isTyped: boolean }[] {
  const pieces: { text: string; isTyped: boolean }[] = [];
  let at = 0;
  for (const [start, end] of typed) {
    if (at < start) pieces.push({ text: text.slice(at, start), isTyped: false });
    pieces.push({ text: text.slice(start, end), isTyped: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isTyped: false });
  return pieces;
}

/** The gaps between the spans, from 0 to `length`. */
export function excludeSpans(spans: readonly Span[], length: number): Span[] {
  const ends = [0, ...spans.flat(), length];
  const between: Span[] = [];
  for (let index = 0; index < ends.length; index += 2)
    addSpan(between, [ends[index] ?? 0, ends[index + 1] ?? 0]);
  return between;
}

/** Reads spans from JSON. Returns none if they are out of order or outside the text. */
export function readSpans(value: unknown, length: number): Span[] {
  if (!Array.isArray(value)) return [];
  let last = 0;
  const isSpan = (item: unknown): item is Span => {
    if (!Array.isArray(item) || item.length !== 2 || !item.every(Number.isInteger)) return false;
    const [start, end] = item as unknown as Span;
    if (start < last || end <= start || end > length) return false;
    last = end;
    return true;
  };
  return value.every(isSpan) ? value : [];
}

function addSpan(spans: Span[], [start, end]: Span): void {
  const last = spans.at(-1);
  if (last && last[1] === start) spans[spans.length - 1] = [last[0], end];
  else if (start < end) spans.push([start, end]);
}

/** The argument that marks the place of stdin. */
export const stdinMark = '-';

/**
 * One prompt from command-line words and stdin: the words, a blank line, stdin. With `-` among the words, stdin goes there, with blank
 * lines around it. Undefined if nothing is left. For `isName`, see `joinWords`.
 */
export function composePrompt(
  words: readonly string[],
  stdin: string | undefined,
  isName?: (word: string) => boolean,
): PromptText | undefined {
  const mark = words.indexOf(stdinMark);
  const before = mark === -1 ? words : words.slice(0, mark);
  const after = mark === -1 ? [] : words.slice(mark + 1);
  return composeParts([joinWords(before, isName), toData(stdin ?? ''), joinWords(after, isName)]);
}

/** What begins a line for a terminal, an editor or a regular expression. No key types these into a command line. */
const lineEnds = /[\n\v\f\r\u0085\u2028\u2029]/;

/**
 * Joins command-line words. A word of several lines, as in `"review: $(git diff)"`, is data: a diff must not name files. So is one of which
 * `isName` says that a shell's `*` may have found it: the name of a file must not name other files.
 */
export function joinWords(
  words: readonly string[],
  isName: (word: string) => boolean = () => false,
): PromptText {
  const isData = (word: string): boolean =>
    lineEnds.test(word.trim()) || (word.includes('@') && isName(word));
  if (!words.some(isData)) return toTyped(words.join(' '));
  return joinTexts(
    words.map((word) => (isData(word) ? toData(word) : toTyped(word))),
    ' ',
  );
}

/** Joins parts with blank lines. Undefined if all are empty. */
export function composeParts(parts: readonly PromptText[]): PromptText | undefined {
  const prompt = joinTexts(
    parts.filter(({ text }) => text.trim() !== ''),
    '\n\n',
  );
  return prompt.text === '' ? undefined : prompt;
}
