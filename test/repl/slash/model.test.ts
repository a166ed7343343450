import { describe, expect, it } from 'vitest';
import { findEffortInUse, findModelInUse } from '../../../src/chat/request.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';

const readLastCall = (repl: TestRepl): string => JSON.stringify(repl.modelCalls().at(-1)?.body);

describe('/system', () => {
  const options = { files: { 'AGENTS.md': 'Use tabs.' }, repl: { system: 'Be brief.' } };

  it('none removes the system prompt from the next prompt on, and leaves the instruction files', async () => {
    const repl = await createTestRepl({ ...options, answer: { text: 'An answer.' } });
    await repl.run('One');
    expect(readLastCall(repl)).toContain('Be brief.');
    repl.take();
    await repl.run('/system none');
    expect(repl.take().trim()).toBe('› /system none\nThere is no system prompt.');
    await repl.run('Two');
    expect(readLastCall(repl)).not.toContain('Be brief.');
    expect(readLastCall(repl)).toContain('Use tabs.');
    repl.take();
    await repl.run('/system');
    expect(repl.take().trim()).toBe('› /system\nThere is no system prompt.');
  });

  it('alone shows the system prompt in force, without the instruction files, and how to remove it', async () => {
    const repl = await createTestRepl({ ...options, answer: { text: 'An answer.' } });
    await repl.run('One');
    repl.take();
    await repl.run('/system');
    expect(repl.take().trim()).toBe('› /system\nSystem prompt: Be brief.\n/system none removes it.');
  });

  it('offers none', async () => {
    const { core, app } = await createTestRepl();
    const system = core.commands.find(({ name }) => name === 'system');
    expect(await system?.complete?.(app, [''])).toMatchObject([{ text: 'none' }]);
  });
});

describe('/models', () => {
  it('in a narrow window names the command of the shell that shows all columns', async () => {
    const repl = await createTestRepl({ columns: 60 });
    await repl.run('/models');
    expect(repl.take()).toMatch(/columns, see !copilot-cli models --json/);
  });
});

describe('a model that is chosen after the last answer', () => {
  const haiku = 'claude-haiku-4.5';

  /** What the next chat finds. */
  function readChoice({ app }: TestRepl) {
    const { conversation } = app.store.open(app.session.file.conversation.id);
    return { model: findModelInUse(conversation), effort: findEffortInUse(conversation) };
  }

  it('is that of the conversation, until another one answers', async () => {
    const repl = await createTestRepl({ repl: { model: haiku } });
    await repl.run('one');
    await repl.run('/model gpt-5.4');
    await repl.run('/effort low');
    expect(readChoice(repl)).toEqual({ model: 'gpt-5.4', effort: 'low' });
    await repl.run('/effort default');
    expect(readChoice(repl)).toEqual({ model: 'gpt-5.4', effort: undefined });
    await repl.run('two');
    expect(repl.app.store.open(repl.app.session.file.conversation.id).conversation.chosen).toBeUndefined();
    expect(readChoice(repl)).toEqual({ model: 'gpt-5.4', effort: undefined });
    await repl.run(`/retry ${haiku}`);
    expect(readChoice(repl).model).toBe(haiku);
  });

  it('answers in the chat that goes on with it, and the last answer stays what it was', async () => {
    const repl = await createTestRepl({ repl: { model: haiku } });
    await repl.run('one');
    await repl.run('/model gpt-5.4');
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    await repl.run(`/model ${haiku}`);
    repl.take();
    await repl.run(`/sessions ${id}`);
    expect(repl.take()).not.toContain('The last answer came from');
    repl.app.session.open(repl.app.store.open(id));
    repl.app.session.forgetModel();
    expect(findModelInUse(repl.app.session.file.conversation)).toBe('gpt-5.4');
  });

  it.each([
    ['a copy', ['/branch copy']],
    ['/undo', ['two', '/model claude-haiku-4.5', 'three', '/model gpt-5.4', '/undo']],
    ['/compact', ['two', 'three', 'four', '/model gpt-5.4', '/compact']],
  ])('outlives %s', async (_, commands) => {
    const repl = await createTestRepl({ repl: { model: haiku } });
    await repl.run('one');
    await repl.run('/model gpt-5.4');
    for (const command of commands)
      await (command === '/compact' ? repl.run(command, 'y') : repl.run(command));
    expect(readChoice(repl).model).toBe('gpt-5.4');
  });

  it('begins no conversation', async () => {
    const repl = await createTestRepl({ repl: { model: haiku } });
    await repl.run('/model gpt-5.4');
    expect(repl.app.store.listIds()).toEqual([]);
  });

  it('holds behind the rounds of a run that began before, with what a summary and copies say', async () => {
    const repl = await createTestRepl({ repl: { model: haiku } });
    await repl.run('one');
    const { file } = repl.app.session;
    const [, answer] = [...file.conversation.turns.values()];
    file.choose({ model: 'gpt-5.4' });
    file.branchOff([
      { role: 'user', parts: [], compactedFrom: answer?.id ?? '' },
      { role: 'assistant', parts: [{ type: 'text', text: 'A summary.' }], model: haiku },
      { role: 'assistant', parts: [{ type: 'text', text: 'A later round.' }], model: haiku },
    ]);
    expect(readChoice(repl).model).toBe('gpt-5.4');
  });
});

describe('/model', () => {
  it('does not take a command for the name of an endpoint', async () => {
    const repl = await createTestRepl();
    await repl.run('/model /compare');
    expect(repl.take()).toMatch(/There is no model \/compare/);
  });
});
