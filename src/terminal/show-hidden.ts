import { once } from '../once.ts';
import { isSimple, toGraphemes } from './cell-width.ts';

const ascii = /^[\u0020-\u007e]*$/;

/**
 * What hides in a text, or makes a person read another than a program: control characters and line ends, marks that turn the direction,
 * characters without width, blanks that are none for a shell, halves of characters, and what is no character yet. A selector of emoji is none
 * of them behind an emoji and in a keycap. Made when it is needed: classes of Unicode take milliseconds.
 */
const getHidden = once(
  () =>
    /(?! )[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Z}\u2800]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})(?<![#*0-9](?=\ufe0f\u20e3))\ufe0f/gu,
);

/**
 * Marks that no letter carries, more of them on one letter than any script has, and parts of Korean syllables that begin none. They would be drawn
 * over something else.
 */
const getCrowding = once(
  () =>
    /^\p{M}|(?<=\p{M}{5})\p{M}|(?<![\u1100-\u11ff\ua960-\ua97c\uac00-\ud7fb])[\u1160-\u11ff\ud7b0-\ud7fb]/gu,
);

/** In code points. Some terminals draw what joins without end in one cell. The longest that words have is a consonant of Sanskrit with nine. */
const longestGrapheme = 10;

const tabWidth = 4;

/**
 * One line of a text of others, with names for everything that hides: `⟪U+202E⟫`. Tabs become blanks; `showExactly` marks them. Nothing is left that could drive a
 * terminal, and nothing that is drawn elsewhere than at its place. Each character of the rest can be read.
 */
export function showHidden(line: string): string {
  if (ascii.test(line)) return line;
  const shown = line.replaceAll('\t', ' '.repeat(tabWidth)).replace(getHidden(), nameCharacter);
  if (isSimple(shown)) return shown;
  const parted = shown.replace(getCrowding(), nameCharacter);
  return Array.from(toGraphemes(parted), cutGrapheme).join('');
}

const tabMark = '⇥';
const blankMark = '␣';
/** Fills a tab up. `showRow` makes it a blank; one of the text has a name by then. */
const filler = '\u00a0';

/** What `showExactly` writes itself. */
const getOwnMarks = once(() => new RegExp(`[${tabMark}${blankMark}⟪]`, 'g'));

/**
 * The same for a text that is run or written: two that differ look different. A tab has a mark, or the name that is given for it, and what looks
 * like a mark has a name. Each row of it goes through `showRow`.
 */
export function showExactly(line: string, nameTabs?: (tabs: string) => string): string {
  if (ascii.test(line)) return line;
  const isTab = (index: number): boolean => index % 2 === 1;
  const toTabs = nameTabs ?? ((tabs: string) => (tabMark + filler.repeat(tabWidth - 1)).repeat(tabs.length));
  const parts = line.replace(getOwnMarks(), nameCharacter).split(/(\t+)/);
  return parts.map((part, index) => (isTab(index) ? toTabs(part) : showHidden(part))).join('');
}

/** A row of a text that `showExactly` gave, with a mark for each blank at its end. */
export function showRow(row: string): string {
  const shown = row.replace(/ +$/, (blanks) => blankMark.repeat(blanks.length));
  return shown.replaceAll(filler, ' ').trimEnd();
}

/** The marks in a row of `showRow`, and what is between them: at odd places there are marks. */
export function splitMarks(row: string): string[] {
  return row.split(/([⇥␣]+)/);
}

function cutGrapheme(grapheme: string): string {
  if (grapheme.length <= longestGrapheme) return grapheme;
  const characters = Array.from(grapheme);
  const rest = characters.slice(longestGrapheme).map(nameCharacter);
  return characters.slice(0, longestGrapheme).join('') + rest.join('');
}

function nameCharacter(character: string): string {
  return `⟪U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟫`;
}
