import wrapAnsi from 'wrap-ansi';

const tab = /\t/g;

/** Wraps a text to this width, between words if possible. */
export function wrapText(text: string, columns: number): string[] {
  return wrapAnsi(text.replace(tab, '  '), Math.max(1, columns), { hard: true, trim: false }).split('\n');
}
