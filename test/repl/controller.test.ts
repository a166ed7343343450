import { describe, expect, it, vi } from 'vitest';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { keyBindings } from '../../src/repl/composer/key-bindings.ts';
import { createController } from '../../src/repl/controller.ts';
import { toKey } from '../../src/repl/keys/key.ts';
import { initialState, type ReplState, reduce } from '../../src/repl/state.ts';

/** The keys of a chat in this state, whose actions do nothing. */
function start(changes: Partial<ReplState>, { isVi = false } = {}) {
  let state: ReplState = { ...initialState, ...changes };
  const rewind = vi.fn();
  const controller = createController({
    getState: () => state,
    dispatch: (action) => {
      state = reduce(state, action);
    },
    actions: { rewind, toggleReasoning: () => false, stop: () => {} } as never,
    completer: { close: () => false, edited: () => {} } as never,
    rows: () => ({ width: 80 }) as never,
    now: () => 0,
    vi: () => (isVi ? ({ take: () => false } as never) : undefined),
    keyBindings,
  });
  const press = (...keys: string[]): void => {
    for (const key of keys) controller.take(toKey(key));
  };
  return { press, rewind, getHint: () => state.hint };
}

const draft = insert(initialState.draft, 'why');
const work = { label: 'Working', startedAt: 0, received: 0, wait: undefined };

describe('Esc twice', () => {
  it('edits an earlier prompt on an empty one, and on another says how', () => {
    const empty = start({});
    empty.press('escape', 'escape');
    expect(empty.rewind).toHaveBeenCalledOnce();
    const full = start({ draft });
    full.press('escape');
    expect(full.getHint()).toBeUndefined();
    full.press('escape');
    expect(full.getHint()).toBe('Ctrl+C clears the prompt; Esc Esc then edits an earlier one');
    expect(full.rewind).not.toHaveBeenCalled();
  });

  it('says nothing in vi mode, where it is often pressed', () => {
    const { press, getHint } = start({ draft }, { isVi: true });
    press('escape', 'escape');
    expect(getHint()).toBeUndefined();
  });
});

describe('Ctrl+O', () => {
  const dialog = { type: 'confirm', question: 'Sure?', byDefault: true } as never;
  it.each<[string, Partial<ReplState>, string]>([
    ['an answer that has none', {}, 'The last answer has nothing more to open'],
    ['a call that runs', { work }, 'There is nothing to open yet'],
    [
      'a question that waits',
      { work, waitingDialog: dialog },
      'Tab turns to the question, which opens there',
    ],
  ])('says that there is nothing to open, beside %s', (_, changes, hint) => {
    const { press, getHint } = start(changes);
    press('ctrl+o');
    expect(getHint()).toBe(hint);
  });
});
