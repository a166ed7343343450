/** Collects a paste while it comes in. Each chunk is read once. */
export type PasteCollector = {
  /** Takes the part of a chunk that belongs to the paste. Returns what follows it, or undefined if the paste continues. */
  push(chunk: string): string | undefined;
  /** The whole text, with `\n` as line ends. */
  finish(): string;
  /** The silence that ends the paste, in milliseconds. */
  readonly patienceMs: number;
};

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';

/** If a terminal loses the end of a paste, the keyboard must work again after this many milliseconds. */
const lostEndMs = 1000;

/** A bracketed paste, after its first mark. */
export function collectBracketedPaste(): PasteCollector {
  const parts: string[] = [];
  /** Text that may be the beginning of the end mark. */
  let tail = '';

  return {
    patienceMs: lostEndMs,
    push(chunk) {
      const text = tail + chunk;
      const end = findEnd(text);
      if (end === -1) {
        const tailLength = countTail(text);
        parts.push(text.slice(0, text.length - tailLength));
        tail = text.slice(text.length - tailLength);
        return undefined;
      }
      parts.push(text.slice(0, end));
      tail = '';
      return text.slice(end + pasteEnd.length);
    },
    finish: () => toLines((parts.join('') + tail).replaceAll(pasteEnd, '')),
  };
}

/** A pasted text may hold an end mark, to have the rest taken for typed. The real mark is behind it. */
function findEnd(text: string): number {
  let end = text.indexOf(pasteEnd);
  for (;;) {
    const later = end === -1 ? -1 : text.indexOf(pasteEnd, end + pasteEnd.length);
    if (later === -1 || text.slice(end, later).includes(pasteStart)) return end;
    end = later;
  }
}

/** A paste without marks. A key that is no text, or silence, ends it. */
export function collectPlainPaste(patienceMs: number): PasteCollector {
  const parts: string[] = [];
  /** What may be the beginning of a colour. */
  let tail = '';
  return {
    patienceMs,
    push(chunk) {
      const text = tail + chunk;
      const end = findKey(text);
      const taken = end === -1 ? text.search(begunColour) : end;
      tail = end === -1 ? text.slice(taken) : '';
      parts.push(text.slice(0, taken));
      return end === -1 ? undefined : text.slice(end);
    },
    finish: () => toLines(parts.join('')),
  };
}

/** Colours, and the end of a line that has the colour of the background. No key sends these. */
const colours = /\u001b\[[\d;:]*[mK]/g;
/** At the end of a read, its rest may follow. The end of the text otherwise. */
const begunColour = /(?:\u001b(?:\[[\d;:]*)?)?$/;
/** Not those that part pages and lines in files. */
const controls = /[\u0000-\u0008\u000e-\u001f\u007f]/;
/** In a text as long as nobody types: files have backspaces and bells, too. */
const interrupts = /[\u0003\u0004\u001a\u001b]/;

function findKey(text: string): number {
  const plain = text.replace(begunColour, '').replace(colours, (colour) => ' '.repeat(colour.length));
  return plain.search(text.length > mostTyped ? interrupts : controls);
}

/** More than anybody types during one read, even if the program was busy for a second. */
const mostTyped = 40;

/**
 * Whether one read holds several lines that were pasted: each line must not be sent as a prompt of its own. A program that is busy reads Enter
 * and what was typed behind it at once. So from a terminal that marks pastes, a short text was typed.
 */
export function isPlainPaste(chunk: string, marksPastes: boolean): boolean {
  if (!/[^\r\n][\r\n]+[^\r\n]/.test(chunk) || findKey(chunk) !== -1) return false;
  return !marksPastes || chunk.length > mostTyped || /[\r\n]!/.test(chunk);
}

/** How many characters at the end of `text` are a beginning of the end mark. */
function countTail(text: string): number {
  let length = Math.min(text.length, pasteEnd.length - 1);
  while (length > 0 && !pasteEnd.startsWith(text.slice(text.length - length))) length -= 1;
  return length;
}

function toLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
