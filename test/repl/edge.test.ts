import { describe, expect, it } from 'vitest';
import type { StatusField } from '../../src/config/setting-choices.ts';
import type { Model } from '../../src/copilot/model.ts';
import type { Usage } from '../../src/dialects/chat-event.ts';
import { createDraft } from '../../src/repl/composer/draft.ts';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { paste } from '../../src/repl/composer/pastes.ts';
import { createLook } from '../../src/repl/look.ts';
import { initialState, type ReplState } from '../../src/repl/state.ts';
import { findPlaceholder } from '../../src/repl/view/draw-live.ts';
import { drawEdge } from '../../src/repl/view/edge.ts';
import { describeKeys } from '../../src/repl/view/key-hints.ts';
import { cellWidth } from '../../src/terminal/cell-width.ts';

const fields: StatusField[] = ['model', 'context', 'cost', 'quota', 'tokens', 'speed'];

const facts: ReplState['facts'] = {
  ...initialState.facts,
  model: { id: 'gpt-5.3-codex', contextTokens: 1_000, promptTokens: 1_000 } as Model,
  usage: { inputTokens: 100, outputTokens: 50 } as Usage,
  isOfLast: true,
  credits: { spent: 0.25, isEstimated: false },
  tokensPerSecond: 40,
};

const typed = (text: string): Partial<ReplState> => ({ draft: insert(createDraft(), text) });

function draw(changes: Partial<ReplState>, { columns = 80, statusFields = fields } = {}): string[] {
  const state = { ...initialState, facts, ...changes };
  const look = createLook({
    themeChoice: 'none',
    background: undefined,
    level: 'none',
    links: false,
    motion: true,
    statusFields,
  });
  return drawEdge({ facts: state.facts, hints: describeKeys(state, 1_000), look, columns });
}

const work = { label: 'Answering', startedAt: 0, received: 0, wait: undefined };
const held: Partial<ReplState> = { isHeld: true, queue: [{ text: 'next', pasted: [] }] as never };
const revision: ReplState['revision'] = { turn: 'a', conversation: 'b', number: 3 };

describe('the edge above the draft', () => {
  it.each<[string, Partial<ReplState>, string]>([
    ['an empty draft', {}, '/ commands · ? keys'],
    ['a draft', typed('why'), 'Enter sends'],
    ['a command', typed('/model'), 'Enter runs it'],
    ['a shell command', typed('!ls'), 'Enter runs it'],
    ['a word that leaves', typed('exit'), 'Enter leaves'],
    ['one during an answer', { work, ...typed(' Q') }, 'Esc stops · Enter leaves'],
    ['one in the place of a revision', { revision, ...typed('quit') }, 'Enter leaves'],
    ['one beside what waits', { ...held, ...typed('bye') }, 'Enter leaves'],
    ['a word for help', typed('help'), 'Enter runs /help'],
    ['a word that was pasted', { draft: paste(createDraft(), 'exit') }, 'Enter sends'],
    ['a path, which is a prompt', typed('/ usr'), 'Enter sends'],
    ['an answer', { work }, 'Esc stops'],
    ['an answer and a draft', { work, ...typed('why') }, 'Esc stops · Enter queues'],
    ['a draft that came back', { ...typed('why'), isPlaced: true }, 'Ctrl+C clears it'],
    ['one during an answer', { work, ...typed('why'), isPlaced: true }, 'Esc stops · Enter queues'],
    ['a hint', { hint: 'Ctrl+C again leaves' }, 'Ctrl+C again leaves'],
    ['a revision', { revision, ...typed('why') }, 'Enter sends this in place of prompt 3 · Esc cancels'],
    ['what waits', held, '/ commands · ? keys'],
    ['a draft beside what waits', { ...held, ...typed('why') }, 'Ctrl+J new line'],
    ['a command beside it', { ...held, ...typed('/model') }, 'Enter runs it'],
    [
      'one that came back beside it',
      { ...held, ...typed('why'), isPlaced: true, isReturned: true },
      'Enter sends only this',
    ],
    [
      'a nearly full window',
      { facts: { ...facts, usage: { inputTokens: 900 } as Usage } },
      '/compact makes room',
    ],
  ])('names the keys for %s', (_, changes, keys) => {
    const [line = '', ...others] = draw(changes);
    expect(others).toEqual([]);
    expect(line).toMatch(/^─.* ─$/);
    expect(line).toContain(` ${keys}`);
  });

  it('leaves the keys of the menu to the menu', () => {
    const help = { type: 'completion', candidates: [], measured: [] } as never;
    expect(draw({ ...typed('/mo'), help })).toEqual([
      `─ gpt-5.3-codex · context 15 % · 0.25 credits ${'─'.repeat(33)}`,
    ]);
  });

  it('says nothing of a window that is nearly empty, and names the model that is looked up', () => {
    const used = { ...facts, usage: { inputTokens: 5 } as Usage };
    expect(draw({ facts: used })[0]).toMatch(/^─ gpt-5\.3-codex · 0\.25 credits · 5 in ─/);
    const asked = { ...initialState.facts, asked: 'haiku' };
    expect(draw({ facts: asked })[0]).toMatch(/^─ haiku … ─/);
    expect(draw({ facts: initialState.facts })[0]).toMatch(/^─{50,} \/ commands/);
  });

  it('begins with the model and the context, whatever the keys are', () => {
    for (const changes of [{}, typed('why'), held, { ...held, ...typed('why') }]) {
      expect(draw(changes)[0]).toMatch(/^─ gpt-5\.3-codex · context 15 % · 0\.25 credits ─/);
    }
  });

  it('drops the keys before the model and the cost in a narrow pane, and the least important first', () => {
    expect(draw({}, { columns: 65 })).toEqual([
      '─ gpt-5.3-codex · context 15 % · 0.25 credits ───── / commands ─',
    ]);
    expect(draw({}, { columns: 50 })[0]).toMatch(/^─ gpt-5\.3-codex · context 15 % · 0\.25 credits ─+$/);
    expect(draw({}, { columns: 40 })[0]).toMatch(/^─ gpt-5\.3-codex · context 15 % ─+$/);
  });

  it('shows more of the status where there is room', () => {
    expect(draw({}, { columns: 130 })[0]).toMatch(/^─ .*0\.25 credits · 100 in · 50 out · 40 tokens\/s ─/);
  });

  it('shows both counts of tokens or none, and the same beside other keys, a search or a short sentence', () => {
    for (let columns = 80; columns < 130; columns += 1) {
      const status = (changes: Partial<ReplState>) =>
        /^─ (.*?) ─/.exec(draw(changes, { columns })[0] ?? '')?.[1];
      expect(status({})).toMatch(/credits$|50 out$|tokens\/s$/);
      expect(status({ hint: 'Ctrl+C again leaves' })).toBe(status({}));
      expect(status(typed('why'))).toBe(status({}));
    }
  });

  it.each([
    ['an answer', { work }],
    ['a long draft during it', { work, draft: createDraft('later') }],
    ['a sentence', { hint: 'Ctrl+C again leaves' }],
    ['a search', { help: { type: 'history-search', query: '', found: 'one', failed: false } }],
  ] as const)('keeps its width beside %s', (_, changes) => {
    for (const columns of [40, 80, 120, 200])
      expect(cellWidth(draw(changes, { columns }).at(-1) ?? '')).toBe(
        cellWidth(draw({}, { columns })[0] ?? ''),
      );
  });

  it('says how to stop in a narrow pane, too', () => {
    expect(draw({ work }, { columns: 40 })[0]).toMatch(/^─ gpt-5\.3-codex ─+ Esc stops ─$/);
  });

  it('is not about what takes only a moment', () => {
    expect(draw({ work: { ...work, startedAt: 900 } })[0]).not.toContain('Esc stops');
  });

  it('puts a sentence that must be seen on its own lines where there is no room', () => {
    const [line, ...others] = draw({ revision }, { columns: 40 });
    expect(line).toMatch(/^─ gpt-5\.3-codex/);
    expect(others).toEqual(['  Enter sends this in place of prompt 3', '  · Esc cancels']);
  });

  it('is a rule and keys if the person wants no status', () => {
    expect(draw({}, { statusFields: [] })[0]).toMatch(/^─{50,} \/ commands · \? keys ─$/);
  });

  it('puts what is nearly used up before the rest', () => {
    const quota = { entitlement: 100, percentRemaining: 5 } as never;
    expect(draw({ facts: { ...facts, quota } })[0]).toContain('context 15 % · quota 5 % left');
  });

  it.each([10, 20, 39, 40, 59, 60, 80, 120, 200])(
    'is never as wide as the terminal of %i columns',
    (columns) => {
      for (const changes of [{}, typed('why'), { work }, { revision }, { hint: '漢字 '.repeat(20) }])
        for (const line of draw(changes, { columns })) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
    },
  );
});

describe('the placeholder', () => {
  const find = (changes: Partial<ReplState>, columns = 80): string | undefined =>
    findPlaceholder({ ...initialState, ...changes }, columns);

  it('teaches somebody new what can be typed, and is shorter later', () => {
    expect(find({ isNewcomer: true })).toBe('Ask anything · @file adds a file · !command adds its output');
    expect(find({ isNewcomer: true }, 40)).toBe('Ask, @file, !command or /command');
    expect(find({})).toBe('Ask anything');
    expect(find({ facts: { ...facts, isBegun: true } })).toBe('Ask a follow-up');
  });

  it.each<[string, Partial<ReplState>]>([
    ['a draft', typed('x')],
    ['a draft of blanks', typed(' ')],
    ['an answer', { work }],
    ['a revision', { revision }],
    ['attachments', { attachments: ['a.txt'] }],
  ])('is gone with %s', (_, changes) => {
    expect(find(changes)).toBeUndefined();
  });

  it('fits into the narrowest pane', () => {
    for (let columns = 4; columns < 60; columns += 1)
      expect(cellWidth(find({ isNewcomer: true }, columns) ?? '') + 2).toBeLessThan(columns);
  });
});
