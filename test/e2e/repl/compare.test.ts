import { expect, it, vi } from 'vitest';
import {
  createReplCli,
  listBranches,
  listSaid,
  readConversation,
  startRepl,
} from '../../helpers/repl-emulator.ts';
import type { AnswerFunction } from '../../simulator/answer/answer.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import { toRecord } from '../../simulator/json.ts';

const numbered = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `- ${name} ${index + 1}`).join('\n');

/** Each model says its name and a number in every line; the second one is slow and says less. */
const answer: AnswerFunction = ({ body }) => {
  const name = String(toRecord(body).model);
  if (name === 'red') return { text: numbered('red', 30) };
  return { text: numbered(name, 8), deltaLength: 6, tokensPerSecond: 30 };
};

async function start(size: { columns: number; rows: number }) {
  const cli = await createReplCli({ answer });
  for (const id of ['red', 'blue', 'green'])
    cli.simulator.state.catalogue.push(createModel({ id, prices: [100, 400, 10] }));
  return startRepl({ ...size, cli, keyboard: 'kitty' });
}

const count = (rows: readonly string[], text: RegExp): number => rows.filter((row) => text.test(row)).length;

it('asks two models at once, beside one another, each line once, and goes on with the chosen one', async () => {
  const { cli, chat, say, waitForAnswer } = await start({ columns: 120, rows: 30 });
  say('/compare red blue Count.');
  // The fast answer is shown while the slow one comes.
  await chat.waitForScreen(/red 30[\s\S]*Esc stops/);
  await chat.waitForScreen(/Continue with which answer\?/);
  const rows = chat.text();
  for (const number of [1, 8, 30]) expect(count(rows, new RegExp(`red ${number}\\b`))).toBe(1);
  for (const number of [1, 8]) expect(count(rows, new RegExp(`red ${number} +│.*blue ${number}$`))).toBe(1);
  expect(count(rows, /^● red +│ blue$/)).toBe(1);
  expect(rows.join('\n')).toMatch(/usage: .*credits/);
  expect(count(rows, /usage: /)).toBe(2);
  chat.press('down');
  chat.press('enter');
  await chat.waitForScreen(
    'The conversation continues after the answer of blue. The other answer stays: /branches',
  );
  await vi.waitFor(() => expect(listSaid(cli)).toEqual(['Count.', numbered('blue', 8)]));

  // Three of them, two at a time in sight of the third; none is chosen, so the one that was there stays.
  say('/compare red blue green');
  await chat.waitForScreen(/Continue with which answer\?/, { timeoutMs: 20_000 });
  chat.press('escape');
  await chat.waitForScreen('The conversation is as it was before /compare. The 3 answers stay: /branches');
  expect(listSaid(cli)).toEqual(['Count.', numbered('blue', 8)]);
  expect(listBranches(readConversation(cli))).toHaveLength(5);

  // Esc stops all of them, and what came is kept.
  cli.simulator.state.answer = { text: 'word '.repeat(5_000), deltaLength: 5, tokensPerSecond: 20 };
  say('/compare red blue Endless?');
  await chat.waitForScreen(/word.*│.*word/);
  chat.press('escape');
  await chat.waitForScreen(/stopped +│ stopped/);
  await chat.waitForScreen('What was answered stays: /branches');

  // The failure of one leaves the other.
  cli.simulator.state.answer = ({ body }) => ({ text: `I am ${String(toRecord(body).model)}.` });
  cli.simulator.faults.add({ path: '/chat/completions', status: 400, times: 1 });
  say('/compare red blue Who are you?');
  await waitForAnswer(/The conversation continues after the answer of (red|blue)\./);
  await chat.waitForScreen(/failed/);
});

it('shows the answers below one another in 80 columns, and records both from their first words on', async () => {
  const { cli, chat, say } = await start({ columns: 80, rows: 24 });
  cli.simulator.state.answer = { text: 'word '.repeat(5_000), deltaLength: 5, tokensPerSecond: 20 };
  say('/compare red blue Endless?');
  await chat.waitForScreen('word');
  await vi.waitFor(
    () =>
      expect(listBranches(readConversation(cli)).filter((branch) => branch.includes('word'))).toHaveLength(2),
    { timeout: 10_000 },
  );
  chat.signal('SIGKILL');
  await chat.exit;
  const { chat: next, say: sayNext } = await startRepl({
    cli,
    keyboard: 'kitty',
    argv: ['--continue'],
    ready: /^›/m,
  });
  await next.waitForScreen('Continuing');
  sayNext('/branches');
  await next.waitForScreen(/word.*answer 1.*red[\s\S]*word.*answer 1.*blue/);
});
