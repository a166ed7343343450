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
import {
  type Candidate,
  initialState,
  type ReplAction,
  type ReplState,
  reduce,
} from '../../../src/repl/state.ts';

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

const commands = [
  { text: 'model', description: 'choose the model', parameters: '[model]', isComplete: true },
  { text: 'models', description: 'list models and prices', isComplete: true },
  { text: 'effort', description: 'how much it thinks', isComplete: true },
  { text: 'rename', description: 'name the conversation', parameters: '<name>' },
].map(
  (command): Candidate => ({ ...command, label: `/${command.text}`, ending: command.parameters ? ' ' : '' }),
);

const findCommands: FindCandidates = (query) => rankCandidates(commands, query);

/** Commands are there at once; what follows one, and paths, come from `open`. */
function createComposer(
  open: (name: string) => Promise<FindCandidates>,
  openCommands: (refresh: () => void) => FindCandidates = () => findCommands,
): Composer {
  let state = initialState;
  const dispatch = (action: ReplAction): void => {
    state = reduce(state, action);
  };
  const completer = createCompleter({
    findMissing: () => undefined,
    getState: () => state,
    dispatch,
    findTarget: ({ text, cursor }) => findTarget(text, cursor, { takesPhrase: () => false }),
    findSource(target) {
      if (target.type === 'command') return { key: 'commands', open: openCommands };
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

const readHelp = ({ state: { help } }: Composer) => (help?.type === 'completion' ? help : undefined);

describe('the list of commands', () => {
  it('opens while a name is typed, with the first one selected, and stays for a whole name', () => {
    const composer = createComposer(never);
    const seen = [...'/model'].map((letter) => {
      composer.type(letter);
      return composer.list?.join(' ');
    });
    const both = '> model models';
    expect(seen).toEqual(['> model models effort rename', both, both, both, both, both]);
    composer.type('x');
    expect(composer.list).toBeUndefined();
  });

  it('keeps its rows and the width of its columns while a name is typed', () => {
    const composer = createComposer(never);
    composer.type('/');
    composer.type('e');
    expect(composer.state.help).toMatchObject({
      candidates: [{ text: 'effort' }],
      height: 4,
      measured: commands,
    });
  });

  it.each([
    ['/m', 'Enter runs /model', 'odel [model]', 'send', '/model'],
    ['/model', 'Enter runs /model', ' [model]', 'send', '/model'],
    ['/models', 'Enter runs /models', '', 'send', '/models'],
    ['/dls', undefined, '', undefined, '/dls'],
    ['/thinks', undefined, '', undefined, '/thinks'],
    ['/ren', 'Enter completes /rename', 'ame <name>', 'inserted', '/rename '],
  ])(
    'after %s says "%s", shows "%s" behind the cursor, and Enter does it',
    (typed, enter, ghost, does, text) => {
      const composer = createComposer(never);
      for (const letter of typed) composer.type(letter);
      expect(readHelp(composer)).toMatchObject({ enter, ghost });
      expect(composer.accept()).toBe(does);
      expect(composer.state.draft.text).toBe(text);
    },
  );

  it('gives Tab the selected row, with a space behind it if words follow', () => {
    const composer = createComposer(never);
    composer.type('/m');
    composer.complete();
    expect(composer.state.draft.text).toBe('/model ');
  });

  it('is walked by neighbours, pages and ends', () => {
    const composer = createComposer(never);
    composer.type('/');
    const steps = [1, 'last', 1, -1, 'page-up', 'page-down', 'first'] as const;
    const seen = steps.map((step) => {
      expect(composer.move(step)).toBe(true);
      return readHelp(composer)?.selected;
    });
    expect(seen).toEqual([1, 3, 0, 3, 0, 3, 0]);
  });

  it('keeps what was selected when more becomes known of the commands', () => {
    let refresh = (): void => {};
    const composer = createComposer(never, (onKnown) => {
      refresh = onKnown;
      return findCommands;
    });
    composer.type('/');
    composer.move('last');
    refresh();
    expect(composer.list).toEqual(['model', 'models', 'effort', '> rename']);
  });

  it('stays closed while the same word is typed, until Tab opens it', () => {
    const composer = createComposer(never);
    composer.type('/m');
    expect(composer.close()).toBe(true);
    expect(composer.close()).toBe(false);
    composer.type('o');
    expect(composer.list).toBeUndefined();
    expect(composer.accept()).toBeUndefined();
    composer.complete();
    expect(composer.list).toEqual(['> model', 'models']);
  });
});

describe('the list of what follows a command', () => {
  const open = async (isComplete: boolean): Promise<Composer> => {
    const find: FindCandidates = (query) =>
      rankCandidates(
        ['high', 'higher'].map((text) => ({ text, description: '', isComplete })),
        query,
      );
    const composer = createComposer(() => Promise.resolve(find));
    composer.type('/effort ');
    composer.type('h');
    await expect.poll(() => composer.list).toBeDefined();
    return composer;
  };

  it('selects the first one if it must be one of them, once it is begun', async () => {
    const composer = await open(true);
    expect(readHelp(composer)).toMatchObject({ selected: 0, enter: 'Enter runs /effort high', ghost: 'igh' });
    expect(composer.accept()).toBe('send');
    expect(composer.state.draft.text).toBe('/effort high');
  });

  it('selects nothing if any text may follow, so that Enter sends it as it is', async () => {
    const composer = await open(false);
    expect(readHelp(composer)).toMatchObject({ selected: undefined, enter: undefined, ghost: '' });
    expect(composer.accept()).toBeUndefined();
    composer.move(1);
    expect(composer.accept()).toBe('inserted');
    expect(composer.state.draft.text).toBe('/effort high');
  });
});

describe('what the columns of a list are measured by', () => {
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(97 + at));
  const readMeasured = async (
    open: (name: string) => Promise<FindCandidates>,
    keys: string[],
  ): Promise<(string[] | undefined)[]> => {
    const composer = createComposer(open);
    const measured: (string[] | undefined)[] = [];
    for (const key of keys) {
      composer.type(key);
      await expect.poll(() => composer.list).toBeDefined();
      measured.push(readHelp(composer)?.measured.map(({ text }) => text));
    }
    return measured;
  };

  it('is what is listed of the paths, for each key finds others', async () => {
    const find = toFind(['src/a.ts', 'src/main.ts', 'docs/src.md']);
    const measured = await readMeasured(async () => find, ['@', 's', 'r', 'c/', 'm']);
    expect(measured).toEqual([
      ['src/a.ts', 'src/main.ts', 'docs/src.md'],
      ['src/a.ts', 'src/main.ts'],
      ['src/a.ts', 'src/main.ts'],
      ['src/a.ts', 'src/main.ts'],
      ['src/main.ts'],
    ]);
  });

  it('has each parameter once, however often the source makes it anew', async () => {
    const names = ['gpt-5', 'gpt-5-mini', 'kimi'];
    const measured = await readMeasured(async () => (query) => toFind(names)(query), ['/model ', 'g', 'p']);
    expect(measured).toEqual([names, names, names]);
  });

  it('also has what is listed only once a letter is typed', async () => {
    const find: FindCandidates = (query) => toFind(query === '' ? ['gpt-5'] : ['gpt-5', 'golden'])(query);
    expect(await readMeasured(async () => find, ['/model ', 'g'])).toEqual([['gpt-5'], ['gpt-5', 'golden']]);
  });

  it('is no more than 500 rows of a long list', async () => {
    const many = letters.flatMap((one) => letters.map((other) => `${one}${other}.md`));
    const lengths = (await readMeasured(async () => toFind(many), ['/model ', 'z', 'z'])).map(
      (measured) => measured?.length,
    );
    expect(lengths).toEqual([500, 500, 500]);
    const paths = await readMeasured(async () => () => toFind(many)(''), ['@', 'z']);
    expect(paths.map((measured) => measured?.length)).toEqual([500, 500]);
  });
});

describe('the list of candidates', () => {
  it.each([
    ['the first', 0, 'main'],
    ['the chosen one', 2, 'mark'],
  ])('gives what all paths share, then %s, with a space behind it', async (_, steps, chosen) => {
    const composer = createComposer(async () => toFind(['src/main.ts', 'src/mark.ts'], ' '));
    composer.type('@');
    composer.type('s');
    await expect.poll(() => composer.list).toEqual(['src/main.ts', 'src/mark.ts']);
    composer.complete();
    expect(composer.state.draft.text).toBe('@src/ma');
    for (let step = 0; step < steps; step += 1) composer.move(1);
    composer.complete();
    expect(composer.state.draft.text).toBe(`@src/${chosen}.ts `);
  });

  it.each([
    ['/model ', 'kimi'],
    ['@', 'a.ts'],
  ])('closes when all of a word behind %s is typed', async (lead, word) => {
    const composer = createComposer(async () => toFind([word, 'other']));
    composer.type(lead);
    composer.type(word.slice(0, -1));
    await expect.poll(() => composer.list).toEqual([word]);
    composer.type(word.slice(-1));
    expect(composer.list).toBeUndefined();
  });

  it('closes when something else replaces the draft', () => {
    const composer = createComposer(never);
    composer.type('/m');
    composer.dispatch({ type: 'draft', draft: setText(composer.state.draft, '/help') });
    expect(composer.list).toBeUndefined();
    expect([composer.move(1), composer.accept(), composer.close()]).toEqual([false, undefined, false]);
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
