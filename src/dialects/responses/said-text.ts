/** A place in a text: how long the text was there, and a hash of what came before. */
export type TextMark = { readonly length: number; readonly hash: number };

/** Where every text begins. FNV-1a, which hashes one number after the other. */
export const textBeginning: TextMark = { length: 0, hash: 0x811c9dc5 };
const prime = 0x01000193;

/** Text that comes in pieces, and is compared later with the same text in one piece. The pieces themselves are not kept: there are thousands. */
export function createSaidText() {
  let { length, hash } = textBeginning;
  let end = '';
  return {
    add(text: string): void {
      length += text.length;
      hash = addHash(hash, text, text.length);
      end = text.length > 1 ? text : end.slice(-1) + text;
    },
    mark: (): TextMark => ({ length, hash }),
    /** Its last characters, two at least if there are any. */
    end: (): string => end,
    /** Whether `text` begins with all that was added since `start`. */
    isSaidBy(text: string, start: TextMark): boolean {
      const count = length - start.length;
      return text.length >= count && addHash(start.hash, text, count) === hash;
    },
  };
}

/** The hash behind the first `count` characters of `text`. */
function addHash(start: number, text: string, count: number): number {
  let hash = start;
  for (let index = 0; index < count; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  return hash;
}
