import { createRawTerminal } from '../terminal/raw-terminal.ts';
import type { Key } from './keys/key.ts';
import { createKeyDecoder } from './keys/key-decoder.ts';

type StopListenerOptions = Pick<Parameters<typeof createRawTerminal>[0], 'stdin' | 'write' | 'onEnd'> & {
  /** Ends the listening if the program ends. Returns the function that forgets this. */
  onExit(leave: () => void): () => void;
  onStop(): void;
  onSuspend(): void;
  /** Gets what was typed meanwhile, key by key, afterwards. */
  take(key: Key): void;
};

const newLine: Key = { type: 'paste', text: '\n' };

/**
 * Reads the keyboard while the terminal is lent to work that reads no keys. Nobody sees what is typed meanwhile, so it goes into the composer
 * and Enter sends none of it. Returns the function that ends this.
 */
export function listenForStop({
  onExit,
  onStop,
  onSuspend,
  take,
  ...streams
}: StopListenerOptions): () => void {
  let kept: Key[] = [];
  const keys = createKeyDecoder({
    onKey(key) {
      if (key.type === 'text' || key.type === 'paste') kept.push(key);
      if (key.type !== 'key') return;
      if (key.name === 'escape' || (key.ctrl && key.name === 'c')) onStop();
      else if (key.ctrl && key.name === 'z') onSuspend();
      else if (key.name === 'backspace') kept = takeBack(kept);
      else if (key.name === 'enter' && kept.length > 0) kept.push(newLine);
    },
  });
  const terminal = createRawTerminal({ ...streams, onText: keys.push });
  const forget = onExit(terminal.leave);
  terminal.enter();
  return () => {
    forget();
    terminal.leave();
    keys.endPaste();
    const end = kept.findLastIndex((key) => key !== newLine);
    for (const key of kept.slice(0, end + 1)) take(key);
  };
}

/** Without the last letter, or the last paste. */
function takeBack(kept: readonly Key[]): Key[] {
  const last = kept.at(-1);
  const text = last?.type === 'text' ? Array.from(last.text).slice(0, -1).join('') : '';
  return [...kept.slice(0, -1), ...(text === '' ? [] : [{ type: 'text' as const, text }])];
}
