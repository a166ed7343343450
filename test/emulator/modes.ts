import type { Terminal } from '@xterm/headless';
import type { Keyboard, KeyEncoding } from './keys.ts';

/** What a program has switched on and off in its terminal. */
export type ScreenModes = {
  bracketedPaste: boolean;
  cursorVisible: boolean;
  alternateScreen: boolean;
  applicationCursor: boolean;
  focusReports: boolean;
  mouse: 'none' | 'x10' | 'vt200' | 'drag' | 'any';
  /** An update has begun and not ended: a terminal shows what was there before. */
  synchronizedUpdate: boolean;
  keyEncoding: KeyEncoding;
};

type Options = {
  keyboard: Keyboard;
  background: string | undefined;
  onAnswer: (bytes: string) => void;
};

/** Listens to the sequences that the emulator itself does not keep, and answers the questions that it does not. */
export function trackModes(terminal: Terminal, options: Options): () => ScreenModes {
  const isCursorVisible = trackCursor(terminal);
  const toEncoding = trackKeyboard(terminal, options);
  if (options.background !== undefined) answerBackground(terminal, options.background, options.onAnswer);

  return () => ({
    bracketedPaste: terminal.modes.bracketedPasteMode,
    cursorVisible: isCursorVisible(),
    alternateScreen: terminal.buffer.active.type === 'alternate',
    applicationCursor: terminal.modes.applicationCursorKeysMode,
    focusReports: terminal.modes.sendFocusMode,
    mouse: terminal.modes.mouseTrackingMode,
    synchronizedUpdate: terminal.modes.synchronizedOutputMode,
    keyEncoding: toEncoding(),
  });
}

type Parameters = (number | number[])[];

/** Every handler returns false, so that the emulator handles the sequence as well. */
function trackCursor({ parser }: Terminal): () => boolean {
  let isVisible = true;
  const set = (value: boolean) => (parameters: Parameters) => {
    if (parameters.includes(25)) isVisible = value;
    return false;
  };
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
  parser.registerEscHandler({ final: 'c' }, () => {
    isVisible = true;
    return false;
  });
  return () => isVisible;
}

function trackKeyboard(terminal: Terminal, { keyboard, onAnswer }: Options): () => KeyEncoding {
  if (keyboard === 'legacy') return () => 'legacy';
  if (keyboard === 'kitty') {
    const flags = trackKitty(terminal, onAnswer);
    return () => (flags() > 0 ? 'kitty' : 'legacy');
  }
  const level = trackModifyOtherKeys(terminal);
  return () => {
    if (level() === 0) return 'legacy';
    return level() === 1 ? 'modify-other-keys-1' : 'modify-other-keys-2';
  };
}

/** `CSI > 4 ; level m` sets the level of modifyOtherKeys, without a level it is the one at start. */
function trackModifyOtherKeys({ parser }: Terminal): () => number {
  let level = 0;
  parser.registerCsiHandler({ prefix: '>', final: 'm' }, ([resource, value = 0]) => {
    if (resource === 4) level = Number(value);
    return false;
  });
  return () => level;
}

/** The stack of flags of kitty's keyboard protocol: pushed by `>`, popped by `<`, changed by `=`, asked for by `?`. */
function trackKitty({ parser }: Terminal, onAnswer: Options['onAnswer']): () => number {
  const stack = [0];
  const current = (): number => stack.at(-1) ?? 0;
  parser.registerCsiHandler({ prefix: '>', final: 'u' }, ([flags = 0]) => stack.push(Number(flags)) > 0);
  parser.registerCsiHandler({ prefix: '<', final: 'u' }, ([count = 1]) => {
    stack.splice(Math.max(1, stack.length - Math.max(1, Number(count))));
    return true;
  });
  parser.registerCsiHandler({ prefix: '=', final: 'u' }, ([flags = 0, mode = 1]) => {
    const value = Number(flags);
    const results: Record<number, number> = { 2: current() | value, 3: current() & ~value };
    stack[stack.length - 1] = results[Number(mode)] ?? value;
    return true;
  });
  parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => {
    onAnswer(`\u001b[?${current()}u`);
    return true;
  });
  return current;
}

function answerBackground({ parser }: Terminal, background: string, onAnswer: Options['onAnswer']): void {
  const parts = background.slice(1).match(/../g) ?? [];
  parser.registerOscHandler(11, (data) => {
    if (data !== '?') return false;
    onAnswer(`\u001b]11;rgb:${parts.map((part) => part + part).join('/')}\u001b\\`);
    return true;
  });
}
