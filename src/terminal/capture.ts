import { stripControls } from '../terminal-text.ts';

/** Keeps the beginning and the end of a long output. */
type Capture = { add(text: string): void; read(): string };

/** Of the beginning, and of the end, in UTF-16 code units. */
const usualLength = 32_768;

export function createCapture(length = usualLength): Capture {
  let begin = '';
  let end = '';
  let left = 0;
  return {
    add(text) {
      const room = length - begin.length;
      begin += text.slice(0, room);
      end += text.slice(Math.max(0, room));
      if (end.length <= 2 * length) return;
      left += end.length - length;
      end = end.slice(-length);
    },
    read() {
      const rest = end.slice(-length);
      const omitted = left + end.length - rest.length;
      if (omitted === 0) return begin + rest;
      // Whole lines: half a secret would not be known as one.
      const first = begin.slice(0, begin.lastIndexOf('\n') + 1) || begin;
      const last = rest.slice(rest.indexOf('\n') + 1);
      const cut = omitted + begin.length - first.length + rest.length - last.length;
      return `${first.replace(/\n$/, '')}\n[… ${cut} characters …]\n${last}`;
    },
  };
}

/** What programs that fill the screen begin with. */
const alternateScreen = /\u001b\[\?(?:1049|1047|47)h/;

/** Whether an output was drawn and not written, so that there is no text in it. */
export function isDrawn(output: string): boolean {
  return alternateScreen.test(output);
}

const escapeSequences =
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[P^_X][^\u001b]*(?:\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;

/** What was typed as plain text: no keys but those of characters and Enter. */
export function toTypedText(typed: string): string {
  return stripControls(typed.replace(escapeSequences, '').replaceAll('\r', '\n')).replace(/\n+$/, '');
}

/** What a person saw of an output, as plain text: no colours, and of lines that were written over the last state. */
export function toPlainOutput(output: string): string {
  const text = output.replace(escapeSequences, '').replaceAll(/\r+\n/g, '\n');
  const lines = text.split('\n').map((line) => line.split('\r').findLast((part) => part !== '') ?? '');
  return stripControls(lines.join('\n')).trimEnd();
}
