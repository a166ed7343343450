import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, chatModel, createCli, expectNoSecret, githubToken } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';

// The helper looks for the canary in every output and file of every end-to-end test; here it is provoked.

/** Has no shape of a token, so that nothing but knowing it can keep it from being shown. */
const shapeless = `just-a-${canary}-of-no-known-shape`;

const commands = [
  ['status'],
  ['status', '--json'],
  ['models', '--json'],
  ['chat', 'hi'],
  ['chat', '--json', 'hi'],
  ['config', 'list'],
  ['logout'],
];

function listFilesWith(cli: Cli, text: string): string[] {
  return readdirSync(cli.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').includes(text));
}

describe('a secret', () => {
  sampled.it.each([githubToken, shapeless])(
    'is stored in one file only, and shown by no command, with --debug neither: %s',
    async (token) => {
      const cli = await createCli({ device: { grantedToken: token } });
      await cli.run(['login', '--debug']);
      expect(listFilesWith(cli, canary)).toEqual([cli.credentialsFile]);
      expect(listFilesWith(cli, 'tid=')).toEqual([cli.credentialsFile]);
      for (const argv of commands) {
        const run = await cli.run([...argv, '--debug']);
        if (argv[0] === 'chat') expect(run.stderr).toMatch(/debug: POST .*\/chat\/completions 200/);
      }
      expect(listFilesWith(cli, canary)).toEqual([]);
    },
  );

  sampled.it.each(['GITHUB_COPILOT_TOKEN', 'GITHUB_TOKEN'])(
    'in %s is neither shown nor stored',
    async (variable) => {
      const cli = await createCli({ account: { githubTokens: { [shapeless]: { kind: 'gho' } } } });
      for (const argv of commands)
        await cli.runHere([...argv, '--debug'], { env: { [variable]: shapeless } });
      expect(listFilesWith(cli, canary)).toEqual([]);
    },
  );

  sampled.it.each([
    ['the exchange', '/copilot_internal/v2/token', 403],
    ['the exchange, as a failure', '/copilot_internal/v2/token', 500],
    ['the list of models', '/models', 400],
    ['the answer', '/chat/completions', 400],
    ['the answer, as a limit', '/chat/completions', 429],
  ])('is not repeated where %s repeats it', async (_, path, status) => {
    for (const token of [githubToken, shapeless]) {
      const cli = await createCli({
        account: { githubTokens: { [token]: { kind: 'gho', exchangeable: false } } },
      });
      const echo = {
        error: { message: `bad token ${token}` },
        message: `you sent ${token}`,
        error_details: { message: token, url: `https://x.test/${token}` },
      };
      cli.simulator.faults.add({ path, status, body: echo, times: 9 });
      const env = { GITHUB_COPILOT_TOKEN: token, GITHUB_COPILOT_BASE_URL: cli.simulator.urls.copilot };
      const run = await cli.runHere(['chat', '-m', chatModel, '--json', '--debug', 'hi'], { env });
      if (status !== 400 || path !== '/models') expect(run.code).toBeGreaterThan(0);
    }
  });

  it('is not shown by a crash', async () => {
    const cli = await createCli({ device: { grantedToken: shapeless } });
    await cli.signIn();
    cli.simulator.faults.add({ path: '/chat/completions', reset: true, times: 9 });
    const run = await cli.run(['chat', '--debug', 'hi']);
    expect(run.stderr).toMatch(/caused by/);
  });

  it('is not shown in a terminal', { tags: 'deep' }, async () => {
    const cli = await createCli({ device: { grantedToken: shapeless } });
    const terminal = startInTerminal(cli, ['login', '--debug']);
    expect(await terminal.exitCode).toBe(0);
    expectNoSecret(terminal.output);
  });

  it('given on the command line by mistake is not repeated by the error', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const run = await cli.runHere(['login', '--with-token', githubToken]);
    expect(run.code).toBe(2);
  });
});
