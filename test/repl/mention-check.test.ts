import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinTexts, type PromptText, toData, toTyped } from '../../src/prompt-text.ts';
import { chatModel } from '../helpers/cli.ts';
import { createTestRepl, type TestRepl, type TestReplOptions } from '../helpers/repl-app.ts';

const templates = {
  review: 'Review this:\n\n{{stdin}}',
  words: 'Say it in other words, not as in @body.ts.',
  translate: '---\ninputs:\n  language: German\n---\nInto {{language}}: {{text}}',
};
const files = { 'src/main.ts': 'MAIN', 'notes.txt': 'NOTES', 'more notes.txt': 'MORE' };
const slow = { text: 'word '.repeat(20), tokensPerSecond: 200 };

const start = (options: TestReplOptions = {}): Promise<TestRepl> =>
  createTestRepl({ templates, files, ...options, repl: { model: chatModel, ...options.repl } });

const doubt = 'No file @src/mian.ts · did you mean @src/main.ts? · Enter sends it as text';

describe('a mention that names nothing', () => {
  it.each([
    'look at @src/mian.ts',
    '@src/mian.ts',
    '/review look at @src/mian.ts',
    '/REVIEW @src/mian.ts',
    '  /review look at @src/mian.ts',
    '/words @src/mian.ts',
    '/translate language=Welsh @src/mian.ts',
    '/translate language="Old Welsh"   text of @src/mian.ts',
    '/compare gpt-5.4 gpt-5-mini look at @src/mian.ts',
    '/compare gpt-5.4 gpt-5-mini gpt-4.1 @src/mian.ts',
    '/compare /compare gpt-5.4 gpt-5-mini @src/mian.ts',
    '/compare gpt-5.4 gpt-5-mini look at @notes.txt,\nthen @src/mian.ts',
  ])('waits for a second Enter: %s', async (text) => {
    const { core } = await start();
    expect(core.runner.findDoubt(toTyped(text))).toBe(doubt);
    expect(core.runner.findDoubt(toTyped(text))).toBe(undefined);
    expect(core.runner.findDoubt(toTyped(text))).toBe(doubt);
  });

  it.each(['', '/review ', '/compare gpt-5.4 gpt-5-mini '])(
    'is asked about if it is of a server that does not run: %s',
    async (command) => {
      const { core } = await start();
      expect(core.runner.findDoubt(toTyped(`${command}see @z:mem://x`))).toBe(
        'No resource of a running server @z:mem://x · Enter sends it as text',
      );
    },
  );

  it.each([
    '/review look at @src/main.ts',
    '/review @"more notes.txt"',
    '/review about @Override and @types/node',
    '/words',
    '/translate language="@src/mian.ts" Good day',
    '/compare gpt-5.4 gpt-5-mini',
    '/compare gpt-5.4 gpt-5-mini look at @notes.txt',
    '/rename about @src/mian.ts',
    '/every:prompt @src/mian.ts',
    '/nosuch @src/mian.ts',
    '!cat @src/mian.ts',
    'exit',
  ])('is none: %s', async (text) => {
    const { core } = await start();
    expect(core.runner.findDoubt(toTyped(text))).toBe(undefined);
  });

  it.each<[string, PromptText]>([
    ['is pasted', joinTexts([toTyped('/review see '), toData('@src/mian.ts')])],
    ['is pasted behind /compare', joinTexts([toTyped('/compare a b '), toData('@src/mian.ts')])],
  ])('is not asked about if it %s', async (_, prompt) => {
    const { core } = await start();
    expect(core.runner.findDoubt(prompt)).toBe(undefined);
  });

  it('is asked about again behind another prompt', async () => {
    const { core } = await start();
    const [first, other] = ['/review @src/mian.ts', '/words @src/mian.ts'].map(toTyped) as [
      PromptText,
      PromptText,
    ];
    expect([first, other, first].map(core.runner.findDoubt)).toEqual([doubt, doubt, doubt]);
  });
});

describe('what waits for the end of an answer', () => {
  it.each([
    'look at @notes.txt',
    '/review look at @notes.txt',
    '/words @notes.txt and @src/main.ts',
    '/translate language=Welsh @notes.txt',
    '/compare gpt-5.4 gpt-5-mini look at @notes.txt',
  ])('is held once if its file is gone at its turn: %s', async (text) => {
    const repl = await start({ answer: slow });
    const { app, core, cwd } = repl;
    core.runner.submit(toTyped('first'));
    core.runner.submit(toTyped(text));
    rmSync(join(cwd, 'notes.txt'));
    await core.runner.idle();
    expect(repl.take()).toContain('Not sent: notes.txt is no longer there.');
    expect(app.state).toMatchObject({ isHeld: true, queue: [{ text }] });
    expect(repl.modelCalls()).toHaveLength(1);
    const isCompare = text.startsWith('/compare');
    await repl.run('', ...(isCompare ? ['gpt-5-mini'] : []));
    expect(repl.modelCalls()).toHaveLength(isCompare ? 3 : 2);
    expect(app.state).toMatchObject({ isHeld: false, queue: [] });
  });

  it.each([
    '/review look at @src/mian.ts',
    '/translate language="@notes.txt" Good day',
    '/rename @notes.txt',
  ])('follows if no file of it is gone: %s', async (text) => {
    const { app, core, cwd } = await start({ answer: slow });
    core.runner.submit(toTyped('first'));
    core.runner.submit(toTyped(text));
    rmSync(join(cwd, 'notes.txt'));
    await core.runner.idle();
    expect(app.state).toMatchObject({ isHeld: false, queue: [] });
  });
});

describe('the first prompt, of the command line', () => {
  const withFirst = (prompt: PromptText) => start({ repl: { first: { prompt, attachments: [] } } });

  it.each([
    ['typed there', toTyped('look at @src/mian.ts')],
    ['behind a template', joinTexts([toData('Review this.\n\n'), toTyped('look at @src/mian.ts')])],
  ])('is held, and Enter sends it: %s', async (_, prompt) => {
    const repl = await withFirst(prompt);
    await repl.core.begin();
    await repl.core.runner.idle();
    expect(repl.take()).toContain(`Not sent. ${doubt}`);
    expect(repl.app.state).toMatchObject({ isHeld: true, queue: [{ text: prompt.text }] });
    expect(repl.modelCalls()).toEqual([]);
    await repl.run('');
    expect(repl.modelCalls()).toHaveLength(1);
  });

  it.each([
    ['its file is there', toTyped('look at @src/main.ts')],
    ['others wrote it', toData('look at @src/mian.ts')],
  ])('is sent if %s', async (_, prompt) => {
    const repl = await withFirst(prompt);
    await repl.core.begin();
    await repl.core.runner.idle();
    expect(repl.modelCalls()).toHaveLength(1);
  });
});

it('the body of a template attaches nothing, nor does a value, a pasted text or an answer', async () => {
  const repl = await start({
    templates: { ...templates, body: 'As in @notes.txt, {{about}}: {{stdin}}' },
  });
  await repl.run('/body about="@notes.txt" words');
  await repl.run('/body words', '@notes.txt');
  repl.core.runner.submit(joinTexts([toTyped('/body about=x '), toData('@notes.txt')]));
  await repl.core.runner.idle();
  expect(repl.modelCalls()).toHaveLength(3);
  expect(JSON.stringify(repl.modelCalls().map(({ body }) => body))).not.toContain('NOTES');
});
