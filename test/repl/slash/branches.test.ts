import { describe, expect, it } from 'vitest';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import { createConversationStore } from '../../../src/conversation/store.ts';
import { toTyped } from '../../../src/prompt-text.ts';
import { createTestRepl } from '../../helpers/repl-app.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

const model = 'gpt-5-mini';
const echo = {
  answer: ({ body }: { body: unknown }) => ({ text: `On ${findLastUserText(toRecord(body))}` }),
};

describe('/branch', () => {
  it('keeps its copy at once, and says what is where', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    await repl.run('one');
    await repl.run('/branch');
    expect(repl.take()).toContain('You are in a copy now: “one (copy)”. /sessions lists the original.');
    await repl.run('/branches');
    expect(repl.take()).toContain('This copy has only one branch; /sessions lists the original.');
    await repl.run('/sessions', undefined);
    expect(repl.rows).toEqual(['one (copy) ✓ | just now', 'one | just now']);
    expect(repl.app.store.findLast()).toBe(repl.app.session.file.conversation.id);
  });

  it('says that the other branches stay with the original', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    await repl.run('one');
    await repl.run('/retry');
    await repl.run('/branch mine');
    expect(repl.take()).toContain(
      'You are in a copy now: “mine”. /sessions lists the original, with its other branches.',
    );
  });

  it('takes the name of the original, with a number if there are several copies', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    await repl.run('one');
    await repl.run('/rename apples');
    const { id } = repl.app.session.file.conversation;
    await repl.run('/branch');
    await repl.run(`/sessions ${id}`);
    await repl.run('/branch');
    await repl.run('/sessions', undefined);
    expect(repl.rows.map((row) => row.split(' | ')[0])).toEqual([
      'apples (copy 2) ✓',
      'apples (copy)',
      'apples',
    ]);
  });

  it('has nothing to copy before the first prompt', async () => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('/branch');
    expect(repl.take()).toMatch(/there is nothing to copy yet.*\/new/is);
    expect(repl.app.store.list()).toEqual([]);
  });

  it('writes nothing if nothing is saved, and says what is lost', async () => {
    const repl = await createTestRepl({ repl: { model, isSaved: false }, ...echo });
    await repl.run('/new');
    await repl.run('one');
    await repl.run('/branch');
    expect(repl.take()).toContain('The original is gone, because this chat is not saved.');
    expect(repl.app.store.list()).toEqual([]);
  });

  it('knows a summary in the copy, which nobody typed', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('one');
    await repl.run('two');
    await repl.run('three');
    await repl.run('/compact', 'y');
    const { length } = listBranch(repl.app.session.file.conversation);
    await repl.run('/branch');
    repl.take();
    await repl.run('/sessions', 'copy');
    const shown = repl.take();
    expect(listBranch(repl.app.session.file.conversation)).toHaveLength(length);
    expect(shown).toContain('Earlier turns, summed up:');
    expect(shown).not.toContain('What did we say so far?');
    await repl.run('/compact undo');
    expect(repl.take()).not.toContain('undone');
  });
});

describe('/branches', () => {
  it('ticks where one is, also if the other branches go on from there', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    await repl.run('one');
    await repl.run('two');
    await repl.run('/undo');
    repl.app.setDraft(toTyped(''));
    await repl.run('/branches', 'one');
    expect(repl.rows).toEqual([
      `On one ✓ | answer 1 | ${model} | just now`,
      `two | prompt 2 | ${model} | just now`,
    ]);
    expect(repl.take()).toContain('You are on this branch.');
    await repl.run('/branches', 'two');
    expect(listBranch(repl.app.session.file.conversation)).toHaveLength(4);
  });

  it('ticks one row, and tells rows with the same words apart', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    await repl.run('one');
    await repl.run('/retry claude-haiku-4.5');
    await repl.run('/retry');
    await repl.run('two');
    await repl.run('/edit 2');
    await repl.run('other two');
    await repl.run('/branches', undefined);
    expect(repl.rows).toEqual([
      'On one | answer 1 | gpt-5-mini | just now',
      'On one | answer 1 | claude-haiku-4.5 | just now',
      'On one · other two | answer 1 | claude-haiku-4.5 | just now',
      'two | prompt 2 | claude-haiku-4.5 | just now',
      'other two ✓ | prompt 2 | claude-haiku-4.5 | just now',
    ]);
  });

  it('names the models in a window that has no room for their column', async () => {
    const repl = await createTestRepl({ repl: { model }, columns: 40, ...echo });
    await repl.run('one');
    await repl.run('/compare claude-haiku-4.5 gpt-5-mini', 'haiku');
    await repl.run('/branches', undefined);
    expect(repl.rows.map((row) => row.split(' | ')[0])).toEqual([
      'On one · #1 · gpt-5-mi…',
      'On one · claude-haiku-… ✓',
      'On one · #3 · gpt-5-mi…',
    ]);
  });

  it('says what an answer without words did', async () => {
    const repl = await createTestRepl({
      files: { 'notes.txt': 'hello' },
      repl: { model },
      answer: { toolCalls: [{ name: 'view', arguments: '{"path":"notes.txt"}' }], text: '' },
    });
    await repl.run('look', undefined);
    await repl.run('/retry', undefined);
    repl.take();
    await repl.run('/branches', undefined);
    expect(repl.rows).toEqual([
      'view notes.txt · #1 | answer 1 | gpt-5-mini | just now',
      'view notes.txt · #2 ✓ | answer 1 | gpt-5-mini | just now',
    ]);
  });
});

describe('/sessions', () => {
  it('tells conversations with the same name apart by their last prompt, then by their model', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    for (const last of ['red', 'blue', undefined]) {
      await repl.run('hi');
      if (last) await repl.run(last);
      await repl.run('/new');
    }
    await repl.run('/model claude-haiku-4.5');
    await repl.run('hi');
    await repl.run('/sessions', undefined);
    expect(repl.rows.map((row) => row.split(' | ')[0])).toEqual([
      'hi · claude-haiku-4.5 ✓',
      'hi · gpt-5-mini',
      'hi · blue',
      'hi · red',
    ]);
  });

  it('says of the conversation whether it has other branches, and where it began if not here', async () => {
    const repl = await createTestRepl({ repl: { model }, ...echo });
    await repl.run('/new plain');
    await repl.run('one');
    await repl.run('/new twofold');
    await repl.run('two');
    await repl.run('/retry');
    const { dataFolder, now, warn } = repl.context;
    const elsewhere = createConversationStore({
      folder: dataFolder,
      now,
      cwd: '/else/where',
      onNotice: warn,
    });
    const file = elsewhere.create({ name: 'foreign' });
    file.say([{ type: 'text', text: 'three' }], {});
    repl.take();
    for (const [name, end] of [
      ['plain', ': 1 turn, the last one just now.'],
      ['twofold', ': 1 turn, the last one just now. It has other branches: /branches.'],
      ['foreign', ': 1 turn, the last one just now. It began in /else/where.'],
    ] as const) {
      await repl.run(`/sessions ${name}`);
      expect(repl.take().split('\n')).toContain(`Continuing “${name}”${end}`);
    }
  });
});
