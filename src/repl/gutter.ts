import type { ThemeRole } from '../terminal/theme.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import type { Look } from './look.ts';

/** Who speaks, or what a line is. Each has its own mark, so that the chat can be read without colour. */
export type Speaker = keyof typeof speakers;

type Voice = {
  /** One cell. */
  mark: string;
  markRole: ThemeRole;
  /** The weight of the words. Undefined leaves them as they are. */
  textRole?: ThemeRole;
};

/** docs/look.md shows this table. */
export const speakers = {
  prompt: { mark: '›', markRole: 'user', textRole: 'prompt' },
  answer: { mark: '●', markRole: 'answer' },
  continued: { mark: '⋮', markRole: 'answer' },
  call: { mark: '▸', markRole: 'accent', textRole: 'dim' },
  thinking: { mark: '✻', markRole: 'dim', textRole: 'dim' },
  result: { mark: '⎿', markRole: 'dim', textRole: 'dim' },
  notice: { mark: '·', markRole: 'dim', textRole: 'dim' },
  warning: { mark: '!', markRole: 'warning', textRole: 'warning' },
  error: { mark: '✗', markRole: 'error', textRole: 'error' },
  nextStep: { mark: ' ', markRole: 'dim' },
} as const satisfies Record<string, Voice>;

/** Every line of the chat begins with a mark or blanks of this width, in cells. */
export const gutterWidth = 2;
export const gutter = ' '.repeat(gutterWidth);

/** Between two facts of one line. */
export const separator = ' · ';

/** How many cells the text of a line may take. */
export function toTextWidth(columns: number): number {
  return Math.max(1, columns - gutterWidth);
}

/** How much a line may say: a narrow pane, the usual terminal, a large window. */
export type Density = 'narrow' | 'usual' | 'wide';

export function toDensity(columns: number): Density {
  if (columns < 60) return 'narrow';
  return columns < 100 ? 'usual' : 'wide';
}

/** The mark of a speaker, painted, and a blank. */
export function toMark(speaker: Speaker, { theme }: Pick<Look, 'theme'>): string {
  const { mark, markRole } = speakers[speaker];
  return `${theme.paint(markRole, mark)} `;
}

/** Puts a mark before the first of these painted lines, and hangs the others under its text. */
export function hang(speaker: Speaker, lines: readonly string[], look: Pick<Look, 'theme'>): string[] {
  return lines.map((line, index) => (index === 0 ? toMark(speaker, look) + line : indent(line)));
}

/** Moves a painted line behind the gutter. An empty line stays empty. */
export function indent(line: string): string {
  return line === '' ? '' : gutter + line;
}

/** Wraps words to lines that fit behind the gutter, in the weight that this speaker has. Takes no control characters. */
export function toWords(
  speaker: Speaker,
  words: string,
  { look, columns }: { look: Pick<Look, 'theme'>; columns: number },
): string[] {
  const { textRole }: Voice = speakers[speaker];
  const lines = wrapText(words, toTextWidth(columns));
  return textRole === undefined ? lines : lines.map((line) => look.theme.paint(textRole, line));
}
