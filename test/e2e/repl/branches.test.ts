import { expect, it, vi } from 'vitest';
import { answer, say as sayTo } from '../../conversation/stores.ts';
import { listSaid, startWithTwoTurns } from '../../helpers/repl-emulator.ts';
import { openStore } from '../../helpers/seed-conversations.ts';

it('shows the branches of /retry, /edit, /search and of a second program, and goes to each of them', async () => {
  const { cli, chat, say, waitForAnswer } = await startWithTwoTurns();
  const expectSaid = (...said: string[]): Promise<void> =>
    vi.waitFor(() => expect(listSaid(cli)).toEqual(said), { timeout: 10_000 });
  say('/branches');
  await chat.waitForScreen('There is only one branch.');
  say('/retry');
  await waitForAnswer('answer 3');
  await chat.waitForScreen('The other answer stays: /branches');

  // Both answers, with the model and the time; the one in use is marked and selected.
  say('/branches');
  await chat.waitForScreen(/answer 2 .*answer 2 .*kimi.*just now\n› answer 3 ✓ .*answer 2 .*kimi.*just now/);
  chat.press('up');
  chat.press('enter');
  await chat.waitForScreen('The branch that you left stays: /branches');
  await expectSaid('one', 'answer 1', 'two', 'answer 2');

  // An edited prompt: the way back stands there before the answer comes.
  say('/edit 1');
  await chat.waitForScreen(/^› one$(?![\s\S]*^› )/m);
  chat.type(' more');
  chat.press('enter');
  await chat.waitForScreen('Replaces prompt 1. What followed stays: /branches');
  await waitForAnswer('answer 4');

  // A search finds what is on none of the branches in use, and goes there.
  say('/search "answer 3"');
  await chat.waitForScreen(/› .*answer 3/);
  chat.press('enter');
  await chat.waitForScreen('The branch that was in use stays: /branches');
  await expectSaid('one', 'answer 1', 'two', 'answer 3');

  // A second program goes on elsewhere.
  const store = openStore(cli, new Date().toISOString());
  const other = store.open(store.findLast() ?? '');
  sayTo(other, 'from elsewhere');
  await answer(other, 'to elsewhere');
  say('three');
  await waitForAnswer('answer 5');
  await chat.waitForScreen(/each\s+on its own branch: \/branches in the\s+chat/);
  say('/branches');
  await chat.waitForScreen(/from elsewhere[\s\S]*› three ✓/);
  chat.type('elsewhere');
  await chat.waitForScreen('1 of 1');
  chat.press('enter');
  await expectSaid('one', 'answer 1', 'two', 'answer 3', 'from elsewhere', 'to elsewhere');
  chat.press('ctrl+d');
  expect(await chat.exitCode).toBe(0);
});
