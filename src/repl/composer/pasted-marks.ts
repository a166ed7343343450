import { typedWords } from '../word-commands.ts';

/**
 * A pasted character that would mean something if it were typed stands in a draft as a code unit of its own: an `@`, which mentions no file
 * then, and the `!`, the `/` or the word that would begin a command. So does an `@` in a completed name. Like a folded paste it is half of a surrogate pair: undo, the kill ring and
 * the history keep it as they keep other text.
 */
const firstMark = 0xdf80;

/** The units below stand for folded pastes. */
export const foldedUnits = { first: 0xdc00, count: firstMark - 0xdc00 };

const marks = /[\udf80-\udfff]/gu;

/** Marks each `@` of a name that completion inserted: only the `@` that the person typed before it begins a mention. */
export function markMentions(text: string): string {
  return text.replaceAll('@', toMark);
}

/** Marks the characters of a pasted text. One letter alone may be the marked beginning of a word that came back from the history. */
export function markPasted(text: string): string {
  const marked = text.replace(/[@!/]/g, toMark);
  const word = text.trim().toLowerCase();
  const isWord =
    typedWords.includes(word) ||
    (text.length === 1 && typedWords.some((command) => command.startsWith(word)));
  return isWord ? marked.replace(/[!-~]/, toMark) : marked;
}

function toMark(character: string): string {
  return String.fromCharCode(firstMark + character.charCodeAt(0));
}

/** The character that a mark stands for. Undefined for other code units. */
export function readMark(unit: string): string | undefined {
  const code = unit.charCodeAt(0) - firstMark;
  return unit.length === 1 && code >= 0 && code < 128 ? String.fromCharCode(code) : undefined;
}

/** A piece of a draft as it reads. */
export function readMarks(text: string): string {
  return text.replace(marks, (unit) => readMark(unit) ?? unit);
}

/** The same, but a marked `@` stays a mark, as it begins no path. */
export function readOtherMarks(text: string): string {
  return text.replace(marks, (unit) => (readMark(unit) === '@' ? unit : (readMark(unit) ?? unit)));
}
