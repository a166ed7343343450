import { describe, expect, it } from 'vitest';
import { toPlainText } from '../../../src/conversation/conversation.ts';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';
import type { Answer, AnswerFunction } from '../../simulator/answer/answer.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import { toRecord } from '../../simulator/json.ts';

/** Answers a request for a summary with one, and all else with an echo. */
const answer: AnswerFunction = (request) => {
  const asked = findLastUserText(toRecord(request.body));
  return { text: asked.startsWith('Sum up') ? 'They counted to five.' : `You said ${asked}.` };
};

async function countToFive(summary?: Answer): Promise<TestRepl> {
  const answers: AnswerFunction = async (request) => {
    const said = await answer(request);
    return summary && said?.text === 'They counted to five.' ? summary : said;
  };
  const repl = await createTestRepl({ answer: answers });
  for (const number of ['one', 'two', 'three', 'four', 'five']) await repl.run(number);
  repl.take();
  return repl;
}

const listSaid = ({ app }: TestRepl): string[] =>
  listBranch(app.session.file.conversation)
    .filter(({ role }) => role === 'user')
    .map(toPlainText);

describe('/edit behind a summary', () => {
  it('lists what the person said, and counts no other', async () => {
    const repl = await countToFive();
    await repl.run('/compact', 'y');
    await repl.run('/edit', undefined);
    expect(repl.listed.join('\n')).toContain('four');
    expect(repl.listed.join('\n')).not.toContain('What did we say so far');
    await repl.run('/edit 1');
    expect(repl.app.state.draft.text).toBe('four');
    await repl.run('/edit 3');
    expect(repl.take()).toContain('Use a number from 1 to 2.');
  });
});

describe('/compact', () => {
  it('says that there is nothing in a conversation without prompts', async () => {
    const repl = await createTestRepl({});
    await repl.run('/compact');
    expect(repl.take()).toContain('This conversation has no prompts yet');
    expect(repl.modelCalls()).toEqual([]);
  });

  it('shows what would be replaced, and changes nothing without a yes', async () => {
    const repl = await countToFive();
    await repl.run('/compact', 'n');
    expect(repl.take()).toMatch(
      /A summary by \S+ replaces 3 prompts and their answers \(~\d+ tokens\)\. It keeps the last 2 prompts as they are \(~\d+ tokens\)/,
    );
    expect(repl.modelCalls()).toHaveLength(5);
    expect(listSaid(repl)).toHaveLength(5);
  });

  it.each([
    ['empty', { text: '' }],
    ['cut', { text: 'They counted', finish: 'length' }],
  ] as const)('says how to ask for a summary again that is %s', async (_, summary) => {
    const repl = await countToFive(summary);
    await repl.run('/compact', 'y');
    const shown = repl.take();
    expect(shown).not.toContain('/retry');
    expect(shown).toContain('Type /compact again, also with another model: /model');
    expect(listSaid(repl)).toHaveLength(5);
  });

  it('puts a summary in the place of older turns, and keeps pinned ones', async () => {
    const repl = await countToFive();
    await repl.run('/pin 2');
    await repl.run('/compact the even numbers', 'y');
    expect(repl.take()).toMatch(/Pinned: two.*and 1 pinned.*They counted to five\..*\/compact undo/s);
    expect(listSaid(repl)).toEqual([
      'What did we say so far? What matters most: the even numbers',
      'two',
      'four',
      'five',
    ]);
    const request = repl.modelCalls().at(-1);
    expect(request?.headers['x-initiator']).toBe('user');
    expect(JSON.stringify(request?.body)).toMatch(/one.*three.*What matters most: the even numbers/);
    expect(JSON.stringify(request?.body)).not.toContain('You said four');
    await repl.run('six');
    const sent = JSON.stringify(repl.modelCalls().at(-1)?.body);
    expect(sent).toMatch(/They counted to five.*two.*four.*five.*six/);
    expect(sent).not.toContain('You said one');
  });

  it.each([
    ['a large paste', 'Read this:\n', 'Leave out the middle of', 'Left out: '],
    ['an attached file', undefined, 'Leave out big.txt', 'Left out: big.txt'],
  ])(
    'offers to leave out %s where a summary would not help, and brings it back',
    async (_, beginning, choice, note) => {
      const big = Array.from({ length: 900 }, (_, index) => `number ${index} of many`).join('\n');
      const repl = await createTestRepl({ answer: { text: 'Noted.' }, files: { 'big.txt': big } });
      await repl.run(beginning === undefined ? 'Read @big.txt' : `${beginning}${big}`);
      await repl.run('two');
      repl.take();
      await repl.run('/compact', choice);
      expect(repl.take()).toMatch(
        /A summary would free nothing[\s\S]*Left out: .*~\d+ tokens\. \/compact undo/,
      );
      expect(repl.modelCalls()).toHaveLength(2);
      await repl.run('three');
      const sent = JSON.stringify(repl.modelCalls().at(-1)?.body);
      expect(sent).toContain(note);
      expect(sent.includes('number 450 of many')).toBe(false);
      expect(sent).toMatch(/two.*Noted.*three/);
      await repl.run('/compact undo');
      await repl.run('four');
      expect(JSON.stringify(repl.modelCalls().at(-1)?.body).includes('number 450 of many')).toBe(true);
    },
  );

  it('offers both where older turns can be summed up, too, what frees more first, and changes nothing without a choice', async () => {
    const repl = await createTestRepl({ answer });
    for (const number of ['one', 'two', 'three']) await repl.run(number);
    await repl.run(`four ${'words of four '.repeat(1500)}`);
    repl.take();
    await repl.run('/compact', undefined);
    expect(repl.take()).toMatch(
      /That frees almost nothing[\s\S]*It costs\s+one request[\s\S]*Nothing was changed/,
    );
    await repl.run('/compact', 'Summary');
    expect(repl.take()).toContain('They counted to five.');
  });

  it('says how much it frees, and that a little is next to nothing', async () => {
    const repl = await countToFive();
    const { turns } = repl.app.session.file.conversation;
    const before = turns.size;
    // Enter alone takes the answer that is offered.
    await repl.run('/compact', '');
    expect(repl.take()).toMatch(/~\d+ tokens\)\. That frees almost nothing: [^:]* It costs\s+one request\./);
    expect(turns.size).toBe(before);
  });

  it('is offered in one line when the window is nearly full, and not after every answer', async () => {
    const repl = await createTestRepl({ answer: { text: 'Yes.' }, repl: { model: 'tiny' } });
    repl.simulator.state.catalogue.push(
      createModel({
        id: 'tiny',
        limits: { max_context_window_tokens: 4000, max_prompt_tokens: 4000, max_output_tokens: 500 },
      }),
    );
    // The descriptions of tools would fill it.
    await repl.run('/tools none');
    await repl.run('hello');
    expect(repl.take()).not.toContain('/compact');
    await repl.run('word '.repeat(2650));
    expect(repl.take()).toMatch(/The window is 8\d(\.\d)? % full\. \/compact makes room\./);
    await repl.run('more');
    expect(repl.take()).not.toContain('The window is');
  });

  it('says what was sent behind the summary when it is undone, and leads back to it', async () => {
    const repl = await countToFive();
    await repl.run('/compact', 'y');
    await repl.run('six');
    await repl.run('seven');
    repl.take();
    await repl.run('/compact undo');
    expect(repl.take().replaceAll(/\s+/g, ' ')).toContain(
      'without the 2 prompts behind the summary. /compact redo and /branches lead there.',
    );
    await repl.run('/compact redo');
    expect(listSaid(repl).slice(-2)).toEqual(['six', 'seven']);
    await repl.run('/compact undo');
    await repl.run('eight');
    repl.take();
    await repl.run('/compact redo');
    expect(repl.take()).toContain('/branches');
  });

  it('can be undone and redone', async () => {
    const repl = await countToFive();
    await repl.run('/compact', 'y');
    await repl.run('/compact undo');
    expect(listSaid(repl)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(repl.take()).toContain('/compact redo');
    await repl.run('/compact redo');
    expect(listSaid(repl)).toHaveLength(3);
    await repl.run('/compact undo');
    await repl.run('/compact undo');
    expect(repl.take()).toContain('This conversation is not compacted');
  });

  it('counts the summary like an answer', async () => {
    const repl = await countToFive();
    await repl.run('/compact', 'y');
    await repl.run('/usage');
    expect(repl.take()).toMatch(
      new RegExp(`This chat and this conversation.*${repl.app.session.model?.id} +[\\d.]+ +6 `, 's'),
    );
  });

  it('says so if there is nothing to sum up', async () => {
    const repl = await createTestRepl();
    await repl.run('One');
    await repl.run('/compact');
    expect(repl.take()).toContain('There is nothing to compact');
  });

  it('changes nothing if the model fails', async () => {
    const repl = await countToFive();
    repl.simulator.faults.add({ path: repl.modelCalls()[0]?.path ?? '', status: 400, times: 1 });
    await repl.run('/compact', 'y');
    expect(listSaid(repl)).toHaveLength(5);
    expect(repl.app.state.work).toBeUndefined();
  });

  it('asks a small model for a summary of turns that do not fit', async () => {
    const repl = await createTestRepl({ answer, repl: { model: 'big' } });
    repl.simulator.state.catalogue.push(
      createModel({ id: 'big' }),
      createModel({
        id: 'tiny',
        limits: { max_context_window_tokens: 2000, max_prompt_tokens: 2000, max_output_tokens: 500 },
      }),
    );
    for (const number of ['one', 'two', 'three'])
      await repl.run(`${number} ${'words '.repeat(3000)} ${number} again`);
    await repl.run('/model tiny');
    await repl.run('/compact', 'y');
    const sent = JSON.stringify(repl.modelCalls().at(-1)?.body);
    expect(sent.length).toBeLessThan(8000);
    expect(sent).toMatch(/one words.*characters.*one again/);
  });

  it('is recommended if a conversation does not fit any more', async () => {
    const repl = await createTestRepl({ answer, repl: { model: 'tiny' } });
    repl.simulator.state.catalogue.push(
      createModel({
        id: 'tiny',
        limits: { max_context_window_tokens: 1000, max_prompt_tokens: 1000, max_output_tokens: 500 },
      }),
    );
    await repl.run('words '.repeat(700));
    await repl.run('words '.repeat(700));
    expect(repl.modelCalls()).toHaveLength(1);
    expect(repl.take()).toContain('/compact replaces older turns with a summary.');
  });
});

describe('/pin and /unpin', () => {
  it('mark a prompt by its number, and print it', async () => {
    const repl = await countToFive();
    await repl.run('/pin 9');
    expect(repl.take()).toContain('Use a number from 1 to 5.');
    await repl.run('/pin 1');
    await repl.run('/context');
    expect(repl.take()).toMatch(/Pinned: one.*Pinned: 1 prompt and their answers, ~\d+ tokens/s);
    await repl.run('/unpin');
    expect(repl.take()).toContain('No longer pinned: one');
    await repl.run('/unpin');
    expect(repl.take()).toContain('Nothing is pinned');
  });
});

describe('a number that is no prompt', () => {
  it.each(['/pin 4', '/unpin 4', '/edit 4'])('is answered with those that are: %s', async (command) => {
    const repl = await createTestRepl({ answer: { text: 'Hi.' } });
    await repl.run('hello');
    await repl.run(command);
    expect(repl.take()).toMatch(/There is no prompt 4\.\n.*The only prompt is 1\.$/m);
    await repl.run('hello again');
    await repl.run(command);
    expect(repl.take()).toMatch(/There is no prompt 4\.\n.*Use a number from 1 to 2\.$/m);
  });
});
