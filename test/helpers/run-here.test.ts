import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCli, type RunOptions } from './cli.ts';

it.each<[title: string, argv: string[], options?: RunOptions]>([
  ['an answer', ['chat', 'hi']],
  ['the text of stdin', ['chat', 'say it'], { stdin: 'piped ✓\n' }],
  ['a stdin that is empty', ['chat', 'say it'], { stdin: '' }],
  ['a token that is not there', ['login', '--with-token'], { stdin: '' }],
  ['a file in another folder', ['chat', '--json', '-f', 'notes.txt', '--dry-run', 'hi'], { cwd: 'work' }],
  ['a variable', ['config', 'get', 'model'], { env: { GITHUB_COPILOT_MODEL: 'gpt-5-mini' } }],
  ['a failure', ['chat', '--json', '-m', 'no-such-model', 'hi']],
  ['a usage error', ['status', '--frobnicate']],
])('a command line gives here what it gives in a process of its own: %s', async (_, argv, options = {}) => {
  const cli = await createCli();
  await cli.signIn();
  mkdirSync(join(cli.home, 'work'));
  writeFileSync(join(cli.home, 'work', 'notes.txt'), 'one\n');
  const at = { ...options, cwd: join(cli.home, options.cwd ?? '') };
  const take = () =>
    cli.simulator.requests.splice(0).map(({ method, path, body }) => ({ method, path, body }));
  // Both find the list of models.
  await cli.runHere(['models']);
  take();
  const here = await cli.runHere(argv, at);
  const asked = take();
  const there = await cli.run(argv, at);
  expect({ ...here, milliseconds: 0 }).toEqual({ ...there, milliseconds: 0 });
  expect(asked).toEqual(take());
});

it('a command line here leaves the listeners and the folder of this process alone', async () => {
  const cli = await createCli();
  const count = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  await cli.runHere(['status']);
  const before = [process.cwd(), process.exitCode, count()];
  await cli.runHere(['status'], { cwd: cli.home });
  expect([process.cwd(), process.exitCode, count()]).toEqual(before);
});
