import { cleanText, type Draft, type Paste, replaceRange } from './draft.ts';

/** A paste of more than this is folded. */
const maxLines = 15;
const maxCharacters = 1000;

/** Second halves of characters: alone, none of them can be decoded from UTF-8, and so none can be typed or pasted. */
const firstUnit = 0xdc00;
const unitCount = 1024;
const pasteUnits = /[\udc00-\udfff]/gu;

/** Puts in what was pasted, or a sign in its place where it is long. The sign is one grapheme, so that the cursor steps over it. */
export function paste(draft: Draft, content: string): Draft {
  const { cursor, pastes, pasteCount } = draft;
  const unit = String.fromCharCode(firstUnit + (pasteCount % unitCount));
  const lineCount = countLines(content);
  const isLong = content.length > maxCharacters || lineCount > maxLines;
  if (!isLong || pastes.has(unit)) return insertPasted(draft, cleanText(content));
  const number = pasteCount + 1;
  const folded = replaceRange(draft, { start: cursor, end: cursor, text: unit });
  return { ...folded, pastes: new Map(pastes).set(unit, { number, content, lineCount }), pasteCount: number };
}

function insertPasted(draft: Draft, text: string): Draft {
  return replaceRange(draft, { start: draft.cursor, end: draft.cursor, text });
}

/** The whole prompt, every paste in its place as it was pasted. */
export function expandDraft(draft: Draft): string {
  if (draft.pastes.size === 0) return draft.text;
  return draft.text.replace(pasteUnits, (unit) => draft.pastes.get(unit)?.content ?? '');
}

/** Puts the text of the paste before the cursor, or else behind it, in the place of its sign. */
export function expandPasteAtCursor(draft: Draft): Draft {
  const { text, cursor } = draft;
  for (const start of [cursor - 1, cursor]) {
    const found = findPaste(draft, text.slice(Math.max(0, start), start + 1));
    if (found) return replaceRange(draft, { start, end: start + 1, text: cleanText(found.content) });
  }
  return draft;
}

/** The paste that a grapheme stands for. */
export function findPaste(draft: Draft, grapheme: string): Paste | undefined {
  return draft.pastes.get(grapheme);
}

/** `[Pasted text #1, 213 lines]`, for people. */
export function describePaste({ number, content, lineCount }: Paste): string {
  const size = lineCount > 1 ? `${lineCount} lines` : `${content.length} characters`;
  return `[Pasted text #${number}, ${size}]`;
}

/** A line end at the end of the text begins no line. */
function countLines(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
