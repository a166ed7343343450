import { findLastMention, lastPunctuation } from '../../attachments/find-mentions.ts';
import { countLines } from '../../describe-count.ts';
import { joinTexts, type PromptText, splitByOrigin, toData, toTyped } from '../../prompt-text.ts';
import {
  cleanPaste,
  cleanText,
  createDraft,
  type Draft,
  type Paste,
  putInPlace,
  replaceRange,
} from './draft.ts';
import { foldedUnits, markMentions, readMark } from './pasted-marks.ts';

/** A longer paste is folded. */
const maxLines = 15;
const maxCharacters = 1000;

/** Low surrogates. A lone one cannot be decoded from UTF-8, so nobody can type or paste it. */
const pasteUnits = /[\udc00-\udfff]/gu;

/** Inserts a paste. A long one is folded into one code unit, so that the cursor steps over it. */
export function paste(draft: Draft, content: string): Draft {
  const { cursor } = draft;
  const folded = fold(draft, content);
  if (!folded) return insertPasted(draft, { start: cursor, end: cursor, content });
  const { unit, ...pieces } = folded;
  return { ...insertPasted(draft, { start: cursor, end: cursor, content, shown: unit }), ...pieces };
}

type Pieces = Pick<Draft, 'pastes' | 'pasteCount'>;

/** The code unit that stands for a long paste, and the pastes with it. Undefined for one that is shown whole. */
function fold({ pastes, pasteCount }: Pieces, content: string): (Pieces & { unit: string }) | undefined {
  const unit = String.fromCharCode(foldedUnits.first + (pasteCount % foldedUnits.count));
  const lineCount = countLines(content);
  if (!isLong(content) || pastes.has(unit)) return undefined;
  const number = pasteCount + 1;
  return { unit, pastes: new Map(pastes).set(unit, { number, content, lineCount }), pasteCount: number };
}

/** Another prompt, with the same kill ring and pastes, and a new undo history. Its long pastes are folded. */
export function replaceDraft(draft: Draft, prompt: PromptText): Draft {
  const { text, ...pieces } = foldPrompt(draft, prompt);
  return { ...createDraft(), text, cursor: text.length, killRing: draft.killRing, ...pieces };
}

/** The same as an edit of the draft, which can be undone. */
export function setPrompt(draft: Draft, prompt: PromptText): Draft {
  const { text, ...pieces } = foldPrompt(draft, prompt);
  return putInPlace({ ...draft, ...pieces }, text);
}

/** Whether a text is folded if it is pasted. */
export function isLong(content: string): boolean {
  return content.length > maxCharacters || countLines(content) > maxLines;
}

/** How many lines, and how many characters, of a long paste are shown of a prompt that was sent. */
export const shownLines = 3;
export const shownLength = 240;

/** A prompt as it stands above its answer: each long paste is its label and its first lines. */
export function toEcho(prompt: PromptText): string {
  let number = 0;
  return splitByOrigin(prompt)
    .map(({ text, isTyped }) => {
      if (isTyped || !isLong(text)) return text;
      number += 1;
      const label = describePaste({ number, content: text, lineCount: countLines(text) });
      const beginning = text.slice(0, shownLength).split('\n').slice(0, shownLines).join('\n');
      return `${label}\n${beginning.replace(/[\ud800-\udbff]$/, '')}…\n`;
    })
    .join('')
    .trimEnd();
}

/** A prompt as the text of a draft. A paste that the draft had before keeps its number. */
function foldPrompt(draft: Pieces, prompt: PromptText): Pieces & { text: string } {
  let { pastes, pasteCount } = draft;
  let text = '';
  for (const part of splitByOrigin(prompt)) {
    const known = part.isTyped ? undefined : findPaste(pastes, part.text);
    const folded = part.isTyped || known !== undefined ? undefined : fold({ pastes, pasteCount }, part.text);
    if (folded) ({ pastes, pasteCount } = folded);
    text += known ?? folded?.unit ?? (part.isTyped ? cleanText(part.text) : cleanPaste(part.text));
  }
  return { pastes, pasteCount, text };
}

function findPaste(pastes: Draft['pastes'], content: string): string | undefined {
  for (const [unit, known] of pastes) if (known.content === content) return unit;
  return undefined;
}

/** A pasted text never names a file: if it would continue a mention, each `@` of it becomes text, too. One edit, so that undo takes back both. */
function insertPasted(
  draft: Draft,
  {
    start,
    end,
    content,
    shown = cleanPaste(content),
  }: { start: number; end: number; content: string; shown?: string },
): Draft {
  const at = findContinuedMention(draft.text.slice(0, start), content);
  // Another one in the same word would begin the mention then.
  const before = at === undefined ? '' : markMentions(draft.text.slice(at, start));
  return replaceRange(draft, { start: at ?? start, end, text: before + shown });
}

/** The place of the `@` whose path a text would continue, if it came behind `text`. */
function findContinuedMention(text: string, content: string): number | undefined {
  // A folded paste may end with a blank.
  const before = text.replace(pasteUnits, (unit) => (readMark(unit) === undefined ? ' ' : unit));
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const mention = findLastMention(line);
  if (!mention) return undefined;
  const [word = ''] = (mention.isQuoted ? /^[^"\n]*/ : /^\S*/).exec(content) ?? [];
  // Punctuation ends a path in a sentence.
  if (word.trim().replace(lastPunctuation, '') === '') return undefined;
  return before.length - mention.path.length - (mention.isQuoted ? 2 : 1);
}

/** Whether a paste at the cursor would continue a mention, and so makes it text. */
export function continuesMention({ text, cursor }: Draft, content: string): boolean {
  return findContinuedMention(text.slice(0, cursor), content) !== undefined;
}

/** The whole prompt, with every paste in its place. Pasted text is data. */
export function readDraft({ text, pastes }: Draft): PromptText {
  const parts: PromptText[] = [];
  let at = 0;
  for (const { 0: unit, index } of text.matchAll(pasteUnits)) {
    parts.push(toTyped(text.slice(at, index)));
    const mark = readMark(unit);
    parts.push(toData(mark ?? pastes.get(unit)?.content ?? ''));
    at = index + 1;
  }
  return joinTexts([...parts, toTyped(text.slice(at))]);
}

/** Whether a folded paste is part of the draft, so that nobody sees what it says. */
export function hidesPaste({ text, pastes }: Draft): boolean {
  return [...pastes.keys()].some((unit) => text.includes(unit));
}

export function expandDraft(draft: Draft): string {
  return readDraft(draft).text;
}

/** Unfolds the paste that is nearest to the cursor; the one before it if two are. The same draft if none is folded. */
export function expandNearestPaste(draft: Draft): Draft {
  const { text, cursor, pastes } = draft;
  let start = -1;
  const toDistance = (at: number): number => (at < cursor ? cursor - at - 1 : at - cursor);
  for (const { 0: unit, index } of text.matchAll(pasteUnits))
    if (pastes.has(unit) && (start === -1 || toDistance(index) < toDistance(start))) start = index;
  const found = pastes.get(text.charAt(start));
  return found ? insertPasted(draft, { start, end: start + 1, content: found.content }) : draft;
}

/** The label of a folded paste: `[Pasted text #1, 213 lines]`. */
export function describePaste({ number, content, lineCount }: Paste): string {
  const size = lineCount > 1 ? `${lineCount} lines` : `${content.length} characters`;
  return `[Pasted text #${number}, ${size}]`;
}
