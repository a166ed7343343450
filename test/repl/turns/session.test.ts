import { describe, expect, it } from 'vitest';
import { findLastUsage } from '../../../src/conversation/current-branch.ts';
import { createConversationStore } from '../../../src/conversation/store.ts';
import { createSession } from '../../../src/repl/turns/session.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import { toRecord } from '../../simulator/json.ts';

/** `mute` is on the list, and answers no prompt. */
async function start(): Promise<TestRepl> {
  const repl = await createTestRepl({
    templates: { redly: '---\nmodel: red\n---\nWho are you?' },
    answer: ({ body }) => ({ text: 'word '.repeat(toRecord(body).model === 'red' ? 50 : 5) }),
  });
  repl.simulator.state.catalogue.push(
    createModel({ id: 'red' }),
    createModel({ id: 'blue' }),
    createModel({ id: 'mute', type: 'embeddings' }),
  );
  await repl.run('Hi');
  return repl;
}

describe('the status line and the session name the same model', () => {
  it.each([
    ['/model red', 'red', []],
    ['/retry blue', 'blue', []],
    ['/redly', 'red', []],
    ['/compare red blue', 'red', ['red']],
    ['/compare red blue', 'blue', ['blue']],
    ['/compare red blue Who are you?', 'gpt-5.3-codex', [undefined]],
    ['/logout', undefined, ['y']],
  ])('after %s: %s', async (command, model, answers) => {
    const repl = await start();
    await repl.run(command, ...answers);
    expect(repl.app.session.model?.id).toBe(model);
    expect(repl.app.state.facts.model?.id).toBe(model);
  });

  it.each(['/model mute', '/retry mute', '/compare red mute'])(
    'after %s, which is refused because that model answers no prompt',
    async (command) => {
      const repl = await start();
      const before = repl.app.session.model?.id;
      repl.take();
      await repl.run(command);
      expect(repl.take()).toMatch(/mute cannot chat/i);
      expect(repl.app.session.model?.id).toBe(before);
      expect(repl.app.state.facts.model?.id).toBe(before);
    },
  );

  it('after a comparison in which neither model answers', async () => {
    const repl = await start();
    const before = repl.app.session.model?.id;
    for (const path of ['/chat/completions', '/responses', '/v1/messages'])
      repl.simulator.faults.add({ path, transport: { errorEventAt: 1 }, times: 9 });
    await repl.run('/compare red blue');
    expect(repl.app.session.model?.id).toBe(before);
    expect(repl.app.state.facts.model?.id).toBe(before);
  });
});

describe('the usage that the status line shows', () => {
  it('is that of the chosen answer after a comparison', async () => {
    const repl = await start();
    await repl.run('/compare red blue', 'red');
    const usage = findLastUsage(repl.app.session.file.conversation);
    expect(usage).toBeDefined();
    expect(repl.app.state.facts.usage).toEqual(usage);
  });
});

describe('the effort', () => {
  const supports = { reasoning_effort: ['low', 'high'] };

  /** Leaves the chat and continues the conversation, on what is on the disk. */
  async function resume({ app, context }: TestRepl, named: { model?: string; effort?: string } = {}) {
    const store = createConversationStore({
      folder: context.dataFolder,
      now: context.now,
      onNotice: context.warn,
    });
    const file = store.open(app.session.file.conversation.id, { save: true });
    const { model, effort } = named;
    const session = createSession(
      context,
      { file, model, system: undefined, effort, instructions: true },
      () => {},
    );
    await session.loadModel(context.signal);
    return session.effort;
  }

  async function startWithEfforts(): Promise<TestRepl> {
    const repl = await createTestRepl();
    repl.simulator.state.catalogue.push(
      createModel({ id: 'deep', supports }),
      createModel({ id: 'deeper', supports }),
      createModel({ id: 'flat' }),
    );
    await repl.run('/model deep');
    return repl;
  }

  it.each([
    [['/effort high', 'Hi'], {}, 'high'],
    [['/effort high', 'Hi', '/effort default', 'Hi again'], {}, undefined],
    [['/effort high', 'Hi', '/undo', '/redo'], {}, 'high'],
    [['/effort high', 'Hi'], { model: 'deeper' }, 'high'],
    [['/effort high', 'Hi'], { effort: 'low' }, 'low'],
    [['Hi'], {}, undefined],
  ])('after %j, resumed with %j, is %s', async (lines, named, effort) => {
    const repl = await startWithEfforts();
    for (const line of lines) await repl.run(line);
    expect(await resume(repl, named)).toBe(effort);
  });

  it('is dropped if the model that goes on does not take it, and this is said', async () => {
    const repl = await startWithEfforts();
    await repl.run('/effort high');
    await repl.run('Hi');
    repl.take();
    expect(await resume(repl, { model: 'flat' })).toBeUndefined();
    expect(repl.take()).toContain('The effort was high; flat does not take it and decides by itself.');
  });
});

describe('what other models thought', () => {
  const told = / gets the earlier answers, but not what other models thought/g;

  async function startWithThoughts(): Promise<TestRepl> {
    const repl = await createTestRepl({ answer: { reasoning: 'Hm.', text: 'Hello.' } });
    repl.simulator.state.catalogue.push(createModel({ id: 'red' }), createModel({ id: 'blue' }));
    await repl.run('/model red');
    await repl.run('Hi');
    return repl;
  }

  it.each([
    [['/model blue', 'one', 'two', 'three'], 1],
    [['/model blue', 'one', '/model red', 'two', 'three'], 2],
    [['/model blue', 'one', '/model blue', 'two'], 1],
    [['/model blue', '/new', 'one', 'two'], 0],
    [['one', 'two'], 0],
  ])('is said to be left out once for each switch: %j', async (lines, count) => {
    const repl = await startWithThoughts();
    repl.take();
    for (const line of lines) await repl.run(line);
    const shown = repl.take();
    expect(shown.match(told) ?? []).toHaveLength(count);
    expect(shown).not.toContain('is left out');
  });
});
