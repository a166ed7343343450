import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/copilot/model.ts';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { createLook } from '../../../src/repl/look.ts';
import { initialState, type ReplState } from '../../../src/repl/state.ts';
import type { Transcript } from '../../../src/repl/transcript.ts';
import { createLiveView } from '../../../src/repl/view/draw-live.ts';
import { describeSearchKeys } from '../../../src/repl/view/list-keys.ts';
import { createPanelRenderer } from '../../../src/repl/view/render-panel.tsx';

const facts: ReplState['facts'] = {
  ...initialState.facts,
  model: { id: 'gpt-5.3-codex', contextTokens: 1_000, promptTokens: 1_000 } as Model,
};
const look = createLook({
  themeChoice: 'dark',
  background: undefined,
  level: '256',
  links: false,
  motion: true,
  statusFields: ['model', 'context'],
});
const revision: ReplState['revision'] = { turn: 'a', conversation: 'b', number: 3 };
const transcript = { draw: () => [] as string[] } as unknown as Transcript;

function open(state: ReplState, columns: number) {
  const size = { columns, rows: 24 };
  return createLiveView({
    getState: () => state,
    look: () => look,
    transcript,
    size: () => size,
    now: () => 1_000,
  });
}

describe('the panel of a chat at rest', () => {
  const cases: [string, Partial<ReplState>][] = [
    ['with an empty draft', {}],
    ['with a draft', { draft: insert(createDraft(), 'why') }],
    ['with a hint', { hint: 'Ctrl+C again leaves' }],
    ['with a revision', { revision }],
    ['before the model is known', { facts: initialState.facts }],
  ];

  it.each(cases.flatMap((one) => [40, 80, 200].map((columns) => [...one, columns] as const)))(
    'is drawn without Ink as Ink would draw it: %s, %j, in %i columns',
    (_, changes, columns) => {
      const state = { ...initialState, facts, ...changes };
      const live = open(state, columns);
      const renderer = createPanelRenderer();
      const byInk = renderer.render({ state, look, columns, listRows: 9, rows: 24, now: 1_000 });
      expect(live.draw().panel).toEqual([...byInk, expect.stringContaining('›')]);
      renderer.close();
      live.close();
    },
  );

  it('has nothing but the edge until Ink is loaded, and then what waits, is attached or asked', async () => {
    const state = { ...initialState, facts, attachments: ['photo.png'] };
    const live = open(state, 80);
    expect(live.draw().panel.join('\n')).not.toContain('photo.png');
    await live.load();
    expect(live.draw().panel.join('\n')).toContain('[photo.png]');
    live.close();
  });
});

describe('a search in earlier prompts', () => {
  it.each([
    ['pears', 'about pears', false, ['› about pears', expect.stringContaining('Ctrl+R finds an older one')]],
    ['pears', 'about pears', true, ['› about pears', expect.stringContaining('No older one')]],
    ['plums', undefined, true, ['nothing found', 'Esc closes']],
  ])(
    'is typed in the place of the draft, below what it finds: %s, %s, %s',
    async (query, found, failed, above) => {
      const help = { type: 'history-search' as const, query, found, failed };
      const draft = insert(createDraft(), 'a draft\nof two rows');
      const live = open({ ...initialState, facts, draft, help }, 80);
      await live.load();
      const { panel, cursor } = live.draw();
      live.close();
      const rows = panel.map(stripVTControlCharacters);
      expect(rows.slice(-3)).toEqual([...above, `search › ${query}`]);
      expect(cursor).toEqual({ row: panel.length - 1, column: `search › ${query}`.length });
    },
  );
});

describe('the keys of a search', () => {
  it.each([false, true])('are all named in a narrow pane, too, at the oldest match: %s', (failed) => {
    for (const columns of [40, 60, 80]) {
      const keys = describeSearchKeys({ type: 'history-search', query: 'a', found: 'a', failed }, columns);
      expect(keys).toMatch(
        failed
          ? /^Enter takes.* · No older one · Esc closes$/
          : /^Enter takes.* · Ctrl\+R .*older.* · Esc closes$/,
      );
      expect(keys.length).toBeLessThan(columns);
    }
  });
});
