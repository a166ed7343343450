import { expect, it } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { createCompleter } from '../../src/repl/completion/completer.ts';
import { readDraft, setPrompt } from '../../src/repl/composer/pastes.ts';
import { createController } from '../../src/repl/controller.ts';
import { initialState, type ReplAction, type ReplState, reduce } from '../../src/repl/state.ts';

const unexpected = (): never => {
  throw new Error('nobody expects this action');
};

function start(returnedAt: number | undefined) {
  let state: ReplState = initialState;
  let now = 1_000;
  const dispatch = (action: ReplAction): void => {
    state = reduce(state, action);
  };
  const draft = setPrompt(state.draft, toTyped('failed'));
  dispatch({ type: 'draft', draft, isPlaced: true, ...(returnedAt !== undefined && { returnedAt }) });
  const takeKey = createController({
    getState: () => state,
    dispatch,
    completer: createCompleter({
      getState: () => state,
      dispatch,
      findTarget: () => undefined,
      findSource: unexpected,
    }),
    now: () => now,
    rows: () => ({ columns: 80 }) as never,
    actions: new Proxy({} as never, { get: () => unexpected }),
  });
  return {
    type: (text: string) => takeKey({ type: 'text', text }),
    wait(milliseconds: number) {
      now += milliseconds;
    },
    read: () => readDraft(state.draft).text,
    state: () => state,
  };
}

it('puts no letters that were typed ahead behind a prompt that has just come back', () => {
  const { type, read, wait, state } = start(1_000);
  wait(120);
  type('n');
  expect(read()).toBe('n');
  expect(state().hint).toBe('Up brings back the prompt that was not answered');
  wait(90);
  type('ext');
  expect(read()).toBe('next');
});

it.each([
  { what: 'that somebody has read', returnedAt: 0, typed: 'failedx' },
  { what: 'that was asked for', returnedAt: undefined, typed: 'failedx' },
])('goes on with a prompt in the composer $what', ({ returnedAt, typed }) => {
  const { type, read } = start(returnedAt);
  type('x');
  expect(read()).toBe(typed);
});
