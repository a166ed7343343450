import wrapAnsi from 'wrap-ansi';

const tab = /\t/g;

/** The lines of a text, none wider than so many cells; words stay whole where they fit. */
export function wrapText(text: string, columns: number): string[] {
  return wrapAnsi(text.replace(tab, '  '), Math.max(1, columns), { hard: true, trim: false }).split('\n');
}
