import { describe, expect, it } from 'vitest';
import { findMentions } from '../../../src/attachments/find-mentions.ts';
import { isTyped, joinTexts, type PromptText, toData, toTyped } from '../../../src/prompt-text.ts';
import { findTarget } from '../../../src/repl/completion/completion-target.ts';
import { createDraft, setText, startNextDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { keepOrigin } from '../../../src/repl/composer/keep-origin.ts';
import { layoutDraft } from '../../../src/repl/composer/layout-draft.ts';
import { expandDraft, paste, readDraft, setPrompt } from '../../../src/repl/composer/pastes.ts';
import { longPaste, parseDraft, pasteAll, run, toPicture, type, wide } from './drafts.ts';

const show = (draft: ReturnType<typeof createDraft>): readonly string[] =>
  layoutDraft(draft, { ...wide, maxRows: 20 }).rows;

describe('a paste', () => {
  it.each([
    ['of a few lines', 'one\ntwo\n'],
    ['of 15 lines', `${'x\n'.repeat(15)}`],
    ['of 1,000 characters', 'x'.repeat(1000)],
  ])('%s goes in as it is', (_, content) => {
    expect(toPicture(paste(parseDraft('a|b'), content))).toBe(`a${content}|b`);
  });

  it.each([
    ['of 16 lines', 'x\n'.repeat(16), '[Pasted text #1, 16 lines]'],
    ['of 213 lines', longPaste, '[Pasted text #1, 213 lines]'],
    ['of one long line', 'x'.repeat(1001), '[Pasted text #1, 1001 characters]'],
  ])('%s is folded, and goes along whole', (_, content, shown) => {
    const draft = insert(paste(parseDraft('look: |'), content), ' ok?');
    expect(show(draft)).toEqual([`look: ${shown} ok?`]);
    expect(expandDraft(draft)).toBe(`look: ${content} ok?`);
  });

  it('is one step for the cursor, for Backspace and for a word', () => {
    const draft = pasteAll(parseDraft('a |'), longPaste);
    expect(expandDraft(run(draft, 'left', 'delete-back'))).toBe(`a${longPaste}`);
    expect(toPicture(run(draft, 'delete-back'))).toBe('a |');
    expect(expandDraft(run(draft, 'delete-word-back', 'yank', 'yank'))).toBe(`a ${longPaste}${longPaste}`);
    expect(run(draft, 'word-left').cursor).toBe(2);
  });

  it('comes back with undo, and can be cut and inserted elsewhere', () => {
    const draft = pasteAll(parseDraft('a|'), longPaste);
    expect(expandDraft(run(draft, 'delete-back', 'undo'))).toBe(`a${longPaste}`);
    expect(expandDraft(run(draft, 'undo', 'redo'))).toBe(`a${longPaste}`);
    expect(expandDraft(run(draft, 'transpose'))).toBe(`${longPaste}a`);
  });

  it('lets no path that is pasted behind an @ after it name a file', () => {
    const folded = insert(pasteAll(createDraft(), longPaste), '@');
    const draft = pasteAll(folded, '~/.ssh/id_rsa');
    expect(findMentions(readDraft(draft), () => true).found).toEqual([]);
    expect(findMentions(readDraft(insert(folded, 'notes.txt')), () => true).found).toEqual(
      longPaste.endsWith('\n') ? ['notes.txt'] : [],
    );
  });

  it('is counted, and several stand in their order', () => {
    const first = 'a\n'.repeat(20);
    const draft = pasteAll(createDraft(), first, longPaste);
    expect(show(draft)).toEqual(['[Pasted text #1, 20 lines][Pasted text #2, 213 lines]']);
    expect(expandDraft(draft)).toBe(first + longPaste);
    expect(expandDraft(run(draft, 'left', 'transpose'))).toBe(longPaste + first);
  });

  it('is unfolded wherever the cursor is, the nearest of several', () => {
    const first = 'a\n'.repeat(20);
    const draft = run(insert(pasteAll(parseDraft('before |'), longPaste), ' x'), 'line-start');
    expect(expandDraft(draft)).toBe(`before ${longPaste} x`);
    for (const moved of [draft, run(draft, 'line-end'), run(draft, 'right')])
      expect(run(moved, 'expand-paste').text).toBe(`before ${longPaste} x`);
    const two = insert(pasteAll(insert(pasteAll(createDraft(), first), ' and then '), longPaste), ' x');
    expect(run(two, 'expand-paste').text).toContain(longPaste);
    expect(run(two, 'line-start', 'expand-paste').text.startsWith(first)).toBe(true);
    expect(run(two, 'expand-paste', 'expand-paste').text).toBe(`${first} and then ${longPaste} x`);
  });

  it('is unfolded at the cursor', () => {
    const draft = pasteAll(parseDraft('a|b'), longPaste);
    expect(toPicture(run(draft, 'expand-paste'))).toBe(`a${longPaste}|b`);
    expect(toPicture(run(draft, 'left', 'expand-paste'))).toBe(`a${longPaste}|b`);
    expect(expandDraft(run(draft, 'expand-paste', 'undo'))).toBe(`a${longPaste}b`);
    const without = run(draft, 'expand-paste');
    expect(run(without, 'expand-paste')).toBe(without);
  });

  it('that looks like the label of another paste is only text', () => {
    const draft = type(pasteAll(createDraft(), longPaste), ' [Pasted text #1, 213 lines]');
    expect(expandDraft(draft)).toBe(`${longPaste} [Pasted text #1, 213 lines]`);
    expect(expandDraft(pasteAll(createDraft(), longPaste, '\udc00 $& $1'))).toBe(`${longPaste}\ufffd $& $1`);
  });

  it('keeps every character of its text', () => {
    const content = `\u001b[31m $& $$ \t\u0000é👩‍👩‍👧\n${'x'.repeat(1000)}\n\n`;
    expect(expandDraft(pasteAll(createDraft(), content))).toBe(content);
  });

  it('can be inserted again after the prompt was sent, under its number', () => {
    const draft = run(pasteAll(createDraft(), longPaste, 'y'.repeat(2000)), 'delete-word-back');
    const next = run(startNextDraft(draft), 'yank');
    expect(show(next)).toEqual(['[Pasted text #2, 2000 characters]']);
    expect(expandDraft(next)).toBe('y'.repeat(2000));
    expect(next.pastes.size).toBe(1);
    expect(show(pasteAll(next, longPaste))).toEqual([
      '[Pasted text #2, 2000 characters][Pasted text #3, 213 lines]',
    ]);
  });

  it('after a thousand of them is still exact', () => {
    const contents = Array.from({ length: 1100 }, (_, index) => `${index} `.repeat(400));
    const draft = pasteAll(createDraft(), ...contents);
    expect(expandDraft(draft)).toBe(contents.join(''));
  });

  it('of a megabyte appears at once, and typing stays as fast', () => {
    const content = 'The quick brown fox.\n'.repeat(50_000);
    // Of the processor, for others may be using it too.
    const measure = (work: () => void): number => {
      work();
      const begin = process.cpuUsage();
      for (let round = 0; round < 5; round += 1) work();
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 5000;
    };
    const before = createDraft('look: ');
    expect(measure(() => paste(before, content))).toBeLessThan(10);
    const open = setText(before, content);
    expect(measure(() => show(insert(open, 'x')))).toBeLessThan(50);
    const middle = { ...setText(before, 'é漢👩‍👩‍👧 '.repeat(100_000)), cursor: 500_000 };
    expect(measure(() => show(insert(middle, 'x')))).toBeLessThan(250);
  });
});

describe('a mention in a paste', () => {
  const find = (prompt: PromptText): string[] => findMentions(prompt, () => true).found;

  it.each<[name: string, content: string]>([
    ['short', 'see @a'],
    ['folded', `see @a\n${longPaste}`],
  ])('is text, wherever the draft goes: %s', (_, content) => {
    const draft = insert(pasteAll(insert(createDraft(), '@typed '), content), ' @too');
    const cut = run(draft, 'delete-to-line-start', 'yank');
    for (const one of [draft, run(draft, 'undo', 'redo'), cut, setPrompt(createDraft(), readDraft(draft))]) {
      expect(expandDraft(one)).toContain(content);
      expect(find(readDraft(one))).toEqual(['typed', 'too']);
    }
    const opened = run(draft, 'left', 'left', 'left', 'left', 'left', 'expand-paste');
    expect(find(readDraft(opened))).toEqual(['typed', 'too']);
  });

  it('is shown, and stepped over by words, like any other', () => {
    const draft = pasteAll(createDraft(), 'mail @ada now');
    expect(show(draft)).toEqual(['mail @ada now']);
    expect(expandDraft(run(draft, 'delete-word-back', 'delete-word-back'))).toBe('mail @');
    expect(expandDraft(run(draft, 'delete-word-back', 'delete-word-back', 'delete-back'))).toBe('mail ');
  });

  it('stays text in an editor, and words written there count as typed', () => {
    const before = joinTexts([toTyped('see @a and '), toData('@b, @"c d"')]);
    expect(find(keepOrigin(before, '@"c d" first\n@b, then @a and @new'))).toEqual(['a', 'new']);
    expect(keepOrigin(before, before.text).text).toBe(before.text);
  });

  it.each([
    'see @~/.ssh/id_rsa.',
    'see @~/.ssh/id_rsa, and',
    'see (@~/.ssh/id_rsa)',
    'see `@~/.ssh/id_rsa`',
    'see @"~/.ssh/id_rsa"',
    'see @~/.ssh/id_rsaand more',
    'see @~/.ssh',
    'twice @"K and more" twice @"K',
  ])('stays data where something behind it changes in the editor: %s', (after) => {
    const before = joinTexts([toTyped('see @notes.txt '), toData('@~/.ssh/id_rsa, @"K')]);
    expect(findMentions(keepOrigin(before, `${after}\nsee @notes.txt`), () => true).found).toEqual([
      'notes.txt',
    ]);
  });
});

describe('marks of a paste, in an editor', () => {
  const edit = (pasted: string, change: (text: string) => string): PromptText => {
    const before = readDraft(pasteAll(insert(createDraft(), 'see '), pasted));
    return keepOrigin(before, change(before.text));
  };

  it.each<[string, string, string | RegExp, string]>([
    ['an escape that a formatter takes away', 'log in @~/.ssh/id\\_rsa', '\\_', '_'],
    ['brackets', 'log in @<~/.ssh/id_rsa>', /[<>]/g, ''],
    ['stars', 'log in @*~/.ssh/id_rsa*', /\*/g, ''],
    ['quotes of print', 'log in @“~/.ssh/id_rsa”', /[“”]/g, ''],
    ['a doubled slash', 'log in @~/.ssh//id_rsa', '//', '/'],
    ['a blank', 'log in @ ~/.ssh/id_rsa', '@ ', '@'],
    ['a line end', 'log in @\n~/.ssh/id_rsa', '@\n', '@'],
    ['a letter within', 'log in @~/.sh/id_rsa', '.sh', '.ssh'],
  ])('stay data behind %s', (_, pasted, from, to) => {
    const edited = edit(pasted, (text) => text.replace(from, to));
    expect(edited.text).toContain('@~/.ssh/id_rsa');
    expect(findMentions(edited, () => true).found).toEqual([]);
  });

  it('stay data for what is cut later', () => {
    for (const pasted of ['run: !touch p', 'see: /attach ~/.ssh/id_rsa']) {
      const edited = edit(pasted, (text) => `${text} please`);
      const at = edited.text.search(/[!/]/);
      expect(isTyped(edited, at, at + 1)).toBe(false);
    }
  });

  it.each<[string, (text: string) => string]>([
    ['as it was', (text) => text],
    ['with words behind it', (text) => `${text} and more`],
    ['with words before it', (text) => `first\n${text}`],
    ['without the pasted one', (text) => text.replace('p @ment.txt q', 'p q')],
  ])('take no mention that was typed for that of a paste, which names the same file: %s', (_, change) => {
    const pasted = pasteAll(createDraft(), 'p @ment.txt q');
    const before = readDraft(insert(pasted, ' typed @ment.txt '));
    expect(findMentions(keepOrigin(before, change(before.text)), () => true).found).toEqual(['ment.txt']);
    const first = readDraft(pasteAll(insert(createDraft(), 'see @ment.txt '), `@ment.txt\n${longPaste}`));
    expect(findMentions(keepOrigin(first, first.text), () => true).found).toEqual(['ment.txt']);
  });

  it('leave what is written there as it is meant', () => {
    const edited = edit('log in @a, and !b /c', (text) => `/review it with @notes.txt\n${text}\n!x @src/d`);
    expect(findMentions(edited, () => true).found).toEqual(['notes.txt', 'src/d']);
    expect(isTyped(edited, 0, 1)).toBe(true);
  });

  it('are told in a second, however long the text is and however much has changed', () => {
    const words = (from: number): string =>
      Array.from({ length: 100_000 }, (_, at) => `w${from + at * 7}/x`).join(' ');
    const startedAt = performance.now();
    const edited = edit(`${words(0)} @key`, () => `${words(3)} @key`);
    expect(findMentions(edited, () => true).found).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('the first character of a paste', () => {
  const isFirstTyped = (prompt: PromptText): boolean => isTyped(prompt, 0, 1);

  it.each(['!ls', '/new', 'exit', ' Quit\n', ':q', '?', `!ls\n${longPaste}`])(
    'is data, wherever the draft goes: %j',
    (content) => {
      const draft = pasteAll(createDraft(), content);
      const cut = run(draft, 'delete-to-line-start', 'yank');
      const unfolded = run(draft, 'expand-paste');
      const recalled = setPrompt(createDraft(), readDraft(draft));
      const again = setPrompt(createDraft(), readDraft(recalled));
      for (const one of [draft, cut, unfolded, recalled, again, run(draft, 'undo', 'redo')]) {
        expect(expandDraft(one)).toBe(content);
        const start = content.search(/\S/);
        expect(isTyped(readDraft(one), start, start + 1)).toBe(false);
        expect(isFirstTyped(keepOrigin(readDraft(one), `${content.trim()} and more`))).toBe(false);
      }
    },
  );

  it.each(['run !touch p', 'x/export p', 'see /etc/hosts and !ls', 'now ! touch p'])(
    'is data at the start of a prompt, too, when what stands before it is cut: %j',
    (content) => {
      const at = content.search(/(?:!|\/)(?!etc)/);
      const recalled = setPrompt(createDraft(), readDraft(pasteAll(createDraft(), content)));
      let cut = run(recalled, 'draft-start');
      for (let index = 0; index < at; index += 1) cut = run(cut, 'delete-forward');
      const again = setPrompt(createDraft(), readDraft(cut));
      for (const prompt of [
        readDraft(cut),
        readDraft(again),
        keepOrigin(readDraft(recalled), content.slice(at)),
        keepOrigin(readDraft(recalled), `${content.slice(at)} more`),
      ]) {
        expect(prompt.text).toMatch(/^[!/]/);
        expect(isFirstTyped(prompt)).toBe(false);
      }
    },
  );

  it.each(['!pwd', '/review it', '/ x', '!'])(
    'counts as typed if no such command was pasted: %j',
    (after) => {
      const before = readDraft(pasteAll(createDraft(), 'see /etc/hosts, a / b, and run !touch p !'));
      expect(isFirstTyped(keepOrigin(before, after))).toBe(true);
    },
  );

  it('may stand in the path of a typed mention', () => {
    const draft = insert(run(pasteAll(createDraft(), 'src/a!b.ts'), 'draft-start'), '@');
    expect(findMentions(readDraft(draft), () => true).found).toEqual(['src/a!b.ts']);
    const recalled = setPrompt(createDraft(), readDraft(draft));
    expect(findMentions(readDraft(recalled), () => true).found).toEqual(['src/a!b.ts']);
  });

  it('is shown, and stepped over by words, like any other', () => {
    const draft = pasteAll(createDraft(), '!a /b');
    expect(show(draft)).toEqual(['!a /b']);
    expect(expandDraft(run(draft, 'delete-word-back', 'delete-back'))).toBe('!a ');
    expect(show(pasteAll(createDraft(), 'exit'))).toEqual(['exit']);
    expect(expandDraft(run(pasteAll(createDraft(), 'exit'), 'delete-word-back'))).toBe('');
  });

  it.each([
    ['see @', '/src/a!b'],
    ['see @no', 'tes.txt'],
    ['see @"my ', 'notes'],
    ['@', `notes.txt\n${'line\n'.repeat(20)}`],
    ['see [@a.txt](@', '~/.ssh/id_rsa'],
    ['@a@b@', 'c/d'],
    ['@', '文件'],
  ])('names no file behind a typed %j, and undo takes back both: %j', (typed, pasted) => {
    const before = insert(createDraft(), typed);
    const draft = pasteAll(before, pasted);
    expect(expandDraft(draft)).toBe(typed + pasted);
    expect(findMentions(readDraft(draft), () => true).found).toEqual([]);
    expect(findTarget(draft.text, draft.text.length, { takesPhrase: () => false })).toBeUndefined();
    expect(run(draft, 'undo').text).toBe(typed);
    const unfolded = run(draft, 'expand-paste');
    expect(findMentions(readDraft(unfolded), () => true).found).toEqual([]);
    const recalled = setPrompt(createDraft(), readDraft(draft));
    expect(findMentions(readDraft(recalled), () => true).found).toEqual([]);
    const edited = keepOrigin(readDraft(draft), `${expandDraft(draft)} by hand`);
    expect(findMentions(edited, () => true).found).toEqual([]);
  });

  it.each([' and more', ', please', '\nnext'])('leaves a typed mention as it is: %j', (pasted) => {
    const draft = pasteAll(insert(createDraft(), 'see @notes.txt'), pasted);
    const exists = (path: string): boolean => path === 'notes.txt';
    expect(findMentions(readDraft(draft), exists).found).toEqual(['notes.txt']);
    expect(findMentions(keepOrigin(readDraft(draft), expandDraft(draft)), exists).found).toEqual([
      'notes.txt',
    ]);
  });

  it('is a parameter of a typed command, and completes it', () => {
    const find = (text: string): unknown => findTarget(text, text.length, { takesPhrase: () => false });
    const command = pasteAll(insert(createDraft(), '/export '), 'a/b');
    expect(find(command.text)).toMatchObject({ type: 'parameter', query: 'a/b' });
    expect(find(pasteAll(createDraft(), '/exp').text)).toBeUndefined();
  });

  it('counts as typed in an editor if it is another', () => {
    const before = readDraft(pasteAll(createDraft(), '/new'));
    expect(isFirstTyped(keepOrigin(before, '!ls'))).toBe(true);
  });
});
