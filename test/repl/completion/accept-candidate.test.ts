import { describe, expect, it } from 'vitest';
import { findMentions } from '../../../src/attachments/find-mentions.ts';
import {
  acceptCandidate,
  acceptPrefix,
  canMention,
  findTarget,
} from '../../../src/repl/completion/completion-target.ts';
import { type Draft, replaceRange, undo } from '../../../src/repl/composer/draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import { parseDraft, toPicture } from '../composer/drafts.ts';

function accept(picture: string, text: string, ending = '') {
  const draft = parseDraft(picture);
  const target = findTarget(draft.text, draft.cursor, { takesPhrase: () => false });
  if (!target) throw new Error('nothing is completed');
  return {
    accepted: acceptCandidate(draft, target, { text, description: '', ending }),
    prefixed: acceptPrefix(draft, target, text),
  };
}

describe('a candidate', () => {
  it.each([
    ['/mo|', 'model', ' ', '/model |'],
    ['/mo|', 'models', '', '/models|'],
    ['/mo| x', 'model', ' ', '/model| x'],
    ['/model g|', 'gpt-5', '', '/model gpt-5|'],
    ['see @sr|', 'src/', '', 'see @src/|'],
    ['see @sr|', 'src/main.ts', ' ', 'see @src/main.ts |'],
    ['see @my|', 'my docs/', '', 'see @"my docs/|'],
    ['see @"my docs/|', 'my docs/a b.txt', ' ', 'see @"my docs/a b.txt" |'],
    ['see @"my|" now', 'my docs/a.txt', ' ', 'see @"my docs/a.txt"| now'],
    ['@"sr|', 'src/main.ts', ' ', '@"src/main.ts" |'],
  ])('in %j: %j', (picture, text, ending, expected) => {
    const { accepted } = accept(picture, text, ending);
    expect(toPicture(accepted)).toBe(expected);
    expect(undo(accepted).text).toBe(picture.replace('|', ''));
  });

  it('leaves the quotes open for a beginning that is not complete', () => {
    expect(toPicture(accept('@m|', 'my d').prefixed)).toBe('@"my d|');
  });

  it.each(['plain.txt', 'with blank.txt', 'a"b.txt', '世界 & 😀.txt', "it's.md", 'a @plain.txt', 'a(@b)'])(
    'is read as the mention of the file: %s',
    (path) => {
      expect(canMention(path)).toBe(true);
      const { accepted } = accept('@|', path, ' ');
      const find = (draft: Draft): string[] =>
        findMentions(readDraft(draft), (found) => path.endsWith(found)).found;
      expect(find(accepted)).toEqual([path]);
      const { prefixed } = accept('@|', path);
      expect(find(prefixed)).toEqual([path]);
      expect(find(replaceRange(accepted, { start: 0, end: 2, text: '' }))).toEqual([]);
    },
  );

  it.each(['a "b".txt', 'a\nb', '"a', ' a'])('cannot be a path that no prompt can mention: %j', (path) => {
    expect(canMention(path)).toBe(false);
  });
});
