import { describe, expect, it, vi } from 'vitest';
import { toPlainText } from '../../../src/conversation/conversation.ts';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import type { ReplAction } from '../../../src/repl/state.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import type { Fault } from '../../simulator/fault.ts';
import { toRecord } from '../../simulator/json.ts';

async function start(columns?: number, files: Record<string, string> = {}): Promise<TestRepl> {
  const repl = await createTestRepl({
    files,
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

  const compare = '/compare red blue What is in it?';
  it.each<[string, { fault: Omit<Fault, 'path'>; columns?: number }]>([
    ['refuse it', { fault: { status: 400 } }],
    ['break off', { fault: { transport: { errorEventAt: 1 } } }],
    ['fail below one another', { fault: { status: 400 }, columns: 80 }],
    ['are stopped', { fault: { noAnswer: true } }],
  ])('comes back with what was attached if all models %s', async (_, { fault, columns }) => {
    const repl = await start(columns, { 'notes.txt': 'The text of notes.' });
    const { app, core } = repl;
    await repl.run('/attach notes.txt');
    app.session.attach({ type: 'text', label: '!ls', text: 'The output.' });
    for (const path of ['/chat/completions', '/responses'])
      repl.simulator.faults.add({ path, ...fault, times: 9 });
    const asked = repl.run(compare);
    if (fault.noAnswer) {
      await vi.waitFor(() => expect(repl.modelCalls()).toHaveLength(2));
      core.runner.stop();
    }
    await asked;
    expect(readDraft(app.state.draft).text).toBe(compare);
    expect(app.state).toMatchObject({ attachments: ['notes.txt', '!ls'], isPlaced: true });
    repl.simulator.faults.clear();
    app.dispatch({ type: 'draft', draft: createDraft() });
    await repl.run(compare, 'red');
    for (const { body } of repl.modelCalls().slice(-2)) {
      expect(JSON.stringify(body)).toContain('The text of notes.');
      expect(JSON.stringify(body)).toContain('The output.');
    }
    expect(app.state.attachments).toEqual([]);
  });

  it('brings back nothing if one model answers, or if it asked the last prompt again', async () => {
    const repl = await start(undefined, { 'notes.txt': 'The text of notes.' });
    const { app } = repl;
    await repl.run('/attach notes.txt');
    repl.simulator.faults.add({ path: '/responses', status: 400, times: 2 });
    await repl.run(compare);
    expect(app.state).toMatchObject({ draft: { text: '' }, attachments: [] });
    repl.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
    await repl.run('/compare red blue');
    expect(app.state).toMatchObject({ draft: { text: '' }, attachments: [] });
  });

  it('leaves a draft that was begun meanwhile, and Up has the command', async () => {
    const repl = await start(undefined, { 'notes.txt': 'The text of notes.' });
    const { app, core } = repl;
    await repl.run('/attach notes.txt');
    for (const path of ['/chat/completions', '/responses'])
      repl.simulator.faults.add({ path, status: 400, delayMs: 300 });
    const asked = repl.run(compare);
    await vi.waitFor(() => expect(repl.modelCalls()).not.toHaveLength(0));
    app.dispatch({ type: 'draft', draft: insert(createDraft(), 'and') });
    await asked;
    expect(app.state).toMatchObject({ draft: { text: 'and' }, attachments: [] });
    core.history.walk(-1);
    expect(app.state).toMatchObject({ draft: { text: compare }, attachments: ['notes.txt'] });
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
