import stringWidth from 'string-width';
import { simpleWidth } from './simple-character.ts';

/** How many cells of a terminal a text takes. Control characters take none: they must not get there. */
export function cellWidth(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index += 1) {
    const cells = simpleWidth(text.charCodeAt(index));
    if (cells === 0) return stringWidth(text);
    width += cells;
  }
  return width;
}
