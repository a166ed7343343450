import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toObject, toText } from '../../../src/json-value.ts';
import { toTyped } from '../../../src/prompt-text.ts';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import { chatModel } from '../../helpers/cli.ts';
import { createTestRepl, noToolUse, type TestRepl, type TestReplOptions } from '../../helpers/repl-app.ts';

const look = callTools(['view', { path: 'a.txt' }]);
const files = { 'a.txt': 'one\ntwo\n' };
const start = (options: TestReplOptions = {}): Promise<TestRepl> =>
  createTestRepl({ files, ...options, repl: { model: chatModel, ...options.repl } });

/** The names of the tools of each request. */
const offered = (repl: TestRepl): string[][] =>
  repl.modelCalls().map(({ body }) => {
    const { tools = [] } = toObject(body) as { tools?: { function: { name: string } }[] };
    return tools.map((tool) => tool.function.name);
  });

/** What the model was told of its last calls. */
const told = (repl: TestRepl): string[] => {
  const { messages = [] } = toObject(repl.modelCalls().at(-1)?.body) as {
    messages?: { role: string; content: unknown }[];
  };
  return messages.flatMap(({ role, content }) => (role === 'tool' ? String(toText(content)) : []));
};

describe('a call in the chat', () => {
  it('is made after a yes, and once for all of the session after the second choice', async () => {
    const repl = await start({
      answer: answerInTurn(look, { text: 'Two lines.' }, look, { text: 'Still two.' }),
    });
    await repl.run('what is in a.txt?', '2');
    expect(repl.questions).toEqual(['View a file or folder?']);
    expect(repl.take()).toMatch(/view a\.txt · 2 lines[\s\S]*Two lines\./);
    expect(told(repl)).toEqual([expect.stringContaining('two')]);
    await repl.run('and now?');
    expect(repl.questions).toHaveLength(1);
    expect(repl.take()).toContain('Still two.');
  });

  it('is refused with what to do instead, which the model is told', async () => {
    const repl = await start({ answer: answerInTurn(look, { text: 'As you like.' }) });
    const { core } = repl;
    core.runner.submit({ text: 'what is in a.txt?', typed: [[0, 17]] });
    const { dialogs } = repl.app;
    await expect.poll(() => repl.app.state.dialog, { timeout: 5000 }).toMatchObject({ isSeen: true });
    for (const text of ['4', 'read ', 'b.txt']) dialogs.takeKey({ type: 'text', text });
    dialogs.takeKey({ type: 'key', name: 'enter', ctrl: false, alt: false, shift: false });
    await core.runner.idle();
    expect(told(repl)).toEqual([expect.stringContaining('The user said no to this call, and: read b.txt')]);
    expect(repl.take()).toMatch(/view a\.txt · refused\n.*You said no, and: read b\.txt[\s\S]*As you like\./);
  });

  it('stops the run where the question is left, and the prompt is not sent twice', async () => {
    const repl = await start({ answer: answerInTurn(look, { text: 'never' }) });
    await repl.run('what is in a.txt?', undefined);
    expect(repl.take()).toMatch(/view a\.txt · not made\n.*Stopped\. \/retry asks again\./);
    expect(repl.modelCalls()).toHaveLength(1);
    expect(repl.app.state.draft.text).toBe('');
  });

  it.each<[name: string, answers: (string | undefined)[], expected: RegExp[]]>([
    ['the first of two', [undefined], [/before the user allowed it/, /before it\.$/]],
    ['the second of two', ['1', undefined], [/two/, /before the user allowed it/]],
  ])('whose question was left is known not to have been made: %s', async (_, answers, expected) => {
    const two = callTools(['view', { path: 'a.txt' }], ['view', { path: 'b.txt' }]);
    const repl = await start({
      files: { ...files, 'b.txt': 'bee' },
      answer: answerInTurn(two, { text: 'As you like.' }),
    });
    await repl.run('look', ...answers);
    await repl.run('do something else');
    expect(told(repl)).toEqual(expected.map((words) => expect.stringMatching(words)));
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    await repl.run(`/resume ${id}`);
    await repl.run('and now?');
    expect(told(repl)).toEqual(expected.map((words) => expect.stringMatching(words)));
  });

  it('counts the questions of an answer', async () => {
    const three = callTools(
      ['view', { path: 'a.txt' }],
      ['view', { path: 'b.txt' }],
      ['view', { path: '.hidden' }],
    );
    const repl = await start({
      files: { ...files, 'b.txt': 'b', '.hidden': 'c' },
      answer: answerInTurn(three, { text: 'Done.' }),
    });
    await repl.run('look', '1', '1', '1');
    expect(repl.questions.map((question) => /\(call \d of 3\)/.exec(question)?.[0])).toEqual([
      '(call 1 of 3)',
      '(call 2 of 3)',
      '(call 3 of 3)',
    ]);
  });
});

describe('a run that is stopped', () => {
  const silent = { text: 'never', firstDelayMs: 60_000 };

  it('leaves the cost unknown of a model that has its results and has not said anything yet', async () => {
    const repl = await start({ answer: answerInTurn(look, silent) });
    await repl.run('/permissions allow read');
    repl.core.runner.submit(toTyped('what is in a.txt?'));
    await vi.waitFor(() => expect(repl.modelCalls()).toHaveLength(2));
    repl.core.runner.stop();
    await repl.core.runner.idle();
    expect(repl.app.state.facts).toMatchObject({ uncounted: 1, spent: [{}] });
  });

  it('at a question costs nothing that is not known', async () => {
    const repl = await start({ answer: answerInTurn(look, silent) });
    await repl.run('what is in a.txt?', undefined);
    expect(repl.app.state.facts).toMatchObject({ uncounted: 0, spent: [{}] });
  });
});

describe('/retry', () => {
  it('goes on with the calls that were not made, and makes no other twice', async () => {
    const two = callTools(['view', { path: 'a.txt' }], ['view', { path: 'b.txt' }]);
    const repl = await start({
      files: { ...files, 'b.txt': 'bee' },
      answer: answerInTurn(two, { text: 'Both seen.' }),
    });
    await repl.run('look', '1', undefined);
    expect(repl.modelCalls()).toHaveLength(1);
    await repl.run('/retry', '1');
    expect(repl.modelCalls()).toHaveLength(2);
    expect(told(repl)).toEqual([expect.stringContaining('two'), expect.stringContaining('bee')]);
    expect(repl.questions).toHaveLength(3);
    expect(repl.take()).toContain('Both seen.');
  });

  it('is named where such a conversation is opened again', async () => {
    const two = callTools(['view', { path: 'a.txt' }], ['view', { path: 'b.txt' }]);
    const repl = await start({
      files: { ...files, 'b.txt': 'bee' },
      answer: answerInTurn(two, { text: 'Both seen.' }),
    });
    await repl.run('look', '1', undefined);
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    repl.take();
    await repl.run(`/resume ${id}`);
    expect(repl.take()).toContain(
      'The last answer was cut off between its calls; /retry goes on from there, with 1 call that was not made.',
    );
    await repl.run('/retry', '1');
    expect(told(repl)).toEqual([expect.stringContaining('two'), expect.stringContaining('bee')]);
  });

  it('is named if no call of it was made', async () => {
    const repl = await start({ answer: answerInTurn(look, { text: 'Seen.' }) });
    await repl.run('look', undefined);
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    repl.take();
    await repl.run(`/resume ${id}`);
    expect(repl.take()).toContain('The calls of the last answer were not made; /retry asks for it again.');
    await repl.run('/retry');
    expect(repl.take()).toContain('Seen.');
  });

  it('after a whole answer asks the prompt again', async () => {
    const repl = await start({ answer: answerInTurn(look, { text: 'One.' }, { text: 'Two.' }) });
    await repl.run('what is in a.txt?', '1');
    await repl.run('/retry');
    expect(told(repl)).toEqual([]);
    expect(repl.take()).toMatch(/Two\.[\s\S]*The other answer stays: \/branches/);
  });
});

describe('/tools', () => {
  it('has reading on from the start, and sends nothing about what is off', async () => {
    const repl = await start({ answer: { text: 'Hi.' } });
    await repl.run('hello');
    await repl.run('/tools none');
    await repl.run('hello');
    await repl.run('/tools read,write');
    await repl.run('hello');
    const [first, second, third] = offered(repl);
    expect(first).toEqual(expect.arrayContaining(['view', 'glob', 'grep']));
    expect(first).not.toContain('edit');
    expect(second).toEqual([]);
    expect(JSON.stringify(repl.modelCalls()[1]?.body)).not.toContain('You work in the folder');
    expect(third).toEqual(expect.arrayContaining(['view', 'edit', 'create']));
    expect(repl.take()).toContain('The model may use: read, write. It takes effect with your next prompt.');
  });

  it('switches one kind in a list that says what each costs', async () => {
    const repl = await start({ answer: { text: 'Hi.' } });
    await repl.run('hello');
    await repl.run('/tools', 'write', undefined);
    expect(repl.app.tools.kinds).toEqual(['read', 'write']);
    expect(await repl.app.tools.estimate('read', repl.app.session.model as never)).toBeGreaterThan(100);
    expect(repl.take()).toContain('The model may use: read, write. It takes effect');
    await repl.run('/tools', undefined);
    expect(repl.take().trimEnd()).toMatch(/The model may use: read, write\.$/);
    expect(repl.context.settings.get('tools').value).toBe('read');
  });

  it.each(['sheel', 'read,everything'])('refuses /tools %s', async (words) => {
    const repl = await start();
    await repl.run(`/tools ${words}`);
    expect(repl.take()).toMatch(/There is no \/tools .*\n.*none, or any of read, write, shell, mcp/);
  });

  it('sends no tools to a model that takes none', async () => {
    const repl = await start({ answer: { text: 'Hi.' }, repl: { model: 'talker' } });
    const { createModel } = await import('../../simulator/copilot/create-model.ts');
    repl.simulator.state.catalogue.push(createModel({ id: 'talker', supports: { tool_calls: false } }));
    await repl.run('hello');
    expect(offered(repl)).toEqual([[]]);
  });
});

describe('/permissions', () => {
  it('lists each rule with where it came from, and removes it', async () => {
    const repl = await start({
      answer: answerInTurn(look, { text: 'One.' }, look, { text: 'Two.' }),
      repl: {
        toolUse: { ...noToolUse, deny: ['shell(rm:*)'] },
      },
    });
    await repl.run('what is in a.txt?', '3');
    const approvals = await repl.app.tools.openApprovals();
    expect(approvals.list().map(({ origin, effect }) => `${effect} ${origin}`)).toEqual([
      'deny flag',
      'allow folder',
    ]);
    await repl.run('/permissions remove read');
    expect(repl.take()).toContain('Removed: allow read');
    await repl.run('and now?', '1');
    expect(repl.questions).toHaveLength(2);
  });

  it('keeps the rules of a folder for the next chat, outside of the folder', async () => {
    const repl = await start();
    await repl.run('/permissions allow shell(git diff:*)');
    expect(repl.take()).toContain('From now on in this folder: allow shell(git diff:*)');
    const kept = readFileSync(join(repl.home, 'config/copilot-cli/approvals.json'), 'utf8');
    expect(kept).toContain('shell(git diff:*)');
    expect(readdirSync(repl.cwd)).toEqual(['a.txt']);
  });

  it('says what it is about if there are none', async () => {
    const repl = await start();
    await repl.run('/permissions');
    expect(repl.take()).toContain('No rules. Every call of a tool is asked about.');
  });

  it('says so if a flag allows everything, as the model is told', async () => {
    const repl = await start({
      answer: { text: 'Hi.' },
      repl: { toolUse: { ...noToolUse, allowAll: true } },
    });
    await repl.run('/permissions');
    expect(repl.take()).toContain('--allow-all-tools allows everything that no rule denies');
    await repl.run('/tools write');
    await repl.run('hello');
    expect(JSON.stringify(repl.modelCalls().at(-1)?.body)).toContain(
      'You may change files and run commands.',
    );
  });

  it.each([
    ['allow', '/permissions allow needs a rule'],
    ['forbid shell', 'there is no /permissions forbid'],
    ['remove shell(git:*)', 'there is no rule shell(git:*)'],
    ['allow shell(git', 'has no closing parenthesis'],
    ['allow bogus(', 'has no closing parenthesis'],
  ])('refuses %s', async (words, sentence) => {
    const repl = await start();
    await repl.run(`/permissions ${words}`);
    expect(repl.take().toLowerCase()).toContain(sentence.toLowerCase());
  });
});

const write = callTools(['create', { path: 'new.txt', file_text: 'new' }]);
const startWriting = async (): Promise<TestRepl> => {
  const repl = await start({ answer: answerInTurn(write, { text: 'Made.' }) });
  await repl.run('/tools write');
  await repl.run('make it', '1');
  expect(readdirSync(repl.cwd).sort()).toEqual(['a.txt', 'new.txt']);
  repl.take();
  return repl;
};

describe('/undo', () => {
  it('puts back files that the model changed, after a yes', async () => {
    const repl = await startWriting();
    await repl.run('/undo', 'yes');
    expect(readdirSync(repl.cwd)).toEqual(['a.txt']);
    expect(repl.take()).toContain('new.txt is removed: it was not there before.');
    expect(repl.app.state.draft.text).toBe('make it');
  });

  it('leaves them after a no, and does nothing at all where the question is left', async () => {
    const repl = await startWriting();
    await repl.run('/undo', undefined);
    expect(repl.app.session.file.conversation.head).toBeDefined();
    await repl.run('/undo', 'only');
    expect(readdirSync(repl.cwd).sort()).toEqual(['a.txt', 'new.txt']);
    expect(repl.take()).toContain('The last prompt is removed.');
  });

  it('puts them back before another try, which would fail on them', async () => {
    const repl = await startWriting();
    await repl.run('/retry', undefined);
    expect(repl.take()).toContain('Nothing was changed.');
    expect(repl.modelCalls()).toHaveLength(2);
    await repl.run('/retry', 'yes');
    expect(repl.take()).toContain('new.txt is removed: it was not there before.');
    expect(readdirSync(repl.cwd)).toEqual(['a.txt']);
    expect(repl.modelCalls()).toHaveLength(3);
  });

  it('leaves a file that somebody changed since', async () => {
    const repl = await startWriting();
    writeFileSync(join(repl.cwd, 'new.txt'), 'mine');
    // There is nothing to say yes to.
    await repl.run('/undo');
    expect(readFileSync(join(repl.cwd, 'new.txt'), 'utf8')).toBe('mine');
    expect(repl.take()).toContain('new.txt stays as it is: somebody changed it since.');
  });
});

describe('/redo', () => {
  it('makes the changes again that /undo took back, after a yes', async () => {
    const repl = await startWriting();
    await repl.run('/undo', 'yes');
    await repl.run('/redo', 'yes');
    expect(repl.questions.at(-1)).toBe('Files of this answer were put back. Change them again, too?');
    expect(readFileSync(join(repl.cwd, 'new.txt'), 'utf8')).toBe('new');
    expect(repl.take()).toContain('new.txt is again as the model left it.');
    await repl.run('/undo', 'yes');
    expect(readdirSync(repl.cwd)).toEqual(['a.txt']);
  });

  it('does so in a conversation that was opened again', async () => {
    const repl = await startWriting();
    const { id } = repl.app.session.file.conversation;
    await repl.run('/undo', 'yes');
    await repl.run('/new');
    await repl.run(`/sessions ${id}`);
    await repl.run('/redo', 'yes');
    expect(readFileSync(join(repl.cwd, 'new.txt'), 'utf8')).toBe('new');
  });

  it('says that the files stay as they were after a no, and does nothing at all where the question is left', async () => {
    const repl = await startWriting();
    await repl.run('/undo', 'yes');
    await repl.run('/redo', undefined);
    expect(repl.app.session.file.conversation.head).toBeUndefined();
    repl.take();
    await repl.run('/redo', 'only');
    expect(readdirSync(repl.cwd)).toEqual(['a.txt']);
    expect(repl.take()).toMatch(/Made\.\s+new\.txt stays as it was before the answer\./);
  });

  it('asks nothing where the files were not put back', async () => {
    const repl = await startWriting();
    await repl.run('/undo', 'only');
    const asked = repl.questions.length;
    await repl.run('/redo');
    expect(repl.questions).toHaveLength(asked);
    expect(repl.take()).not.toContain('new.txt is');
  });

  it('leaves a file that somebody changed since', async () => {
    const repl = await startWriting();
    await repl.run('/undo', 'yes');
    writeFileSync(join(repl.cwd, 'new.txt'), 'mine');
    await repl.run('/redo');
    expect(readFileSync(join(repl.cwd, 'new.txt'), 'utf8')).toBe('mine');
    expect(repl.take()).toContain('new.txt stays as it is: somebody changed it since.');
  });
});

describe('a yes for the folder', () => {
  it('is said to be kept, and how it is taken back', async () => {
    const repl = await start({ answer: answerInTurn(write, { text: 'Made.' }) });
    await repl.run('/tools write');
    await repl.run('make it', '3');
    expect(repl.take()).toMatch(/Kept for this folder: write\(new\.txt\)\. \/permissions takes it back\./);
    await repl.run('/permissions', undefined);
    expect(repl.rows.join()).toContain('write(new.txt)');
  });
});

describe('thinking that cannot begin between calls', () => {
  it('is named once', async () => {
    const other = callTools(['view', { path: 'a.txt' }]);
    const repl = await start({
      answer: answerInTurn(look, other, { text: 'Seen.' }),
      repl: { model: 'claude-haiku-4.5', effort: '2000' },
    });
    await repl.run('look', '2');
    const shown = repl.take();
    expect(shown).toContain('Seen.');
    expect(shown.match(/cannot begin it between tool calls/g)).toHaveLength(1);
  });

  it('is not named to somebody who chose no effort', async () => {
    const repl = await start({
      answer: answerInTurn(look, { text: 'Seen.' }),
      repl: { model: 'claude-haiku-4.5' },
    });
    await repl.run('look', '2');
    expect(repl.take()).not.toContain('Thinking is left out');
  });
});
