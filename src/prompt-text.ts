/**
 * A text for a model, and which parts of it a person typed. `@path` means a file in those parts alone: what was piped, pasted or read from
 * a file is data, whatever it looks like. The difference travels with the text, from where it comes in to where mentions are looked for.
 */
export type PromptText = {
  readonly text: string;
  /** In order, and apart from one another. */
  readonly typed: readonly Span[];
};

/** In UTF-16 code units. */
export type Span = readonly [start: number, end: number];

/** What a person typed, all of it. */
export function toTyped(text: string): PromptText {
  return { text, typed: text === '' ? [] : [[0, text.length]] };
}

/** What came from elsewhere, all of it. */
export function toData(text: string): PromptText {
  return { text, typed: [] };
}

/** One text of several. What stands between them is nobody's word. */
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

/** As `String.slice`, with offsets that count from the start. */
export function sliceText({ text, typed }: PromptText, start: number, end = text.length): PromptText {
  const inside = typed.map(([from, to]): Span => [Math.max(from, start) - start, Math.min(to, end) - start]);
  return { text: text.slice(start, end), typed: inside.filter(([from, to]) => from < to) };
}

export function trimText(prompt: PromptText): PromptText {
  const start = prompt.text.length - prompt.text.trimStart().length;
  return sliceText(prompt, start, Math.max(start, prompt.text.trimEnd().length));
}

/** Whether a person typed all from `start` to `end`. */
export function isTyped({ typed }: PromptText, start: number, end: number): boolean {
  return typed.some(([from, to]) => from <= start && end <= to);
}

/** The text in pieces that are typed, or not, from one end to the other. */
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

function addSpan(spans: Span[], [start, end]: Span): void {
  const last = spans.at(-1);
  if (last && last[1] === start) spans[spans.length - 1] = [last[0], end];
  else if (start < end) spans.push([start, end]);
}
