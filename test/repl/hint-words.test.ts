import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../src/errors.ts';
import {
  accountStatus,
  addFile,
  advise,
  anotherModel,
  askAgain,
  askModel,
  attach,
  conversationList,
  debug,
  type Hint,
  login,
  modelList,
  modelWith,
  run,
  waitLonger,
  wordHint,
} from '../../src/hint.ts';
import { chatWords } from '../../src/repl/hint-words.ts';
import { printFailure } from '../../src/repl/turns/run-turn.ts';
import { createTestRepl } from '../helpers/repl-app.ts';

describe('a hint in the chat', () => {
  it.each<[Hint, string]>([
    [login, 'Type /login'],
    [
      advise`Run: ${run('login --host a.ghe.com')}, or see who sets host in: ${run('config list')}`,
      'Run: !copilot-cli login --host a.ghe.com, or see who sets host in: !copilot-cli config list',
    ],
    [advise`See all of them: ${modelList}. Some are new.`, 'See all of them: /models. Some are new.'],
    [
      advise`See https://example.com, and: ${run('models --all')}`,
      'See https://example.com, and: !copilot-cli models --all',
    ],
    [advise`See: ${conversationList}`, 'See: /sessions'],
    [advise`See what is left: ${accountStatus}`, 'See what is left: /status'],
    [
      advise`Copilot may still answer with: ${askModel('gpt-5')}`,
      'Copilot may still answer with: /model gpt-5',
    ],
    [
      advise`Choose ${modelWith('vision')}.`,
      'Choose another model with /model, which shows those with vision.',
    ],
    [
      advise`${askAgain}, or ask ${anotherModel}.`,
      'Ask again with /retry, or ask another model with /model.',
    ],
    [
      advise`Download it; an image or a PDF is attached with ${attach()}.`,
      'Download it; an image or a PDF is attached with /attach.',
    ],
    [
      advise`It is text, which goes into the prompt with ${addFile('a.txt')}`,
      'It is text, which goes into the prompt with /attach a.txt',
    ],
    [advise`${debug} to see more.`, 'Start the chat again with --debug to see more.'],
    [advise`${waitLonger}.`, 'Ask again with /retry.'],
    ['Upgrade: npm install --global copilot-cli@latest', 'Upgrade: npm install --global copilot-cli@latest'],
  ])('%j is worded for the chat', (hint, worded) => {
    expect(wordHint(hint, chatWords)).toBe(worded);
  });

  it('on a failure of a turn names what the chat takes', async () => {
    const lines: string[] = [];
    const transcript = {
      notice: (line: string, _: string, nextStep: string) => lines.push(line, nextStep),
    };
    printFailure(
      transcript as never,
      new UpstreamError('upstream', 'the answer is empty', { hint: advise`${askAgain}.` }),
    );
    expect(lines).toEqual(['The answer is empty.', 'Ask again with /retry.']);
  });

  it('on a file that is not text names /attach', async () => {
    const repl = await createTestRepl();
    writeFileSync(join(repl.cwd, 'data.bin'), Buffer.from([1, 0, 2, 0, 3]));
    await repl.run('/attach data.bin');
    const shown = repl.take();
    expect(shown).toContain('attach it with /attach data.bin');
    expect(shown).not.toContain('-a');
  });
});
