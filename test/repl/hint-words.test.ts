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
  wordSteps,
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
      'Choose another model with /model, which shows those that read images.',
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
      notice: (line: string, _: string, { steps }: { steps: string[] }) => lines.push(line, ...steps),
    };
    printFailure(
      transcript as never,
      new UpstreamError('upstream', 'the answer is empty', { hint: advise`${askAgain}.` }),
    );
    expect(lines).toEqual(['The answer is empty.', 'Ask again with /retry.']);
  });

  it.each<[Hint, string[]]>([
    [
      advise`See what is left, and when it is renewed: ${accountStatus}`,
      ['/status: see what is left, and when it is renewed'],
    ],
    [
      [
        advise`See all of them: ${modelList}.`,
        'The plan is Pro.',
        advise`Ask a model that may still answer: ${askModel('gpt-5-mini')}`,
      ],
      [
        '/models: see all of them',
        'The plan is Pro.',
        '/model gpt-5-mini: ask a model that may still answer',
      ],
    ],
    [advise`Choose one of: ${modelList}`, ['Choose one of: /models']],
    [
      advise`Sign in again: ${login}. If that does not help, ask.`,
      ['/login: sign in again', 'If that does not help, ask.'],
    ],
    [
      advise`Let Copilot choose: ${askModel('auto')}, or always: ${run('models default auto')}`,
      ['Let Copilot choose: /model auto, or always: !copilot-cli models default auto'],
    ],
    [login, ['Type /login']],
  ])('%j is a list of steps, each with its command first', (hint, steps) => {
    expect(wordSteps(hint, chatWords)).toEqual(steps);
  });

  it('has the request id on a line of its own, behind what to do', () => {
    const calls: unknown[][] = [];
    const transcript = { notice: (...call: unknown[]) => calls.push(call) };
    const hint = advise`See what is left: ${accountStatus}`;
    for (const [message, facts, id] of [
      ['the quota is used up: Nothing is left.', 'status 402, request id 1A2B', '1A2B'],
      ['the quota is used up', 'status 402', undefined],
      ['no (really (not))', 'request id 1', '1'],
      ['it failed', 'status 500, request id (1) (2)', '(1) (2)'],
      ['no (request id 1)', undefined, '1'],
    ] as const)
      printFailure(
        transcript as never,
        new UpstreamError('quota', message, { hint, facts, details: { request_id: id } }),
      );
    const steps = ['/status: see what is left'];
    expect(calls).toEqual([
      ['The quota is used up: Nothing is left.', 'error', { steps, facts: 'status 402, request id 1A2B' }],
      ['The quota is used up (status 402).', 'error', { steps, facts: undefined }],
      ['No (really (not)).', 'error', { steps, facts: 'request id 1' }],
      ['It failed.', 'error', { steps, facts: 'status 500, request id (1) (2)' }],
      ['No (request id 1).', 'error', { steps, facts: undefined }],
    ]);
  });

  it.each<[Hint, string[]]>([
    [
      [
        advise`See what is left: ${accountStatus}`,
        'The plan is Pro.',
        'The quota is renewed on 2026-12-01.',
        advise`Ask a model that may still answer: ${askModel('gpt-5-mini')}`,
      ],
      [
        '/status: see what is left',
        '/model gpt-5-mini: ask a model that may still answer',
        'The plan is Pro. The quota is renewed on 2026-12-01.',
      ],
    ],
    [
      ['Wait a minute.', advise`${askAgain}.`],
      ['Ask again with /retry.', 'Wait a minute.'],
    ],
    [['See https://example.com/a/b.', 'Check SHELL.'], ['See https://example.com/a/b. Check SHELL.']],
    [advise`Run it there: ${run('models default auto')}`, ['!copilot-cli models default auto: run it there']],
  ])('come with what can be typed first, and what explains behind it: %j', (hint, steps) => {
    const calls: unknown[][] = [];
    const transcript = { notice: (...call: unknown[]) => calls.push(call) };
    printFailure(transcript as never, new UpstreamError('upstream', 'it failed', { hint }));
    expect(calls).toEqual([['It failed.', 'error', { steps, facts: undefined }]]);
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
