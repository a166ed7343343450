import { describe, expect, it } from 'vitest';
import { findLastUsage } from '../../../src/conversation/conversation.ts';
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
    ['/compare red blue Who are you?', 'red', [undefined]],
    ['/compare blue red Who are you?', 'blue', [undefined]],
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
