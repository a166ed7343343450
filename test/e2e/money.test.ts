import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { startRepl } from '../helpers/repl-emulator.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import type { Plan } from '../simulator/github/account-state.ts';

const accountPath = '/copilot_internal/user';

async function createAccount(plan: Plan): Promise<Cli> {
  const cli = await createCli({ account: { plan } });
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = 'gpt-5-mini';
  return cli;
}

/** Every surface that shows what a prompt costs, as one text each. */
async function listSurfaces(cli: Cli): Promise<Record<string, string>> {
  const usage = await cli.run(['chat', '--usage', 'hi']);
  const json = await cli.run(['chat', '--json', 'hi']);
  const batch = startInTerminal(cli, ['chat', '--each-file', '-f', 'a.txt', 'x'], { columns: 100 });
  await batch.exitCode;
  return {
    usage: usage.stderr,
    json: JSON.stringify(parseOutput(json).usage),
    dryRun: JSON.stringify(parseOutput(await cli.run(['chat', '--dry-run', 'hi'])), [
      'input_credits_estimated',
      'premium_requests_estimated',
    ]),
    models: (await cli.run(['models', '--json'])).stdout,
  };
}

describe('an account that counts premium requests', () => {
  it('sees them, and no credits, wherever money is shown', async () => {
    const cli = await createAccount('paid-requests');
    const surfaces = await listSurfaces(cli);
    expect(surfaces.usage).toContain('~1 premium request\n');
    expect(surfaces.usage).not.toContain('credits');
    expect(surfaces.json).toContain('"credits":null,"credits_estimated":null,"premium_requests_estimated":1');
    expect(surfaces.dryRun).toBe('{"input_credits_estimated":null,"premium_requests_estimated":1}');
    expect(surfaces.models).not.toMatch(/"credits_per_million_tokens": \{/);
    // GitHub is asked for the unit once a day.
    expect(cli.simulator.requestsTo(accountPath)).toHaveLength(1);
  });

  it('sees them in the chat', async () => {
    const { chat, say, waitForAnswer } = await startRepl({
      simulator: { account: { plan: 'paid-requests' } },
    });
    say('one');
    await waitForAnswer('You said: one');
    await chat.waitForScreen(/~1 premium request\b/);
    say('two');
    await waitForAnswer('You said: two');
    await chat.waitForScreen(/~2 premium requests/);
    say('/usage');
    await chat.waitForScreen(/This conversation, ~2 premium requests/);
    expect(chat.screen().join('\n')).not.toMatch(/credits/i);
  });

  it('is told that --max-credits cannot be kept, before anything is sent', async () => {
    const cli = await createAccount('paid-requests');
    for (const more of [[], ['--each-line']]) {
      const run = await cli.run(['chat', '--max-credits', '5', ...more, 'hi'], { stdin: 'line\n' });
      expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('counts premium requests') });
    }
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });
});

describe('an account that pays in credits', () => {
  it('sees credits, and no premium requests, wherever money is shown', async () => {
    const cli = await createAccount('paid-credits');
    const surfaces = await listSurfaces(cli);
    expect(surfaces.usage).toMatch(/\d credits\n/);
    expect(surfaces.json).toMatch(
      /"credits":0\.\d+,"credits_estimated":null,"premium_requests_estimated":null/,
    );
    expect(surfaces.dryRun).toMatch(/"input_credits_estimated":0\.\d+,"premium_requests_estimated":null/);
    expect(surfaces.models).toMatch(/"credits_per_million_tokens": \{/);
    expect(Object.values(surfaces).join()).not.toMatch(/premium request[s ]|"multiplier": \d/);
  });

  it.each(['free-classic', 'no-quota', 'unlimited'] as const)(
    'or in nothing that is told (%s) is answered all the same',
    async (plan) => {
      const cli = await createAccount(plan);
      const run = await cli.run(['chat', '--usage', 'hi']);
      expect(run).toMatchObject({ code: 0, stdout: 'You said: hi\n' });
      expect(run.stderr).not.toContain('premium');
    },
  );

  it('is answered where GitHub does not show the account', async () => {
    const cli = await createAccount('paid-credits');
    cli.simulator.faults.add({ path: accountPath, status: 500, times: 9 });
    expect(await cli.run(['chat', '--usage', 'hi'])).toMatchObject({ code: 0, stdout: 'You said: hi\n' });
  });
});
