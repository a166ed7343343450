/** What is being pasted, as it comes in. Each chunk is looked at once. */
export type PasteCollector = {
  /** Takes what belongs to the paste. Gives what follows it, or undefined where the paste goes on. */
  push(chunk: string): string | undefined;
  /** All that came, with `\n` as line ends. */
  finish(): string;
  /** Silence of so many milliseconds ends it. */
  readonly patienceMs: number;
};

const pasteEnd = '\u001b[201~';

/** A terminal that loses the end of a paste must not take the keyboard with it. */
const lostEndMs = 1000;

/** A paste between the marks of the terminal, after the first of them. */
export function collectBracketedPaste(): PasteCollector {
  const parts: string[] = [];
  /** Perhaps the beginning of the end mark. */
  let tail = '';

  return {
    patienceMs: lostEndMs,
    push(chunk) {
      const text = tail + chunk;
      const end = text.indexOf(pasteEnd);
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
    finish: () => toLines(parts.join('') + tail),
  };
}

/** A paste that begins without a mark. It ends where a control character stands that is no line end, or in silence. */
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

const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Whether one read holds more than one line: nobody types that fast, and to send each line on its own would be a disaster. */
export function isPlainPaste(chunk: string): boolean {
  return /[^\r\n][\r\n]+[^\r\n]/.test(chunk) && !controls.test(chunk);
}

/** How many characters at the end of `text` the end mark begins with. */
function countTail(text: string): number {
  let length = Math.min(text.length, pasteEnd.length - 1);
  while (length > 0 && !pasteEnd.startsWith(text.slice(text.length - length))) length -= 1;
  return length;
}

function toLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
