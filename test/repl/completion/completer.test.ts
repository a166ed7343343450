import { describe, expect, it } from 'vitest';
import {
  type Completer,
  createCompleter,
  type FindCandidates,
} from '../../../src/repl/completion/completer.ts';
import { findTarget } from '../../../src/repl/completion/completion-target.ts';
import { rankCandidates } from '../../../src/repl/completion/rank.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { initialState, type ReplAction, type ReplState, reduce } from '../../../src/repl/state.ts';

type Composer = Completer & {
  readonly state: ReplState;
  dispatch(action: ReplAction): void;
  /** Types a text as one key. */
  type(text: string): void;
  /** What is listed, the selected one marked. */
  readonly list: string[] | undefined;
};

const toFind =
  (texts: string[], ending = ''): FindCandidates =>
  (query) =>
    rankCandidates(
      texts.map((text) => ({ text, description: '', ending })),
      query,
    );

/** Commands are there at once; what follows one, and paths, come from `open`. */
function createComposer(open: (name: string) => Promise<FindCandidates>): Composer {
  let state = initialState;
  const dispatch = (action: ReplAction): void => {
    state = reduce(state, action);
  };
  const completer = createCompleter({
    getState: () => state,
    dispatch,
    findTarget: ({ text, cursor }) => findTarget(text, cursor, { takesPhrase: () => false }),
    findSource(target) {
      if (target.type === 'command')
        return { key: 'commands', open: () => toFind(['model', 'models', 'effort', 'help'], ' ') };
      const name = target.type === 'path' ? '@' : target.command;
      return { key: name, open: () => open(name) };
    },
  });
  return {
    ...completer,
    get state() {
      return state;
    },
    dispatch,
    type(text) {
      dispatch({ type: 'draft', draft: insert(state.draft, text) });
      completer.edited();
    },
    get list() {
      const { help } = state;
      if (help?.type !== 'completion') return undefined;
      return help.candidates.map(({ text }, index) => (index === help.selected ? `> ${text}` : text));
    },
  };
}

const never = () => new Promise<FindCandidates>(() => {});

describe('the list of candidates', () => {
  it('opens while a word is typed, narrows, and closes if nothing matches or all of it is typed', () => {
    const composer = createComposer(never);
    const seen = [...'/model'].map((letter) => {
      composer.type(letter);
      return composer.list?.join(' ');
    });
    const all = 'model models effort help';
    expect(seen).toEqual([all, 'model models', 'model models', 'model models', 'model models', undefined]);
    composer.type('x');
    expect(composer.list).toBeUndefined();
  });

  it('keeps its rows while a word is typed', () => {
    const composer = createComposer(never);
    composer.type('/');
    composer.type('e');
    expect(composer.state.help).toMatchObject({ candidates: [{ text: 'effort' }], height: 4 });
  });

  it('completes the shared beginning, then the first candidate with a space behind it', () => {
    const composer = createComposer(never);
    composer.type('/m');
    composer.complete();
    expect(composer.state.draft.text).toBe('/model');
    composer.complete();
    expect(composer.state.draft.text).toBe('/model ');
  });

  it('inserts the candidate that the arrows selected, on Tab and on Enter', () => {
    const composer = createComposer(never);
    composer.type('/m');
    expect(composer.accept()).toBe(false);
    expect(composer.move(1)).toBe(true);
    expect(composer.list).toEqual(['> model', 'models']);
    composer.move(-1);
    expect(composer.list).toEqual(['model', '> models']);
    expect(composer.accept()).toBe(true);
    expect(composer.state.draft.text).toBe('/models ');
    expect(composer.move(1)).toBe(false);
  });

  it('stays closed while the same word is typed, until Tab opens it', () => {
    const composer = createComposer(never);
    composer.type('/m');
    expect(composer.close()).toBe(true);
    expect(composer.close()).toBe(false);
    composer.type('o');
    expect(composer.list).toBeUndefined();
    composer.complete();
    expect(composer.list).toEqual(['model', 'models']);
  });

  it('closes when something else replaces the draft', () => {
    const composer = createComposer(never);
    composer.type('/m');
    composer.dispatch({ type: 'draft', draft: setText(composer.state.draft, '/help') });
    expect(composer.list).toBeUndefined();
    expect([composer.move(1), composer.accept(), composer.close()]).toEqual([false, false, false]);
  });

  it('shows loaded candidates for the text typed meanwhile', async () => {
    let finish = (_: FindCandidates): void => {};
    const loaded = new Promise<FindCandidates>((resolve) => {
      finish = resolve;
    });
    const composer = createComposer(() => loaded);
    composer.type('/model ');
    composer.type('g');
    expect(composer.list).toBeUndefined();
    finish(toFind(['gpt-5', 'kimi']));
    await loaded;
    await expect.poll(() => composer.list).toEqual(['gpt-5']);
  });

  it('drops candidates loaded for a word that is gone', async () => {
    const finish: Record<string, (find: FindCandidates) => void> = {};
    const composer = createComposer(
      (name) =>
        new Promise((resolve) => {
          finish[name] = resolve;
        }),
    );
    composer.type('/model ');
    composer.type('@');
    finish.model?.(toFind(['gpt-5']));
    finish['@']?.(toFind(['src/']));
    await expect.poll(() => composer.list).toEqual(['src/']);
  });

  it('shows nothing for a draft that a key put there after the word', async () => {
    let finish = (_: FindCandidates): void => {};
    const loaded = new Promise<FindCandidates>((resolve) => {
      finish = resolve;
    });
    const composer = createComposer(() => loaded);
    composer.type('/model ');
    composer.dispatch({ type: 'draft', draft: setText(composer.state.draft, '/model k') });
    finish(toFind(['kimi']));
    await loaded;
    await Promise.resolve();
    expect(composer.list).toBeUndefined();
  });

  it('is empty if loading fails, and nothing else happens', async () => {
    const composer = createComposer(() => Promise.reject(new Error('offline')));
    composer.type('/model ');
    await new Promise(setImmediate);
    expect(composer.list).toBeUndefined();
    composer.type('g');
    expect(composer.list).toBeUndefined();
  });
});
