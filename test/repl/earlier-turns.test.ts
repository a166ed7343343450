import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerInTurn, callTools } from '../helpers/answers.ts';
import { chatModel } from '../helpers/cli.ts';
import { createTestRepl, noToolUse, type TestRepl } from '../helpers/repl-app.ts';

const numbers = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n');

/** A prompt with calls that are done, that fail, that are refused, and that change files. */
async function start(): Promise<TestRepl> {
  const repl = await createTestRepl({
    files: { 'a.txt': 'one\ntwo\n' },
    repl: { model: chatModel, toolUse: { ...noToolUse, allow: ['read', 'write(a.txt)', 'write(long.txt)'] } },
    answer: answerInTurn(
      {
        ...callTools(
          ['view', { path: 'a.txt', view_range: [1, 1] }],
          ['view', { path: 'none.txt' }],
          ['edit', { path: 'a.txt', old_str: 'two', new_str: 'three' }],
          ['create', { path: 'long.txt', file_text: numbers }],
          ['create', { path: 'refused.txt', file_text: 'x' }],
        ),
        text: 'I look.',
      },
      { text: 'Done.' },
    ),
  });
  await repl.run('/tools read,write');
  repl.take();
  await repl.run('do it', '6');
  return repl;
}

/** The prompt and what follows, up to its last words. */
const cutTurn = (shown: string): string => /› do it[\s\S]*Done\./.exec(shown)?.[0] ?? shown;

describe('a conversation that is shown again', () => {
  it.each([
    ['/redo', ['/undo', '/redo'], ['only']],
    ['/sessions', ['/new', '/sessions do it'], []],
    ['/branches', ['/edit 1', 'again', '/branches'], []],
  ])('by %s has its calls as they were', async (_, commands, answers) => {
    const repl = await start();
    const shown = cutTurn(repl.take());
    expect(shown).toMatch(
      /I look\.\n\nview a\.txt.* · 1 line.*\nview none\.txt · failed[\s\S]*edit a\.txt\n[\s\S]*- two\n[\s\S]*… 19 more lines[\s\S]*refused\n.*You said no/,
    );
    const { id } = repl.app.session.file.conversation;
    for (const command of commands) {
      repl.take();
      if (command === '/undo') await repl.run(command, ...answers);
      else if (command === '/branches') await repl.run(command, 'do it');
      else await repl.run(command.replace('do it', id));
    }
    expect(cutTurn(repl.take())).toBe(shown);
  });

  it('opens them with Ctrl+O, the newest first', async () => {
    const repl = await start();
    await repl.run('/undo', 'only');
    expect(repl.app.calls.openNewest()).toBe(false);
    await repl.run('/redo');
    repl.take();
    expect(repl.app.calls.openNewest()).toBe(true);
    expect(repl.app.calls.openNewest()).toBe(true);
    expect(repl.take()).toContain('view a.txt 1-1');
  });

  it('names the calls of an older version by what they were called with', async () => {
    const repl = await start();
    const { id } = repl.app.session.file.conversation;
    const folder = join(repl.context.dataFolder, 'conversations');
    const [name = ''] = readdirSync(folder);
    const journal = readFileSync(join(folder, name), 'utf8');
    const older = journal
      .replaceAll(/,"(?:summary|state)":"[^"]*"/g, '')
      .replaceAll(/,"made":\{[^}]*\}/g, '');
    expect(older).not.toBe(journal);
    writeFileSync(join(folder, name), older);
    await repl.run('/new');
    repl.take();
    await repl.run(`/sessions ${id}`);
    expect(repl.take()).toMatch(
      /view a\.txt · 1 line.*\nview none\.txt · failed[\s\S]*edit a\.txt.*\ncreate long\.txt\ncreate refused\.txt · failed/,
    );
  });

  it('shows a call that was not made as it did when its question was left', async () => {
    const repl = await createTestRepl({
      files: { 'a.txt': 'one' },
      repl: { model: chatModel },
      answer: answerInTurn(callTools(['view', { path: 'a.txt' }]), { text: 'never' }),
    });
    await repl.run('look', undefined);
    expect(repl.take()).toContain('view a.txt · not made');
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    repl.take();
    await repl.run(`/sessions ${id}`);
    expect(repl.take()).toContain('view a.txt · not made');
  });
});

describe('Ctrl+O in a new conversation', () => {
  it('opens nothing of the one before, and switches nothing', async () => {
    const repl = await createTestRepl({
      files: { 'a.txt': 'one' },
      repl: { model: chatModel },
      answer: answerInTurn(
        callTools(['view', { path: 'a.txt' }]),
        { text: 'One.', reasoning: 'Hm.' },
        { text: 'Hi.' },
      ),
    });
    await repl.run('look', '1');
    await repl.run('/new');
    await repl.run('hello');
    repl.take();
    expect(repl.app.calls.openNewest()).toBe(false);
    expect(repl.app.transcript.toggleReasoning()).toBe(false);
    expect(repl.take()).toBe('');
  });
});
