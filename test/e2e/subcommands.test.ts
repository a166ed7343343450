import { expect, it } from 'vitest';
import { createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';

sampled.it.each([
  [['sessions', 'lst'], 'there is no command "sessions lst"; did you mean "copilot-cli sessions list"?'],
  [['sessions', 'delte', '-y', 'a'], 'did you mean "copilot-cli sessions delete"?'],
  [['templates', 'lits'], 'did you mean "copilot-cli templates list"?'],
  [['config', 'nonsense'], 'The commands of config are list, get, set, unset, path.'],
  [['config', 'ste', 'model', 'x'], 'did you mean "copilot-cli config set"?'],
  [['models', 'defualt'], 'did you mean "copilot-cli models default"?'],
  [['help', 'sessions', 'shwo'], 'did you mean "copilot-cli sessions show"?'],
])('%j is refused with what may have been meant', async (argv, words) => {
  const cli = await createCli();
  const run = await cli.runHere(argv);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain(words);
});

it('a mistyped subcommand is an object where JSON is wanted', async () => {
  const cli = await createCli();
  expect(parseOutput(await cli.run(['sessions', 'lst', '--json'])).error).toMatchObject({
    code: 'usage',
    exit_code: 2,
    hint: 'The commands of sessions are list, show, search, rename, export, delete. See: copilot-cli sessions --help',
  });
});

it('a subcommand with words and flags of its own is left alone', async () => {
  const cli = await createCli();
  expect((await cli.runHere(['config', 'set', 'model', 'lst'])).code).toBe(0);
  expect((await cli.runHere(['sessions', 'search', 'lst'])).code).toBe(0);
  expect((await cli.runHere(['models', '--json', 'list'])).code).toBe(0);
});
