import { StringDecoder } from 'node:string_decoder';
import type { Input } from '../../terminal/io.ts';
import { stripControls } from '../../terminal-text.ts';

type LineReader = {
  start(): void;
  stop(): void;
};

type LineReaderOptions = {
  stream: Input['stream'];
  /** Called with the line that was typed, or with the lines that were pasted. */
  onText: (text: string) => void;
  /** Called after Ctrl+D on an empty line, or when the terminal is gone. */
  onEnd: () => void;
};

/** Lines that follow each other this fast were pasted, in milliseconds. */
const pasteMs = 60;

/** The sequence of a key that the terminal's own line editor does not know. */
const keySequence = /\u001b(?:\[[\d;?]*[ -/]*[@-~]|O.)?/g;

/** Reads lines from a terminal that edits them itself. */
export function createLineReader({ stream, onText, onEnd }: LineReaderOptions): LineReader {
  const decoder = new StringDecoder('utf8');
  let received = '';
  let timer: NodeJS.Timeout | undefined;

  function onData(chunk: Buffer | string): void {
    received += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (!received.includes('\n')) return;
    clearTimeout(timer);
    timer = setTimeout(flush, pasteMs);
  }

  function flush(): void {
    const end = received.lastIndexOf('\n');
    const text = received.slice(0, end).replace(/\r\n?/g, '\n').replace(/\r$/, '');
    received = received.slice(end + 1);
    onText(stripControls(text.replace(keySequence, '')));
  }

  return {
    start() {
      stream.on('data', onData).on('end', onEnd).on('error', onEnd);
      stream.resume();
    },
    stop() {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).pause();
      if (!stream.destroyed) stream.off('error', onEnd);
    },
  };
}

/** Writes lines one below the other. A question stays open in the last line. */
type LinePrinter = {
  print(lines: readonly string[]): void;
  /** Writes a question and leaves the cursor behind it. */
  ask(question: string): void;
  /** The person pressed Enter, so the terminal is on a new line. */
  noteEnter(): void;
  readonly isAsking: boolean;
};

export function createLinePrinter(write: (text: string) => void): LinePrinter {
  let isAsking = false;
  return {
    print(lines) {
      if (lines.length === 0) return;
      write(`${isAsking ? '\n' : ''}${lines.join('\n')}\n`);
      isAsking = false;
    },
    ask(question) {
      write(`${isAsking ? '\n' : ''}${question}`);
      isAsking = true;
    },
    noteEnter() {
      isAsking = false;
    },
    get isAsking() {
      return isAsking;
    },
  };
}
