import { describe, expect, it } from 'vitest';
import { createCli } from '../helpers/cli.ts';

describe('a flag that does nothing for a command', () => {
  it.each([
    ['models --filter vision show haiku', '--filter does nothing for models show'],
    ['models show haiku --sort price', '--sort does nothing for models show'],
    ['models default --filter vision', '--filter does nothing for models default'],
    ['models -a default gpt-5-mini', '--all does nothing for models default'],
    ['models alias -q', '--quiet does nothing for models alias'],
    ['models resolve haiku --ability vision', '--ability does nothing for models resolve'],
    ['serve --ui run -- true', '--ui does nothing for serve run'],
    ['serve --for codex run -- true', '--for does nothing for serve run'],
    ['serve --account-keys keys.txt run -- true', '--account-keys does nothing for serve run'],
    ['serve --for codex --ui', '--ui is for the server'],
    ['serve --for codex --max-body 3', '--max-body is for the server'],
    ['endpoints test a --dry-run --json', '--json and --dry-run'],
    ['login --yes', '--yes goes with --from'],
    ['login --from gh --no-browser', '--no-browser does nothing with --from'],
  ])('is refused: %s', async (typed, problem) => {
    const cli = await createCli();
    const { code, stdout, stderr } = await cli.runHere(typed.split(' '));
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
    if (!typed.includes('--json')) expect(stdout).toBe('');
  });

  it('is no flag that does something, before and after the subcommand', async () => {
    const cli = await createCli();
    await cli.signIn();
    for (const typed of [
      'models --json show haiku',
      'models show haiku --json',
      'models list --filter vision --sort price',
      'models --filter vision list -q',
      'serve --for codex --port 5000 --model gpt-5-mini --json',
    ])
      expect((await cli.runHere(typed.split(' '))).code).toBe(0);
  });
});
