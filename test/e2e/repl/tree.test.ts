import { describe, expect, it, vi } from 'vitest';
import type { Cli } from '../../helpers/cli.ts';
import { listBranches, readConversation, startWithTwoTurns } from '../../helpers/repl-emulator.ts';
import { openStore } from '../../helpers/seed-conversations.ts';

const expectBranches = (cli: Cli, branches: string[]): Promise<void> =>
  vi.waitFor(() => expect(listBranches(readConversation(cli)).sort()).toEqual(branches.sort()));

const both = 'one > answer 1 > two > answer 2';

describe('the tree of a conversation', () => {
  it('keeps both answers of /retry', async () => {
    const { cli, say, waitForAnswer } = await startWithTwoTurns();
    say('/retry');
    await waitForAnswer('answer 3');
    await expectBranches(cli, [both, 'one > answer 1 > two > answer 3 *']);
    say('/retry gemini-3.5-flash');
    await waitForAnswer('answer 4');
    await expectBranches(cli, [both, 'one > answer 1 > two > answer 3', 'one > answer 1 > two > answer 4 *']);
    expect(cli.simulator.requestsTo('/chat/completions').at(-1)?.body).toMatchObject({
      model: 'gemini-3.5-flash',
    });
  });

  it('keeps the turns before /edit beside the new ones', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startWithTwoTurns();
    say('/edit 1');
    await chat.waitForScreen(/^› one$(?![\s\S]*^› )/m);
    chat.type(', differently');
    chat.press('enter');
    await waitForAnswer('answer 3');
    await expectBranches(cli, [both, 'one, differently > answer 3 *']);
    const { body } = cli.simulator.requestsTo('/chat/completions').at(-1) ?? {};
    expect(JSON.stringify(body)).not.toContain('answer 1');
  });

  it('goes back with /undo, and forward with /redo', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startWithTwoTurns();
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await chat.waitForScreen(/^› two$(?![\s\S]*^› )/m);
    await expectBranches(cli, [both, 'one > answer 1 *']);
    chat.press('ctrl+u');
    say('/redo');
    await expectBranches(cli, [`${both} *`]);
    await chat.waitForScreen(/› two\n\n● answer 2\n\n─ kimi/);
    say('three');
    await waitForAnswer('answer 3');
    await expectBranches(cli, [`${both} > three > answer 3 *`]);
    say('/redo');
    await chat.waitForScreen('There is nothing to put back');
  });

  it('goes back to the picked prompt with Esc Esc', async () => {
    const { cli, chat, waitForAnswer } = await startWithTwoTurns();
    chat.press('escape');
    chat.press('escape');
    await chat.waitForScreen(/Edit which prompt\?\n {2}1 {2}one\n› 2 {2}two/);
    chat.press('up');
    chat.press('enter');
    await chat.waitForScreen(/^› one$(?![\s\S]*^› )/m);
    chat.press('ctrl+u');
    chat.type('another one');
    chat.press('enter');
    await waitForAnswer('answer 3');
    await expectBranches(cli, [both, 'another one > answer 3 *']);
  });

  it('continues in a copy with /branch, and starts again with /new', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startWithTwoTurns();
    say('/branch copy');
    await chat.waitForScreen('You are in a copy now');
    say('three');
    await waitForAnswer('answer 3');
    await expectBranches(cli, [`${both} > three > answer 3 *`]);
    say('/new fresh');
    await chat.waitForScreen('A new conversation.');
    say('four');
    await waitForAnswer('answer 4');
    await expectBranches(cli, ['four > answer 4 *']);
    const store = openStore(cli);
    const original = store.list().find(({ name }) => name === undefined);
    expect(listBranches(store.open(original?.id ?? '').conversation)).toEqual([`${both} *`]);
    expect(listBranches(readConversation(cli, 'copy'))).toEqual([`${both} > three > answer 3 *`]);
    say('/resume copy');
    await chat.waitForScreen(/› three\n\n● answer 3/);
  });
});
