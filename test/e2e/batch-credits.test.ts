import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, createCli, type Run } from '../helpers/cli.ts';

const chatPath = '/chat/completions';
const lines = ['one', 'two', 'six', 'ten', 'all'];

type Line = { input: string; usage: { credits: number | null; credits_estimated: number | null } };

const parseLines = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

type Batch = Cli & {
  output: string;
  /** Asks the lines for so many credits, into the file. */
  ask(maxCredits: number, flags?: string[]): Promise<Run>;
  readLines(): Line[];
};

/** An account that pays for tokens, and what each of the lines costs. Every answer has a hundred words. */
async function createBatch(): Promise<Batch & { cost: number }> {
  const cli = await createCli();
  await cli.signIn();
  cli.simulator.state.answer = { text: ['word '.repeat(100)] };
  const output = join(cli.home, 'out.jsonl');
  const sample = await cli.run(['chat', '--each-line'], { stdin: 'one\n' });
  const cost = parseLines(sample.stdout)[0]?.usage.credits ?? Number.NaN;
  expect(cost).toBeGreaterThan(0);
  cli.simulator.requests.length = 0;
  return {
    ...cli,
    output,
    cost,
    ask: (maxCredits, flags = ['-j', '1', '-o', output]) =>
      cli.runHere(['chat', '--each-line', '--max-credits', String(maxCredits), ...flags], {
        stdin: lines.join('\n'),
      }),
    readLines: () => parseLines(readFileSync(output, 'utf8')),
  };
}

const countAsked = ({ simulator }: Cli): number => simulator.requestsTo(chatPath).length;

it('no line is begun once the answers have cost what is allowed, and a higher limit goes on with the rest', async () => {
  const batch = await createBatch();
  const run = await batch.ask(batch.cost * 2.5);
  expect(run.code).toBe(8);
  expect(run.stderr).toMatch(
    /^copilot-cli: 3 of 5 lines are done for about [\d.]+ credits, and [\d.]+ are allowed\. To continue, run the same command with a higher --max-credits\.\n$/,
  );
  expect(batch.readLines().map(({ input }) => input)).toEqual(['one', 'two', 'six']);
  expect(countAsked(batch)).toBe(3);

  // What is in the file counts, so the same limit is used up.
  expect((await batch.ask(batch.cost * 2.5)).code).toBe(8);
  expect(countAsked(batch)).toBe(3);

  expect(await batch.ask(batch.cost * 10)).toMatchObject({ code: 0, stderr: '' });
  expect(batch.readLines().map(({ input }) => input)).toEqual(lines);
  expect(countAsked(batch)).toBe(5);
});

it('a line is not begun where its own request would cost more than is left', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  const long = 'word '.repeat(20_000);
  const run = await batch.runHere(
    ['chat', '--each-line', '-j', '1', '--max-credits', String(batch.cost * 3)],
    {
      stdin: `one\n${long}\ntwo\n`,
    },
  );
  expect(run.code).toBe(8);
  expect(run.stderr).toMatch(/1 of 3 lines are done .* To be able to continue .* name a file with -o\.\n$/);
  expect(parseLines(run.stdout).map(({ input }) => input)).toEqual(['one']);
  expect(countAsked(batch)).toBe(1);
});

it('limits that are enough end well, with several at a time, too', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  expect(await batch.ask(batch.cost * 6, ['-j', '4', '-o', batch.output])).toMatchObject({ code: 0 });
  expect(batch.readLines()).toHaveLength(5);
});

it('goes by our own estimate where the service does not say what an answer cost', async () => {
  const batch = await createBatch();
  batch.simulator.state.account.plan = 'paid-requests';
  const run = await batch.ask(batch.cost * 2.5);
  expect(batch.readLines()[0]?.usage).toMatchObject({
    credits: null,
    credits_estimated: expect.any(Number),
  });
  expect(run.code).toBe(8);
  expect(countAsked(batch)).toBe(batch.readLines().length);
  expect(countAsked(batch)).toBeLessThan(5);
});

it('a model without a known price is refused before anything is asked', { tags: 'deep' }, async () => {
  const cli = await createCli();
  cli.env.GITHUB_COPILOT_API_VERSION = '2025-05-01';
  await cli.signIn();
  const run = await cli.runHere(['chat', '--each-line', '--max-credits', '5'], { stdin: 'one\n' });
  expect(run).toMatchObject({ code: 6, stderr: expect.stringContaining('--max-credits cannot be kept') });
  expect(countAsked(cli)).toBe(0);
});
