import { expect, it } from 'vitest';
import { createCli, parseOutput } from '../helpers/cli.ts';

it('usage shows what is left, and what the answers of this month used', async () => {
  const cli = await createCli();
  await cli.signIn();
  await cli.runHere(['chat', '-m', 'gpt-4.1', 'one']);
  await cli.runHere(['chat', '-m', 'gpt-4.1', 'two']);
  const text = (await cli.runHere(['usage'])).stdout;
  expect(text).toMatch(/^Quota +\S+/m);
  expect(text).toMatch(/^gpt-4\.1\t2\t/m);
  const { quota, this_month: month } = parseOutput(await cli.runHere(['usage', '--json']));
  expect(quota).toEqual(parseOutput(await cli.runHere(['status', '--json'])).quota);
  expect(month).toMatchObject({ models: [{ model: 'gpt-4.1', answers: 2 }] });
});

it('usage shows what was used to somebody who is not signed in any more, and fails', async () => {
  const cli = await createCli();
  await cli.signIn();
  await cli.runHere(['chat', '-m', 'gpt-4.1', 'one']);
  await cli.runHere(['logout']);
  const run = await cli.runHere(['usage']);
  expect(run.code).toBe(4);
  expect(run.stdout).toMatch(/^gpt-4\.1\t1\t/m);
});
