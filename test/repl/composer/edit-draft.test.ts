import { describe, expect, it } from 'vitest';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { continueLine, type EditingCommand, insert } from '../../../src/repl/composer/edit-draft.ts';
import { parseDraft, run, toPicture, type } from './drafts.ts';

const cases: readonly (readonly [EditingCommand, before: string, after: string])[] = [
  ['new-line', 'ab|cd', 'ab\n|cd'],
  ['left', 'ab|', 'a|b'],
  ['left', '|ab', '|ab'],
  ['left', 'a👨‍👩‍👧|', 'a|👨‍👩‍👧'],
  ['left', 'ae\u0301|', 'a|e\u0301'],
  ['left', '🇩🇪🇫🇷|', '🇩🇪|🇫🇷'],
  ['left', 'a\n|b', 'a|\nb'],
  ['right', '|👍🏽b', '👍🏽|b'],
  ['right', '|世界', '世|界'],
  ['right', 'ab|', 'ab|'],
  ['word-left', 'one two|', 'one |two'],
  ['word-left', 'one two  |', 'one |two  '],
  ['word-left', 'a.b|', 'a.|b'],
  ['word-left', '今天天气|', '今天|天气'],
  ['word-left', 'one \n|two', '|one \ntwo'],
  ['word-left', '#️⃣|', '|#️⃣'],
  ['word-left', 'snake_case|', '|snake_case'],
  ['word-right', '|one two', 'one| two'],
  ['word-right', 'one| two', 'one two|'],
  ['word-right', '|今天天气', '今天|天气'],
  ['word-right', '|héllo wörld', 'héllo| wörld'],
  ['word-right', '|...', '...|'],
  ['line-start', 'a\nbc|d', 'a\n|bcd'],
  ['line-end', 'a|b\ncd', 'ab|\ncd'],
  ['line-start', '|\na', '|\na'],
  ['draft-start', 'a\nb|', '|a\nb'],
  ['draft-end', '|a\nb', 'a\nb|'],
  ['up', 'one\ntw|o', 'on|e\ntwo'],
  ['up', 'on|e', 'on|e'],
  ['down', 'on|e\ntwo', 'one\ntw|o'],
  ['down', 'thr|ee\n', 'three\n|'],
  ['down', 'on|e', 'on|e'],
  ['delete-back', 'ab|c', 'a|c'],
  ['delete-back', '👨‍👩‍👧|', '|'],
  ['delete-back', 'x🇩🇪|', 'x|'],
  ['delete-back', 'e\u0301|', '|'],
  ['delete-back', '|a', '|a'],
  ['delete-forward', 'a|bc', 'a|c'],
  ['delete-forward', '|🇩🇪🇫🇷', '|🇫🇷'],
  ['delete-forward', 'a|', 'a|'],
  ['delete-word-back', 'one two|', 'one |'],
  ['delete-word-back', 'one |two', '|two'],
  ['delete-word-forward', 'one| two', 'one|'],
  ['delete-to-line-end', 'a|bc\nd', 'a|\nd'],
  ['delete-to-line-end', 'a|\nd', 'a|d'],
  ['delete-to-line-start', 'x\nab|c', 'x\n|c'],
  ['delete-to-line-start', 'x\n|c', 'x|c'],
  ['transpose', 'a|b', 'ba|'],
  ['transpose', 'ab|', 'ba|'],
  ['transpose', '|ab', '|ab'],
  ['transpose', 'x\n👍🏽a|', 'x\na👍🏽|'],
  ['transpose', 'a\n|b', 'a\n|b'],
  ['clear', 'a\nb|c', '|'],
  ['yank', 'a|b', 'a|b'],
  ['undo', 'a|', 'a|'],
  ['redo', 'a|', 'a|'],
  ['expand-paste', 'a|', 'a|'],
];

describe('a command', () => {
  it.each(cases)('%s makes of %j %j', (command, before, after) => {
    const draft = parseDraft(before);
    const result = run(draft, command);
    expect(toPicture(result)).toBe(after);
    if (before === after) expect(result).toBe(draft);
  });
});

describe('what is typed', () => {
  it('goes in at the cursor', () => {
    expect(toPicture(insert(parseDraft('a|d'), 'bc'))).toBe('abc|d');
  });

  it('never leaves the cursor inside a character', () => {
    expect(toPicture(insert(parseDraft('👩|👩'), '\u200d'))).toBe('👩\u200d👩|');
    expect(toPicture(insert(parseDraft('|🇪'), '🇩'))).toBe('🇩🇪|');
  });

  it('has no lone surrogates, and no line ends but \\n', () => {
    expect(insert(createDraft(), 'a\udc00b\r\nc\rd').text).toBe('a\ufffdb\nc\nd');
  });
});

describe('a backslash before Enter', () => {
  it.each([
    ['a\\|', 'a\n|'],
    ['a\\|\nb', 'a\n|\nb'],
    ['a\\\\\\|', 'a\\\\\n|'],
    ['a\\\\|', 'a\\\\|'],
    ['a\\|b', 'a\\|b'],
    ['a|\\', 'a|\\'],
    ['a|', 'a|'],
  ])('makes of %j %j', (before, after) => {
    expect(toPicture(continueLine(parseDraft(before)))).toBe(after);
  });
});

describe('undo', () => {
  it('undoes one word at a time, and redo restores it', () => {
    const typed = type(createDraft(), 'one two three');
    expect(toPicture(run(typed, 'undo'))).toBe('one two |');
    expect(toPicture(run(typed, 'undo', 'undo'))).toBe('one |');
    expect(toPicture(run(typed, 'undo', 'undo', 'redo'))).toBe('one two |');
    expect(toPicture(run(typed, 'undo', 'undo', 'undo', 'undo'))).toBe('|');
  });

  it('undoes characters that were deleted in a row at once', () => {
    const deleted = run(parseDraft('abcdef|'), 'delete-back', 'delete-back', 'delete-back');
    expect(toPicture(run(deleted, 'undo'))).toBe('abcdef|');
    const forwards = run(parseDraft('|abcdef'), 'delete-forward', 'delete-forward');
    expect(toPicture(run(forwards, 'undo'))).toBe('|abcdef');
  });

  it('separates text typed before and after a move', () => {
    const draft = type(run(type(createDraft(), 'ab'), 'left'), 'x');
    expect(toPicture(run(draft, 'undo'))).toBe('a|b');
    expect(toPicture(run(draft, 'undo', 'undo'))).toBe('|');
  });

  it('restores a draft that was cleared', () => {
    expect(toPicture(run(parseDraft('precious| words'), 'clear', 'undo'))).toBe('precious| words');
  });

  it('cannot be redone after new text is typed', () => {
    const draft = type(run(type(createDraft(), 'one two'), 'undo'), 'x');
    expect(run(draft, 'redo')).toBe(draft);
  });
});

describe('what was cut', () => {
  it('in a row comes back as one, in the order of the text', () => {
    const cut = run(
      parseDraft('one two| three four'),
      'delete-word-back',
      'delete-word-forward',
      'delete-word-back',
    );
    expect(toPicture(cut)).toBe('| four');
    expect(toPicture(run(cut, 'draft-end', 'yank'))).toBe(' fourone two three|');
  });

  it('earlier comes instead with yank-pop, around the ring', () => {
    const first = run(parseDraft('one two|'), 'delete-word-back', 'left', 'draft-end', 'delete-word-back');
    expect(first.killRing).toEqual(['two', 'one ']);
    const yanked = run(first, 'yank');
    expect(toPicture(yanked)).toBe('one |');
    expect(toPicture(run(yanked, 'yank-pop'))).toBe('two|');
    expect(toPicture(run(yanked, 'yank-pop', 'yank-pop'))).toBe('one |');
    expect(toPicture(run(yanked, 'yank-pop', 'undo'))).toBe('|');
  });

  it('is popped only right after a yank', () => {
    const draft = run(parseDraft('one two|'), 'delete-word-back', 'left', 'delete-word-back', 'yank', 'left');
    expect(run(draft, 'yank-pop')).toBe(draft);
  });
});

describe('moving by rows', () => {
  it('keeps to its column across shorter lines', () => {
    const draft = parseDraft('long line\nab\nanother line|');
    expect(toPicture(run(draft, 'up'))).toBe('long line\nab|\nanother line');
    expect(toPicture(run(draft, 'up', 'up'))).toBe('long line|\nab\nanother line');
    expect(toPicture(run(draft, 'up', 'up', 'down', 'down'))).toBe('long line\nab\nanother line|');
  });

  it('starts from a new column after any other move', () => {
    const draft = run(parseDraft('long line\nab\nanother|'), 'up', 'left', 'up');
    expect(toPicture(draft)).toBe('l|ong line\nab\nanother');
  });

  it('goes by cells, not by characters', () => {
    expect(toPicture(run(parseDraft('世界世界\nabcd|'), 'up'))).toBe('世界|世界\nabcd');
    expect(toPicture(run(parseDraft('世界世界\nabc|d'), 'up'))).toBe('世|界世界\nabcd');
  });
});
