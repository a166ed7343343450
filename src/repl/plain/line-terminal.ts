import { StringDecoder } from 'node:string_decoder';
import type { Context } from '../../context.ts';
import { isTyped, joinTexts, type PromptText, splitByOrigin, toData, toTyped } from '../../prompt-text.ts';
import { maxLineBytes } from '../../terminal/command-keys.ts';
import type { Input } from '../../terminal/io.ts';
import { isInBackground } from '../../terminal/job.ts';
import { stripControls } from '../../terminal-text.ts';
import { meansMore } from '../word-commands.ts';

type LineReader = {
  start(): void;
  stop(): void;
  /** Whether what is typed from now on is told from what is pasted, as far as the terminal tells. */
  readonly isReady: boolean;
  /** Takes the line that the person has begun and not ended, out of the line editor of the terminal. Empty where it cannot be told. */
  takeBegun(): Promise<PromptText>;
};

/** How a text came. */
export type Arrival = {
  /** The last line end was pasted, too. */
  isOpen: boolean;
  /** The terminal has dropped the end of a line. */
  isCut: boolean;
  /** The last line was pasted without a line end, so the cursor stands behind it. */
  isUnended: boolean;
  /** It does more than its words say, and may have been pasted before the terminal was asked to mark pastes. */
  isEarly: boolean;
  /** When its last byte came, as `performance.now()` counts. */
  at: number;
};

type LineReaderOptions = {
  stream: Input['stream'] & { setRawMode?: (isRaw: boolean) => unknown };
  /** Writes at once what asks the terminal to mark pastes. Undefined if it may not know such a sequence. */
  write: ((text: string) => void) | undefined;
  /** Called with the line that was typed, or with the lines that were pasted. */
  onText: (text: PromptText, arrival: Arrival) => void;
  onReady?: () => void;
  /** Whether a line answers a question now. */
  isAsked?: () => boolean;
  /** What was typed before the line, and belongs to it. */
  begun?: () => PromptText;
  /** Called after Ctrl+D on an empty line, or when the terminal is gone, with what was typed of a line that has not ended. */
  onEnd: (rest: PromptText) => void;
};

/** Lines that follow each other this fast were pasted, in milliseconds. */
const pasteMs = 60;

export const cutNotice = `Nothing is sent of this: the terminal cuts lines to ${maxLineBytes.toLocaleString('en-US')} bytes. Put the text into a file, and name it with @.`;

/** Time allowed for the terminal to hand over a line that has not ended, in milliseconds. */
const handOverMs = 10;

/** The sequence of a key that the terminal's own line editor does not know. */
const pasteMark = /(\u001b\[20[01]~)/;
const markPastes = '\u001b[?2004h';
const stopMarking = '\u001b[?2004l';

const keySequence = /\u001b(?:\[[\d;?]*[ -/]*[@-~]|O.)?/g;

/** Reads lines from a terminal that edits them itself. */
export function createLineReader({
  stream,
  write,
  onText,
  onReady,
  isAsked,
  begun: getBegun = () => toTyped(''),
  onEnd,
}: LineReaderOptions): LineReader {
  const decoder = new StringDecoder('utf8');
  const hasEditor = stream.setRawMode !== undefined;
  let received = '';
  let timer: NodeJS.Timeout | undefined;
  let lastLook: NodeJS.Immediate | undefined;
  /** Whether a paste has begun whose end has not come: the terminal gives it with the next line. */
  let isPasting = false;
  let isRaw = false;
  let isReading = false;
  let at = 0;
  /** Whether the terminal may not have been asked yet to mark pastes when it got what is read now. */
  let isUnmarked = write !== undefined;
  let begins: NodeJS.Timeout | undefined;
  let hasEarly = false;

  function onData(chunk: Buffer | string): void {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    // Without its line editor, the terminal sends keys.
    received += isRaw ? text.replaceAll('\r', '\n') : text;
    if (isRaw && text.includes('\u0003')) process.kill(process.pid, 'SIGINT');
    at = performance.now();
    if (!received.includes('\n')) return;
    hasEarly ||= isUnmarked;
    flushLater();
  }

  function flushLater(): void {
    stopWaiting();
    // After a time in which the program was busy, timers come before lines that were pasted meanwhile. So those are read first.
    timer = setTimeout(() => {
      lastLook = setImmediate(() => void flush());
    }, pasteMs);
  }

  function stopWaiting(): void {
    clearTimeout(timer);
    clearImmediate(lastLook);
  }

  function end(): void {
    onEnd(clean(received.slice(received.lastIndexOf('\n') + 1)));
  }

  async function flush(): Promise<void> {
    const end = received.lastIndexOf('\n');
    let text = received.slice(0, end).replace(/\r\n?/g, '\n').replace(/\r$/, '');
    const isCut = hasEditor && text.split('\n').some((line) => Buffer.byteLength(line) >= maxLineBytes);
    received = received.slice(end + 1);
    // Most pastes do not end with a line end. Without marks, their last line would be a typed one at the next Enter.
    const mayBePasted = text.includes('\n') || meansMore(text) || isAsked?.() === true;
    const rest = mayBePasted && !isPasting && !pasteMark.test(text) ? await takeRest() : '';
    // More lines came meanwhile, and are waited for.
    if (!isReading || received.includes('\n')) {
      received = `${text}\n${received}${rest}`;
      return;
    }
    const isUnended = rest !== '';
    if (isUnended) text = `${text}\n${rest}`;
    const wasPasting = isPasting;
    const said = clean(text);
    const isOpen = isPasting;
    // The person may have deleted the end mark: a paste goes on in one more line at most.
    if (isCut || (wasPasting && !pasteMark.test(text))) isPasting = false;
    const whole = joinTexts([getBegun(), said]);
    const isEarly = hasEarly && splitByOrigin(whole).some((piece) => piece.isTyped && meansMore(piece.text));
    hasEarly = false;
    onText(said, { isOpen, isCut, isUnended, isEarly, at });
  }

  function clean(text: string): PromptText {
    const pieces: PromptText[] = [];
    // A pasted text may hold an end mark, and the terminal shows only at the end of the next line that it was pasted, too.
    const parts = text.split(pasteMark);
    let isBehind = parts[1]?.includes('201') === true;
    for (const piece of parts) {
      const mark = pasteMark.test(piece);
      if (mark) {
        isPasting = piece.includes('200');
        isBehind ||= !isPasting;
      } else {
        const words = stripControls(piece.replace(keySequence, ''));
        pieces.push(isPasting || isBehind ? toData(words) : toTyped(words));
      }
    }
    return joinTexts(pieces);
  }

  async function takeRest(): Promise<string> {
    if (!stream.setRawMode || process.platform === 'win32' || isInBackground()) return '';
    isRaw = true;
    stream.setRawMode(true);
    // As above: after a busy time the timer comes first, and then what there is to read.
    await new Promise((resolve) => setTimeout(() => setImmediate(resolve), handOverMs));
    stream.setRawMode(false);
    isRaw = false;
    const start = received.lastIndexOf('\n') + 1;
    const begun = received.slice(start);
    received = received.slice(0, start);
    return begun;
  }

  return {
    start() {
      stream.on('data', onData).on('end', end).on('error', end);
      stream.resume();
      isReading = true;
      // A command may have got the terminal before a line was given.
      if (received.includes('\n')) flushLater();
      if (!write) return;
      write(markPastes);
      isUnmarked = true;
      const own = setTimeout(() => {
        // As above: what waits to be read by now was there before.
        setImmediate(() => {
          if (begins !== own) return;
          isUnmarked = false;
          onReady?.();
        });
      }, pasteMs);
      begins = own;
    },
    stop() {
      isReading = false;
      stopWaiting();
      clearTimeout(begins);
      write?.(stopMarking);
      stream.off('data', onData).off('end', end).pause();
      if (!stream.destroyed) stream.off('error', end);
    },
    get isReady() {
      return !isUnmarked;
    },
    takeBegun: async () => clean(await takeRest()),
  };
}

type TerminalHolder = {
  /** Whether somebody else has the terminal. */
  isLent(): boolean;
  lend(work: () => Promise<void>): Promise<void>;
  onReturn(): void;
};

/** Gives the terminal back to the shell at Ctrl+Z. Behind it, and behind SIGSTOP, the shell has stopped the marks of pastes. Returns the function that ends this. */
export function heedJobControl(context: Context, reader: LineReader, holder: TerminalHolder): () => void {
  let isRegaining = false;

  async function suspend(): Promise<void> {
    const { suspendProcess } = context;
    if (!suspendProcess) return;
    if (holder.isLent()) return suspendProcess();
    await holder.lend(suspendProcess);
    if (!holder.isLent()) holder.onReturn();
  }

  async function regain(): Promise<void> {
    if (holder.isLent() || isRegaining) return;
    isRegaining = true;
    await context.waitForTerminal();
    isRegaining = false;
    if (context.signal.aborted || holder.isLent()) return;
    reader.stop();
    reader.start();
    holder.onReturn();
  }

  return context.onJobControl({ onStop: () => void suspend(), onContinue: () => void regain() });
}

/** Writes lines one below the other. A question stays open in the last line. */
type LinePrinter = {
  print(lines: readonly string[]): void;
  /** Writes a question and leaves the cursor behind it. */
  ask(question: string): void;
  /** The person pressed Enter, so the terminal is on a new line. */
  noteEnter(): void;
  /** Writes the open question again. Another program has written below it. */
  askAgain(): void;
  readonly isAsking: boolean;
};

export function createLinePrinter(write: (text: string) => void): LinePrinter {
  let isAsking = false;
  let asked = '';
  return {
    print(lines) {
      if (lines.length === 0) return;
      write(`${isAsking ? '\n' : ''}${lines.join('\n')}\n`);
      isAsking = false;
    },
    ask(question) {
      write(`${isAsking ? '\n' : ''}${question}`);
      isAsking = true;
      asked = question;
    },
    noteEnter() {
      isAsking = false;
    },
    askAgain() {
      if (isAsking) write(asked);
    },
    get isAsking() {
      return isAsking;
    },
  };
}

/** Where the terminal does not mark what is pasted, several lines at once were. A single pasted line looks like a typed one. */
export function findPasted(said: PromptText): PromptText {
  const isMarked = !isTyped(said, 0, said.text.length);
  return said.text.trimEnd().includes('\n') && !isMarked ? toData(said.text) : said;
}
