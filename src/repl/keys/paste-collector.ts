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

/** A paste without marks. A control character that is not a line end, or silence, ends it. */
export function collectPlainPaste(patienceMs: number): PasteCollector {
  const parts: string[] = [];
  return {
    patienceMs,
    push(chunk) {
      const end = chunk.search(controls);
      parts.push(end === -1 ? chunk : chunk.slice(0, end));
      return end === -1 ? undefined : chunk.slice(end);
    },
    finish: () => toLines(parts.join('')),
  };
}

/** Not those that part pages and lines in files. */
const controls = /[\u0000-\u0008\u000e-\u001f\u007f]/;

/** Whether one read holds several lines. Nobody types that fast, and each line must not be sent as a prompt of its own. */
export function isPlainPaste(chunk: string): boolean {
  return /[^\r\n][\r\n]+[^\r\n]/.test(chunk) && !controls.test(chunk);
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
