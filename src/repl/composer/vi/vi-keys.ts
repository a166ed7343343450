import type { Key, NamedKey } from '../../keys/key.ts';
import type { Draft } from '../draft.ts';
import { findNextBoundary } from '../graphemes.ts';
import { leaveInsert, pressVi } from './vi.ts';
import { initialVi, type ViMode, type ViState, type ViStep } from './vi-state.ts';

/** Vi mode between the keys and the composer. */
export type ViKeys = {
  /** Takes a key. False if it has its usual meaning. */
  take(key: Key): boolean;
  /** A new draft begins in insert mode. */
  reset(): void;
};

type ViKeysOptions = {
  getDraft: () => Draft;
  setDraft: (draft: Draft) => void;
  /** Types as in insert mode. */
  type: (text: string) => void;
  /** Called with another mode, and when a command is begun or ends. */
  onMode: (mode: ViMode, isPending: boolean) => void;
  /** Whether Esc in insert mode has its usual meaning at once: it stops a reply, and there is nothing to edit. */
  stopsAtOnce: () => boolean;
  /** Up and down where the text has no more lines. */
  up: () => void;
  down: () => void;
  /** Searches the earlier prompts for a text that was typed already. */
  searchHistory: (text: string) => void;
  /** Whether the terminal tells Alt+W from Esc and W. Others send the same for both, if they follow quickly. */
  knowsAlt: () => boolean;
  /** The usual meaning of Esc. On an empty draft it counts for the pair that goes back. */
  escape: () => void;
};

/** Keys that mean the same as a character outside insert mode. */
const characters: Record<string, string> = {
  left: 'h',
  backspace: 'h',
  right: 'l',
  space: 'l',
  up: 'k',
  down: 'j',
  home: '0',
  end: '$',
  delete: 'x',
};

/** On an empty draft these begin a command, a shell command, or a word such as `:q` and `?`. */
const beginners = '/!:?';

export function createViKeys(options: ViKeysOptions): ViKeys {
  const { getDraft, setDraft, onMode } = options;
  let vi: ViState = initialVi;

  function keep(next: ViState): void {
    const isPending = next.pending.length > 0;
    const hasChanged = next.mode !== vi.mode || isPending !== vi.pending.length > 0;
    vi = next;
    if (hasChanged) onMode(vi.mode, isPending);
  }

  function apply(step: ViStep): void {
    keep(step.vi);
    if (step.draft !== getDraft()) setDraft(step.draft);
  }

  function pressCharacter(character: string): void {
    const isIdle = vi.mode === 'normal' && vi.pending.length === 0;
    if (isIdle && beginners.includes(character)) {
      if (getDraft().text === '') {
        keep({ ...vi, mode: 'insert' });
        options.type(character);
      }
      return;
    }
    const step = pressVi(vi, getDraft(), character);
    apply(step);
    if (step.refused === 'k') options.up();
    if (step.refused === 'j') options.down();
  }

  function pressText(text: string): void {
    for (let at = 0; at < text.length; ) {
      if (vi.mode === 'insert') {
        options.type(text.slice(at));
        return;
      }
      const end = findNextBoundary(text, at);
      const character = text.slice(at, end);
      const isIdle = vi.mode === 'normal' && vi.pending.length === 0 && getDraft().text !== '';
      if (isIdle && character === '/') {
        options.searchHistory(text.slice(end));
        return;
      }
      pressCharacter(character);
      at = end;
    }
  }

  function leave(): void {
    apply(leaveInsert(vi, getDraft()));
    if (getDraft().text === '') options.escape();
  }

  /** Esc outside insert mode. False if there is nothing to leave. */
  function escapes(): boolean {
    const step = pressVi(vi, getDraft(), '<esc>');
    apply(step);
    return step.refused === undefined;
  }

  function takeNamed(key: NamedKey): boolean {
    const isPlain = !key.ctrl && !key.alt && !key.shift;
    const isLetter = key.alt && !key.ctrl && [...key.name].length === 1;
    if (isLetter && !options.knowsAlt()) {
      if (vi.mode === 'insert') leave();
      else if (!escapes()) options.escape();
      pressText(key.shift ? key.name.toUpperCase() : key.name);
      return true;
    }
    if (vi.mode === 'insert') {
      if (key.name !== 'escape' || !isPlain || options.stopsAtOnce()) return false;
      leave();
      return true;
    }
    if (key.ctrl && !key.alt && key.name === 'r') {
      apply(pressVi(vi, getDraft(), '<c-r>'));
      return true;
    }
    if (!isPlain) return false;
    if (key.name === 'escape') return escapes();
    if (key.name === 'enter') keep({ ...vi, pending: [] });
    const character = characters[key.name];
    if (character === undefined) return false;
    pressCharacter(character);
    return true;
  }

  return {
    take(key) {
      if (key.type === 'key') return takeNamed(key);
      if (key.type !== 'text' || vi.mode === 'insert') return false;
      pressText(key.text);
      return true;
    },
    reset: () => keep({ ...initialVi, register: vi.register, find: vi.find, change: vi.change }),
  };
}
