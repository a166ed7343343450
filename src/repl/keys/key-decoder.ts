import { isHighSurrogate } from '../composer/graphemes.ts';
import { isC1, toControlKey } from './character-keys.ts';
import { matchEscape, toAbandonedKey } from './escape-sequence.ts';
import type { Key } from './key.ts';
import {
  collectBracketedPaste,
  collectPlainPaste,
  isPlainPaste,
  type PasteCollector,
} from './paste-collector.ts';

export type KeyDecoder = {
  /** Takes what was read from a terminal in raw mode, decoded by a StringDecoder: one character may come in two reads. */
  push(chunk: string): void;
  /** Emits what is held. Nothing more will come. */
  end(): void;
  /** Emits the paste that is not over, as far as it came. */
  endPaste(): void;
};

type KeyDecoderOptions = {
  onKey: (key: Key) => void;
  /** How long to wait for the rest of a sequence after ESC, in milliseconds. Slow connections split sequences. */
  escapeTimeoutMs?: number;
  /** Whether the terminal is known to mark pastes. */
  marksPastes?: () => boolean;
};

/** The silence after which an incomplete sequence that nobody types is dropped, in milliseconds. */
const lostSequenceMs = 1000;
/** Longer than any known sequence. */
const maxSequenceLength = 4096;

const escapeCode = 27;
/** Ctrl+C, read by itself: pasted text comes in longer pieces, and without controls from most terminals. So the end of the paste is lost. */
const interrupt = /^(?:\u0003|\u001b\[99;5u)$/;

/**
 * Turns what terminals send into keys. It reads the encodings of the VT100, xterm, rxvt and the Linux console, xterm's modifyOtherKeys and
 * the kitty keyboard protocol. Unknown sequences are dropped, so that none ends up in a prompt.
 */
export function createKeyDecoder({
  onKey,
  escapeTimeoutMs = 50,
  marksPastes = () => false,
}: KeyDecoderOptions): KeyDecoder {
  /** The beginning of a sequence whose rest has not come yet. */
  let pending = '';
  /**
   * How many characters at the end of `pending` came one by one, as a person types, behind the beginning of a string that came in one
   * piece. If the end of the string was lost, they are text. Undefined if `pending` is no such string.
   */
  let typedBehind: number | undefined;
  /** The first half of a surrogate pair. */
  let half = '';
  let paste: PasteCollector | undefined;
  /** Whether a marked paste came before. */
  let hasMarked = false;
  /** Inside a sequence that is too long to be kept. */
  let isSkipping = false;
  let timer: NodeJS.Timeout | undefined;
  let lastLook: NodeJS.Immediate | undefined;

  /** Returns what came behind it. */
  function finishPaste(): string {
    const finished = paste;
    paste = undefined;
    if (finished) onKey({ type: 'paste', text: finished.finish() });
    return finished?.takeBehind() ?? '';
  }

  function readPaste(collector: PasteCollector, text: string): string {
    const rest = collector.push(text);
    if (rest !== undefined) finishPaste();
    return rest ?? '';
  }

  function skip(text: string): string {
    const end = text.search(/[\u0000-\u001f]/);
    isSkipping = end === -1;
    return end === -1 ? '' : text.slice(end + (text[end] === '\u0007' ? 1 : 0));
  }

  /** Reads keys up to the start of a paste or an incomplete sequence. Returns the rest. */
  function readKeys(text: string): string {
    let position = 0;
    while (position < text.length) {
      const code = text.charCodeAt(position);
      if (code === escapeCode) {
        const match = matchEscape(text, position);
        if (match.type === 'ambiguous' || match.type === 'partial')
          return hold(text.slice(position), match.type);
        position += match.length;
        if (match.type === 'paste-start') {
          paste = collectBracketedPaste();
          hasMarked = true;
          return text.slice(position);
        }
        if (match.key) onKey(match.key);
      } else if (isControl(code)) {
        position += 1;
        if (!isC1(code)) onKey(toControlKey(code));
      } else {
        const end = findTextEnd(text, position);
        onKey({ type: 'text', text: text.slice(position, end) });
        position = end;
      }
    }
    return '';
  }

  function hold(text: string, kind: 'ambiguous' | 'partial'): string {
    if (kind === 'partial' && text.length > maxSequenceLength) isSkipping = true;
    else {
      pending = text;
      schedule(kind === 'ambiguous' ? escapeTimeoutMs : lostSequenceMs);
    }
    return '';
  }

  /** After a time in which the program was busy, timers come before what was sent meanwhile. So it is read first. */
  function schedule(milliseconds: number): void {
    stopWaiting();
    timer = setTimeout(() => {
      lastLook = setImmediate(giveUp);
    }, milliseconds).unref();
  }

  function stopWaiting(): void {
    clearTimeout(timer);
    clearImmediate(lastLook);
  }

  /** Called after silence: the rest of the sequence did not come. */
  function giveUp(): void {
    stopWaiting();
    const behind = finishPaste();
    isSkipping = false;
    const typed = takeTyped();
    let rest = pending;
    pending = '';
    half = '';
    if (typed !== '') {
      onKey({ type: 'text', text: typed });
      return;
    }
    if (rest !== '' && matchEscape(rest, 0).type !== 'ambiguous') return;
    while (rest !== '') {
      const { key, length } = toAbandonedKey(rest, 0);
      onKey(key);
      rest = rest.slice(length);
    }
    push(behind);
  }

  function endPaste(): void {
    const finished = paste;
    paste = undefined;
    const text = finished?.finish() ?? '';
    if (text !== '') onKey({ type: 'paste', text });
    push(finished?.takeBehind() ?? '');
  }

  /** Takes what was typed behind a string whose end was lost. What is left of `pending` means nothing. */
  function takeTyped(): string {
    const typed = typedBehind ? pending.slice(-typedBehind) : '';
    typedBehind = undefined;
    return typed;
  }

  function push(chunk: string): void {
    if (chunk === '') return;
    if (typedBehind !== undefined && isCharacter(chunk) && pending.at(-1) !== '\u001b') {
      // The time goes on, so that somebody who types fast gets the keyboard back.
      pending += chunk;
      typedBehind += chunk.length;
      return;
    }
    stopWaiting();
    if (interrupt.test(chunk)) endPaste();
    if (typedBehind && !endsString.test(chunk)) giveUp();
    typedBehind = undefined;
    let text = pending + half + chunk;
    pending = '';
    half = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(-1) : '';
    if (half) text = text.slice(0, -1);
    if (!paste && !isSkipping && isPlainPaste(text, hasMarked || marksPastes()))
      paste = collectPlainPaste(escapeTimeoutMs);
    while (text !== '') {
      if (paste) text = readPaste(paste, text);
      else text = isSkipping ? skip(text) : readKeys(text);
    }
    if (stringStart.test(pending) && chunk.length > 1) typedBehind = 0;
    if (paste) schedule(paste.patienceMs);
    else if (isSkipping) schedule(lostSequenceMs);
  }

  return { push, end: giveUp, endPaste };
}

function isCharacter(chunk: string): boolean {
  return [...chunk].length === 1 && !isControl(chunk.charCodeAt(0));
}

const stringStart = /^\u001b[\]PX^_]./;
/** The end of a string, or more of it. */
const endsString = /^(?:\u0007|\u001b(?:\\|$)|[^\u0000-\u001f\u007f])/;

function isControl(code: number): boolean {
  return code < 32 || code === 127 || isC1(code);
}

function findTextEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && !isControl(text.charCodeAt(end))) end += 1;
  return end;
}
