import { StringDecoder } from 'node:string_decoder';
import type { Input } from '../../terminal/io.ts';
import { stripControls } from '../../terminal-text.ts';

type LineReader = {
  start(): void;
  stop(): void;
};

type LineReaderOptions = {
  stream: Input['stream'];
  /** Told what was typed up to Enter, or pasted: then it has several lines. */
  onText: (text: string) => void;
  /** Ctrl+D on an empty line, or a terminal that has gone. */
  onEnd: () => void;
};

/** Lines of a paste come closer together than anybody types, in milliseconds. */
const pasteMs = 60;

/** A key that a terminal which edits the line itself does not know. */
const keySequence = /\u001b(?:\[[\d;?]*[ -/]*[@-~]|O.)?/g;

/** Reads what a person types into a terminal that edits the line itself. */
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

/** Writes lines below one another. What asks for an answer stands in the last line, which stays open. */
type LinePrinter = {
  print(lines: readonly string[]): void;
  /** Leaves the cursor behind the question. */
  ask(question: string): void;
  /** The terminal went to a new line: the person pressed Enter. */
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
