import { describe, expect, it } from 'vitest';
import { toPlainText } from '../../../src/conversation/conversation.ts';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import type { ReplAction } from '../../../src/repl/state.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import { toRecord } from '../../simulator/json.ts';

async function start(columns?: number): Promise<TestRepl> {
  const repl = await createTestRepl({
    ...(columns !== undefined && { columns }),
    answer: (request) => ({ text: `I am ${String(toRecord(request.body).model)}.` }),
  });
  repl.simulator.state.catalogue.push(
    createModel({ id: 'red', supported_endpoints: ['/responses'] }),
    createModel({ id: 'blue' }),
  );
  return repl;
}

const readBranch = ({ app }: TestRepl): string[] =>
  listBranch(app.session.file.conversation).map(toPlainText);

describe('/compare', () => {
  it('asks both models, shows the answers beside one another with their costs, and continues with the chosen one', async () => {
    const repl = await start();
    await repl.run('/compare red blue Who are you?', 'blue');
    expect(repl.take()).toMatch(
      /^› \/compare red blue Who are you\?\n\nred +│ blue\n.*│\nI am red\. +│ I am blue\.\n.*│\nusage: .*│ usage: .*\n\nThe conversation continues after the answer of blue\. The other answer stays: \/branches/,
    );
    expect(repl.modelCalls().map(({ headers }) => headers['x-initiator'])).toEqual(['user', 'user']);
    expect(readBranch(repl)).toEqual(['Who are you?', 'I am blue.']);
    expect(repl.app.session.file.conversation.turns.size).toBe(3);
    await repl.run('Really?');
    expect(JSON.stringify(repl.modelCalls().at(-1)?.body)).not.toContain('I am red.');
    expect(toRecord(repl.modelCalls().at(-1)?.body).model).toBe('blue');
  });

  it('shows the answers below one another where columns do not fit, and knows no speed of what was held back', async () => {
    const repl = await start(80);
    const speeds: (number | undefined)[] = [];
    const { dispatch } = repl.app;
    Object.assign(repl.app, {
      dispatch(action: ReplAction) {
        if (action.type === 'usage') speeds.push(action.seconds);
        dispatch(action);
      },
    });
    await repl.run('/compare red blue Who are you?', 'blue');
    expect(repl.take()).toMatch(
      /^› \/compare red blue Who are you\?\n\nred\n\nI am red\.\n\nusage: .*\n\nblue\n\nI am blue\.\n\nusage: /,
    );
    expect(speeds).toEqual([expect.any(Number), 0]);
    expect(repl.app.state.facts.tokensPerSecond).toBe(undefined);
  });

  it.each([
    ['/compare red blue Who are you?', []],
    ['/compare red blue Who are you?', ['Who is there?', 'I am gpt-5-mini.']],
    ['/compare red gpt-5-mini Who are you?', ['Who is there?', 'I am gpt-5-mini.']],
    ['/compare red blue', ['Who is there?', 'I am gpt-5-mini.']],
    ['/compare /compare red blue', ['Who is there?', 'I am gpt-5-mini.']],
  ])(
    '%s leaves the conversation and the model as they were if no answer is chosen',
    async (command, before) => {
      const repl = await start();
      await repl.run('/model gpt-5-mini');
      if (before.length > 0) await repl.run('Who is there?');
      repl.take();
      await repl.run(command, undefined);
      expect(repl.take()).toContain(
        'The conversation is as it was before /compare. The 2 answers stay: /branches',
      );
      expect(repl.app.session.model?.id).toBe('gpt-5-mini');
      expect(readBranch(repl)).toEqual(before);
      await repl.run('/branches', undefined);
      expect(repl.rows.join()).toContain('I am red.');
      await repl.run('Really?');
      expect(toRecord(repl.modelCalls().at(-1)?.body).model).toBe('gpt-5-mini');
    },
  );

  it('gives every answer a name of its own, and says how many others stay', async () => {
    const repl = await start(80);
    await repl.run('Who are you?');
    repl.take();
    await repl.run('/compare red blue', 'blue');
    expect(repl.take()).toMatch(
      /^\n› \/compare red blue\n\nred\n\nI am red\.[\s\S]*\n\nblue\n\nI am blue\.[\s\S]* The 2 others\s+stay:\s+\/branches$/,
    );
  });

  it('asks the last prompt again if none is given', async () => {
    const repl = await start();
    await repl.run('Who are you?');
    await repl.run('/compare red blue', 'red');
    expect(readBranch(repl)).toEqual(['Who are you?', 'I am red.']);
    expect(repl.app.session.file.conversation.turns.size).toBe(4);
  });

  it('continues with the model that answered if the other failed', async () => {
    const repl = await start();
    repl.simulator.faults.add({ path: '/responses', status: 400 });
    await repl.run('/compare red blue Who are you?');
    expect(repl.take()).toMatch(/I am blue\..*The conversation continues after the answer of blue/s);
    expect(readBranch(repl)).toEqual(['Who are you?', 'I am blue.']);
  });

  it('offers only models that can answer', async () => {
    const { app, core, simulator } = await start();
    simulator.state.catalogue.push(
      createModel({ id: 'off', policy: { state: 'disabled', terms: '' } }),
      createModel({ id: 'new', policy: { state: 'unconfigured', terms: '' } }),
      createModel({ id: 'mute', type: 'embeddings' }),
    );
    const compare = core.commands.find(({ name }) => name === 'compare');
    const offered = (await compare?.complete?.(app, ['']))?.map(({ text }) => text);
    expect(offered).toEqual(expect.arrayContaining(['red', 'blue']));
    for (const id of ['off', 'new', 'mute']) expect(offered).not.toContain(id);
  });

  it.each([
    ['/compare red', '/compare needs two models'],
    ['/compare /compare red', '/compare needs two models'],
    ['/compare red red', 'cannot be compared with itself'],
    ['/compare red nonsense', 'nonsense'],
    ['/compare red blue', 'This conversation has no prompts yet'],
  ])('%s says what is wrong', async (command, sentence) => {
    const repl = await start();
    await repl.run(command);
    expect(repl.take()).toContain(sentence);
    expect(repl.modelCalls()).toEqual([]);
  });
});
