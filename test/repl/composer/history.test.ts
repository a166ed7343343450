import { describe, expect, it } from 'vitest';
import { isTyped, joinTexts, toData, toTyped } from '../../../src/prompt-text.ts';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import {
  addPrompt,
  addWaited,
  createPromptHistory,
  findOlder,
  getMatch,
  leaveHistory,
  searchFor,
  settleUnsent,
  walkHistory,
} from '../../../src/repl/composer/history.ts';
import { layoutDraft } from '../../../src/repl/composer/layout-draft.ts';
import { expandDraft, readDraft, setPrompt } from '../../../src/repl/composer/pastes.ts';
import { longPaste, pasteAll, run, toPicture, wide } from './drafts.ts';

/** Walks, and gives what is shown after each step. */
function walk(
  steps: string,
  draft = createDraft(),
  history = createPromptHistory(['one', 'two', 'three'].map(toTyped)),
) {
  let state = { history, draft };
  const shown: string[] = [];
  for (const step of steps) {
    state =
      step === 'u' || step === 'd'
        ? walkHistory(state.history, state.draft, step === 'u' ? -1 : 1)
        : { ...state, draft: insert(state.draft, step) };
    shown.push(toPicture(state.draft));
  }
  return { shown, ...state };
}

describe('walking through the prompts', () => {
  it('goes back to the oldest, and no further', () => {
    expect(walk('uuuu').shown).toEqual(['three|', 'two|', 'one|', 'one|']);
    const oldest = walk('uuu');
    expect(walkHistory(oldest.history, oldest.draft, -1)).toEqual({
      history: oldest.history,
      draft: oldest.draft,
    });
    expect(walkHistory(oldest.history, oldest.draft, -1).draft).toBe(oldest.draft);
  });

  it('comes back to the draft as it was, including folded pastes and undo', () => {
    const draft = run(pasteAll(createDraft('look: '), longPaste), 'left');
    const back = walk('uudd', draft);
    expect(back.draft).toEqual(draft);
    expect(expandDraft(run(back.draft, 'undo'))).toBe('look: ');
    expect(walkHistory(back.history, back.draft, 1).draft).toBe(back.draft);
  });

  it('keeps an edited prompt while others are shown', () => {
    expect(walk('u!ud').shown).toEqual(['three|', 'three!|', 'two|', 'three!|']);
    expect(walk('uu!ddu').shown.at(-1)).toBe('three|');
  });

  it('keeps the text that was cut', () => {
    const cut = run(pasteAll(createDraft('a'), longPaste), 'delete-word-back');
    expect(expandDraft(run(walk('u', cut).draft, 'yank'))).toBe(`three${longPaste}`);
    const { draft, history } = walk('u', createDraft('x'));
    const back = walkHistory(history, run(draft, 'delete-word-back'), 1);
    expect(toPicture(run(back.draft, 'yank'))).toBe('xthree|');
  });
});

describe('a prompt that was sent', () => {
  it.each([
    ['four', ['one', 'two', 'three', 'four']],
    ['three', ['one', 'two', 'three']],
    ['one', ['one', 'two', 'three', 'one']],
    [' \n', ['one', 'two', 'three']],
  ])('%j comes last, but for an empty one and a repeat', (prompt, entries) => {
    const { history } = walk('uu');
    expect(addPrompt(history, toTyped(prompt))).toEqual(createPromptHistory(entries.map(toTyped)));
  });
});

describe('a prompt that waited and is sent now', () => {
  it('comes last, and leaves the person and their draft where they are', () => {
    const { history, draft } = walk('uu', createDraft('unsent'));
    const added = addWaited(history, toTyped('four'));
    expect(added.entries.at(-1)?.text).toBe('four');
    expect(walk('ddd', draft, added).shown).toEqual(['three|', 'four|', 'unsent|']);
    expect(walk('u', createDraft(), addWaited(createPromptHistory([]), toTyped('one'))).shown).toEqual([
      'one|',
    ]);
  });

  it('is not there twice in a row', () => {
    const { history } = walk('u', createDraft('unsent'));
    expect(addWaited(history, toTyped('three')).entries).toHaveLength(3);
  });
});

describe('a draft that was left for an older prompt', () => {
  it('is one step forward after that prompt is sent, and only until it is shown', () => {
    const { history } = walk('u', createDraft('unsent'));
    const sent = addPrompt(addPrompt(history, toTyped('four')), toTyped('five'));
    const back = walk('d', createDraft(), sent);
    expect(back.shown).toEqual(['unsent|']);
    expect(walk('d', createDraft(), addPrompt(back.history, toTyped('unsent'))).shown).toEqual(['|']);
  });

  it('is the newest prompt after another text took its place, as it was typed', () => {
    const draft = run(pasteAll(createDraft('look: '), longPaste), 'left');
    const settled = settleUnsent(leaveHistory(walk('u', draft).history));
    expect(settleUnsent(settled)).toBe(settled);
    const { shown, draft: back } = walk('uudd', createDraft('other'), settled);
    expect(shown.slice(1)).toEqual(['three|', toPicture(draft), 'other|']);
    expect(walk('u', createDraft('other'), settled).draft.undoStack).toEqual(draft.undoStack);
    expect(toPicture(back)).toBe('other|');
  });

  it('is not there twice in a row', () => {
    const { history } = walk('u', createDraft('three'));
    expect(settleUnsent(leaveHistory(history)).entries).toHaveLength(3);
  });
});

describe('a long paste in an earlier prompt', () => {
  const sent = joinTexts([toTyped('look: '), toData(longPaste), toTyped(' and at '), toData('a short one')]);
  const label = '[Pasted text #1, 213 lines]';

  it('is folded again, and its whole text is sent', () => {
    const { draft } = walkHistory(createPromptHistory([sent]), createDraft(), -1);
    expect(layoutDraft(draft, { ...wide, maxRows: 5 }).rows).toEqual([`look: ${label} and at a short one`]);
    expect(expandDraft(draft)).toBe(sent.text);
    expect(isTyped(readDraft(draft), 6, 6 + longPaste.length)).toBe(false);
  });

  it('keeps its number while the draft still has it, and in another walk', () => {
    const draft = pasteAll(createDraft('look: '), longPaste);
    const history = createPromptHistory([readDraft(draft), toTyped('two')]);
    const back = walkHistory(history, draft, -1);
    const older = walkHistory(back.history, back.draft, -1);
    expect(older.draft.pasteCount).toBe(1);
    expect(older.draft.text).toBe(draft.text);
  });

  it('is folded although nothing of it was typed, and it begins like a command', () => {
    const prompt = toData(`/new ${longPaste}`);
    const { draft } = walkHistory(createPromptHistory([prompt]), createDraft(), -1);
    expect(draft.text).toHaveLength(1);
    expect(readDraft(draft)).toEqual(prompt);
  });

  it('is folded in a prompt that is put back, next to what is typed behind it', () => {
    const draft = insert(setPrompt(createDraft(), sent), '!');
    expect(draft.text).toHaveLength('look: X and at a short one!'.length);
    expect(expandDraft(draft)).toBe(`${sent.text}!`);
    expect(expandDraft(run(draft, 'undo', 'undo'))).toBe('');
  });
});

describe('a search in the prompts', () => {
  const entries = ['Fix the bug', 'list files', 'fix (this)', 'list files', 'explain fix', 'x'];
  const show = (search: ReturnType<typeof searchFor>): string | undefined => entries[getMatch(search) ?? -1];

  it('finds the newest first, and older ones when it is asked again', () => {
    const first = searchFor(entries, 'fix');
    expect(show(first)).toBe('explain fix');
    const second = findOlder(entries, first);
    expect(show(second)).toBe('fix (this)');
    const third = findOlder(entries, second);
    expect(show(third)).toBe('Fix the bug');
    const last = findOlder(entries, third);
    expect([show(last), last.failed]).toEqual(['Fix the bug', true]);
  });

  it('shows a prompt that was sent twice once', () => {
    const first = searchFor(entries, 'list');
    expect(getMatch(first)).toBe(3);
    expect(findOlder(entries, first).failed).toBe(true);
  });

  it.each([
    ['Fix', 'Fix the bug'],
    ['(th', 'fix (this)'],
    ['THIS', undefined],
    ['nothing', undefined],
    ['', 'x'],
  ])('for %j finds %j', (query, found) => {
    expect(show(searchFor(entries, query))).toBe(found);
  });
});
