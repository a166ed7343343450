import { describe, expect, it, vi } from 'vitest';
import { toTyped } from '../../../src/prompt-text.ts';
import { listBegun } from '../../../src/repl/dialogs/begun-answers.ts';
import { toKey } from '../../../src/repl/keys/key.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import { toRecord } from '../../simulator/json.ts';

const templates = {
  translate:
    '---\ndescription: Translate a text\ninputs:\n  language: German\n---\nInto {{language}}: {{text}}',
  review: '---\nsystem: You review.\nmodel: strict\n---\nReview this.',
  digest: 'Digest:\n\n{{stdin}}',
  letter: '{{to}} and {{from}}.',
  broken: '---\nnonsense: 1\n---\nHi',
  help: 'Not reached.',
  nowhere: '---\nmodel: nosuchmodel\n---\n{{to}}: {{stdin}}',
};

/** What the model was told last. */
const readPrompt = (repl: TestRepl): string => JSON.stringify(repl.modelCalls().at(-1)?.body);

describe("a person's own prompt", () => {
  it.each([
    ['/translate Good day', [], 'Into German: Good day'],
    ['/translate language=Welsh Good day', [], 'Into Welsh: Good day'],
    ['/translate language="Old Welsh" text="x=1"', [], 'Into Old Welsh: x=1'],
    ['/translate Is x=1?', [], 'Into German: Is x=1?'],
    ['/translate x==1', [], 'Into German: x==1'],
    ['/digest x=1', [], 'Digest:\\n\\nx=1'],
    ['/translate', ['Good day'], 'Into German: Good day'],
    ['/digest all of this', [], 'Digest:\\n\\nall of this'],
    ['/digest', ['all of this'], 'Digest:\\n\\nall of this'],
    ['/letter from=Ann', ['Bob'], 'Bob and Ann.'],
    ['/letter P.S.', ['Bob', 'Ann'], 'Bob and Ann.\\n\\nP.S.'],
  ])('%s is said with its values', async (command, answers, prompt) => {
    const repl = await createTestRepl({ templates });
    await repl.run(command, ...answers);
    expect(readPrompt(repl)).toContain(`"${prompt}"`);
    expect(repl.questions).toHaveLength(answers.length);
  });

  it('brings its system prompt and its model', async () => {
    const repl = await createTestRepl({ templates });
    repl.simulator.state.catalogue.push(createModel({ id: 'strict' }));
    await repl.run('/review');
    expect(readPrompt(repl)).toContain('You review.');
    expect(toRecord(repl.modelCalls()[0]?.body).model).toBe('strict');
    expect(repl.take()).toContain('From now on strict answers.');
  });

  it.each(['/translate langauge=Welsh Good day', '/translate language=Welsh txt="Good day"'])(
    'is not sent with a variable that it does not have: %s',
    async (command) => {
      const repl = await createTestRepl({ templates });
      await repl.run(command);
      expect(repl.take()).toMatch(
        /The prompt has no variable named (langauge|txt)\.\nIt has: language, text\./i,
      );
      expect(repl.app.state.draft.text).toBe(command);
      expect(repl.modelCalls()).toEqual([]);
    },
  );

  it('is not sent if the person leaves a question', async () => {
    const repl = await createTestRepl({ templates });
    await repl.run('/letter', 'Bob', undefined);
    expect(repl.take()).toContain('Nothing was sent.');
    expect(repl.modelCalls()).toEqual([]);
  });

  it('asks again with what was typed for it, until it is sent', async () => {
    const repl = await createTestRepl({ templates });
    await repl.run('/letter', undefined);
    expect(repl.take()).not.toContain('asks again');
    repl.core.runner.submit(toTyped('/letter'));
    await vi.waitFor(() => expect(repl.app.state.dialog?.type).toBe('text'));
    repl.app.dialogs.takeKey({ type: 'text', text: 'Bob' });
    repl.app.dialogs.takeKey(toKey('enter'));
    await vi.waitFor(() => expect(repl.app.state.dialog).toMatchObject({ question: 'from:' }));
    repl.app.dialogs.takeKey({ type: 'text', text: 'An' });
    repl.app.dialogs.takeKey(toKey('c', { ctrl: true }));
    await repl.core.runner.idle();
    expect(repl.take()).toContain('Nothing was sent. /letter asks again, with what you typed.');
    // Another prompt has its own answers.
    await repl.run('/digest', 'all');
    expect(readPrompt(repl)).toContain('"Digest:\\n\\nall"');
    await repl.run('/letter', '', 'n');
    expect(readPrompt(repl)).toContain('"Bob and Ann."');
    await repl.run('/letter', 'x', 'y');
    expect(readPrompt(repl)).toContain('"x and y."');
  });

  it.each([
    ['/letter', ['Bob', 'An'], ['/letter to=Bob from=An']],
    ['/letter to=Bo', ['An the Great'], ['/letter from="An the Great" to=Bo']],
    ['/letter', ['a "b" c', 'An'], ['/letter from=An', 'a "b" c']],
    ['/digest', ['line 1\n@secret.txt "2"'], ['/digest line 1\n@secret.txt "2"']],
    ['/letter', ['', ''], []],
  ])('%s with %j can be kept: the answers are in a command', async (command, answers, kept) => {
    const repl = await createTestRepl({ templates });
    repl.core.runner.submit(toTyped(command));
    for (const [index, text] of answers.entries()) {
      await vi.waitFor(() => expect(repl.app.state.dialog).toMatchObject({ type: 'text', text: '' }));
      repl.app.dialogs.takeKey({ type: 'paste', text });
      if (index < answers.length - 1) repl.app.dialogs.takeKey(toKey('enter'));
    }
    const begun = listBegun(repl.app.dialogs);
    expect(begun.map(({ text }) => text)).toEqual(kept);
    // Pasted answers stay data.
    for (const { text, typed } of begun)
      expect(typed.map(([from, to]) => text.slice(from, to)).join('')).not.toMatch(/secret|Great|Bob/);
    repl.app.dialogs.takeKey(toKey('escape'));
    await repl.core.runner.idle();
    await repl.run(command, ...answers.map(() => 'x'));
    expect(listBegun(repl.app.dialogs)).toEqual([]);
  });

  it('that names a model which is not there is refused before anything is asked', async () => {
    const repl = await createTestRepl({ templates });
    await repl.run('/nowhere');
    expect(repl.take()).toContain('There is no model nosuchmodel');
    expect(repl.questions).toEqual([]);
  });

  it('says what is wrong with the template when it is called', async () => {
    const repl = await createTestRepl({ templates });
    await repl.run('/broken');
    expect(repl.take()).toMatch(/broken\.md, line 2: nonsense is not one of/);
  });
});

/** What is shown of a command that waits for nothing. */
async function ask(repl: TestRepl, command: string): Promise<string> {
  await repl.run(command);
  return vi.waitUntil(() => repl.take());
}

describe('/help', () => {
  it('lists the commands by groups, and the prompt templates last', async () => {
    const repl = await createTestRepl({ templates });
    const text = await ask(repl, '/help');
    expect(text).toMatch(/^Model .*\n\/model .*Program\b.*^Your prompt templates\n/ms);
    expect(text).toMatch(/^\/translate .* Translate a text$/m);
    expect(text).toMatch(/^\/broken .* broken: .*line 2/m);
    expect(text.match(/\/help {2}/g)).toHaveLength(1);
    expect(text).not.toContain('undefined');
  });

  it('explains one command, with the shell command that does the same', async () => {
    const repl = await createTestRepl({ templates });
    expect(await ask(repl, '/help /search')).toMatch(
      /^\/search <words>\n.*\n {2}<words> must all occur.*\nIn the shell: copilot-cli sessions search WORDS$/m,
    );
    expect(await ask(repl, '/help resume')).toMatch(/^\/sessions \[name\].*The same: \/resume/ms);
    expect(await ask(repl, '/help translate')).toMatch(
      /\[language=…\] "German" if it is not given\..*\[text=…\] asked for if it is not given\./s,
    );
    expect(await ask(repl, '/help nonsense')).toContain('There is no command /nonsense');
  });
});
