/** Collects a paste while it comes in. Each chunk is read once. */
export type PasteCollector = {
  /** Takes the part of a chunk that may belong to the paste. Returns what follows it, or undefined if the paste may continue. */
  push(chunk: string): string | undefined;
  /** The whole text, with `\n` as line ends. */
  finish(): string;
  /** What came behind the paste, if silence ended it. */
  takeBehind(): string;
  /** The silence that ends the paste, in milliseconds. */
  readonly patienceMs: number;
};

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';

/** If a terminal loses the end of a paste, the keyboard must work again after this many milliseconds. A slow connection may stand still for seconds in the middle of one. */
const lostEndMs = 8000;
/** How soon the rest of a paste follows an end mark that was pasted itself, in milliseconds. */
const falseEndMs = 40;

/**
 * A bracketed paste, after its first mark. A pasted text may hold marks, to have the rest taken for typed. The real mark is the last one of what
 * comes without a pause.
 */
export function collectBracketedPaste(): PasteCollector {
  const parts: string[] = [];
  /** What came behind an end mark. Undefined as long as there was none. */
  let behind: string[] | undefined;
  /** Text that may be the beginning of the end mark. */
  let tail = '';

  function keep(text: string): void {
    const tailLength = countTail(text);
    (behind ?? parts).push(text.slice(0, text.length - tailLength));
    tail = text.slice(text.length - tailLength);
  }

  return {
    get patienceMs() {
      return behind ? falseEndMs : lostEndMs;
    },
    push(chunk) {
      const text = tail + chunk;
      const end = text.lastIndexOf(pasteEnd);
      if (end === -1) {
        keep(text);
        return undefined;
      }
      // There may be more pieces than a call takes arguments.
      for (const piece of behind ?? []) parts.push(piece);
      parts.push(text.slice(0, end));
      behind = [];
      keep(text.slice(end + pasteEnd.length));
      return undefined;
    },
    finish: () =>
      toLines((parts.join('') + (behind ? '' : tail)).replaceAll(pasteEnd, '').replaceAll(pasteStart, '')),
    takeBehind: () => (behind ? behind.join('') + tail : ''),
  };
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
    takeBehind: () => '',
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
