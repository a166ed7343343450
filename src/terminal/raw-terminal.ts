import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { isInBackground } from './job.ts';

/** Ask the terminal to mark pastes, and to tell Shift+Enter from Enter. Terminals ignore what they do not know. */
const enterModes = '\u001b[?2004h\u001b[>4;1m';
const leaveModes = '\u001b[?2004l\u001b[>4m\u001b[?25h';
/** The kitty keyboard protocol is switched on only after the terminal reports it. */
const pushKitty = '\u001b[>1u';
const popKitty = '\u001b[<u';
const reportFocus = '\u001b[?1004h';
const stopReportingFocus = '\u001b[?1004l';
/** Ask for the active parts of the kitty protocol, for the background colour and, last, for what every terminal answers. */
export const questions = '\u001b[?u\u001b]11;?\u0007\u001b[c';

/** Asks whether the terminal knows how to mark pastes (DECRQM). */
export const markQuestion = '\u001b[?2004$p';

/** Asks where the cursor is (DSR 6). */
export const cursorQuestion = '\u001b[6n';

/**
 * Undoes what a killed program may have left: the alternate screen (1049 would move the cursor if there is none), colours, the hidden
 * cursor, mouse and focus reports, application keys, insertion, line drawing, a held frame, a scroll region, lines that do not wrap.
 */
export const resetModes =
  '\u001b[?2026l\u001b[?1047l\u001b[0m\u001b[?25h\u001b[?9;1000;1001;1002;1003;1004;1005;1006;1015;1016l' +
  '\u001b[?1l\u001b>\u001b[4l\u000f\u001b(B\u001b7\u001b[r\u001b8\u001b[?7h';

type RawTerminal = {
  /** Reads each key at once. */
  enter(): void;
  /** Restores the terminal. */
  leave(): void;
  /** Call this after the terminal reported the kitty protocol. */
  switchToKitty(): void;
};

type RawTerminalOptions = {
  stdin: Readable & { setRawMode?: (isRaw: boolean) => unknown; ref?: () => unknown; unref?: () => unknown };
  /** Writes synchronously: this may be the last thing the process does. */
  write: (text: string) => void;
  onText: (text: string) => void;
  /** The terminal has gone. */
  onEnd: () => void;
  /** Asks the terminal to report when its window gets or loses the focus. */
  reportsFocus?: boolean;
};

export function createRawTerminal({
  stdin,
  write,
  onText,
  onEnd,
  reportsFocus = false,
}: RawTerminalOptions): RawTerminal {
  let decoder = new StringDecoder('utf8');
  let isIn = false;
  let isKitty = false;
  const onData = (chunk: Buffer | string): void =>
    onText(typeof chunk === 'string' ? chunk : decoder.write(chunk));

  return {
    enter() {
      if (isIn) return;
      isIn = true;
      decoder = new StringDecoder('utf8');
      stdin.setRawMode?.(true);
      // Some systems report a closed terminal as an error.
      stdin.on('data', onData).on('end', onEnd).on('error', onEnd);
      stdin.ref?.();
      // An earlier question may have paused it.
      stdin.resume();
      write(enterModes + (isKitty ? pushKitty : '') + (reportsFocus ? reportFocus : ''));
    },
    leave() {
      if (!isIn) return;
      isIn = false;
      write((isKitty ? popKitty : '') + leaveModes + (reportsFocus ? stopReportingFocus : ''));
      stdin.off('data', onData).off('end', onEnd);
      // An error that nobody listens to would end the process in the middle of its last words.
      if (!stdin.destroyed) stdin.off('error', onEnd);
      stdin.pause();
      // A job that is ended in the background must not wait for `fg`.
      if (!isInBackground()) stdin.setRawMode?.(false);
    },
    switchToKitty() {
      if (isKitty || !isIn) return;
      isKitty = true;
      write(pushKitty);
    },
  };
}
