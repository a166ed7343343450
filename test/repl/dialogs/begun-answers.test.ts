import { expect, it } from 'vitest';
import { findMentions } from '../../../src/attachments/find-mentions.ts';
import { joinTexts, toData, toTyped } from '../../../src/prompt-text.ts';
import { keepAnswers, listBegun } from '../../../src/repl/dialogs/begun-answers.ts';
import type { Dialogs } from '../../../src/repl/dialogs/dialogs.ts';

it('what was answered and not sent mentions what was typed behind the command, and nothing else', () => {
  const dialogs = {} as Dialogs;
  const words = joinTexts([toTyped('see @notes.txt and '), toData('@~/.ssh/id_rsa')]);
  const values = keepAnswers(dialogs, 'review', { command: '/review', words });
  values.set('focus', '@pasted.txt');
  values.set('@named', 'by a server');
  const [prompt = toData('')] = listBegun(dialogs);
  expect(prompt.text).toBe(
    '/review focus=@pasted.txt @named="by a server" see @notes.txt and @~/.ssh/id_rsa',
  );
  expect(findMentions(prompt, () => true).found).toEqual(['notes.txt']);
});
