import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { createReplCli, startRepl } from '../helpers/repl-emulator.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import { createModel } from '../simulator/copilot/create-model.ts';
import type { AccountState, Plan } from '../simulator/github/account-state.ts';

const accountPath = '/copilot_internal/user';
/** What the simulator's models count: 1, 10, 0.33 and 0. */
const models = {
  one: 'claude-sonnet-4.6',
  ten: 'claude-opus-5',
  third: 'claude-haiku-4.5',
  included: 'gpt-5-mini',
} as const;

async function createAccount(plan: Plan, account: Partial<AccountState> = {}): Promise<Cli> {
  const cli = await createCli({ account: { plan, ...account } });
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = models.one;
  return cli;
}

/** What the sign-in has learnt of the account is not known any more. */
const forget = (cli: Cli): void => rmSync(join(cli.home, 'cache'), { recursive: true, force: true });

const costNames = ['credits', 'credits_estimated', 'premium_requests_estimated'];
const dryNames = ['input_credits_estimated', 'premium_requests_estimated'];

/** The fields of an object that tell money. */
const pick = (value: unknown, names: string[]): unknown[] =>
  names.map((name) => (value as Record<string, unknown>)[name]);

async function runBatch(cli: Cli): Promise<string> {
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(cli.home, name), `${name}\n`);
  const argv = ['chat', '--each-file', '-j', '1', '-f', join(cli.home, '*.txt'), 'Review:'];
  const batch = startInTerminal(cli, argv, { columns: 200 });
  expect(await batch.exitCode).toBe(0);
  return /2 of 2 files answered, [^\r\n]*s\./.exec(batch.output)?.[0] ?? batch.output;
}

describe('an account that counts premium requests', () => {
  it('sees how many a prompt counted and what is left of them, and no credits, with --usage', async () => {
    const cli = await createAccount('paid-requests');
    const { stderr } = await cli.run(['chat', '--usage', 'hi']);
    expect(stderr).toMatch(/^usage: .* tokens out, ~1 premium request$/m);
    expect(stderr).toContain('quota: 263 of 300 premium requests left (87.5 %), renewed on 2026-12-01\n');
    expect(stderr).not.toMatch(/credit/i);
  });

  sampled.it.each([
    [models.ten, 10, '~10 premium requests'],
    [models.third, 0.33, '~0.33 premium requests'],
    [models.included, 0, '~0 premium requests'],
  ])('sees that %s counts %d', async (model, count, words) => {
    const cli = await createAccount('paid-requests');
    forget(cli);
    expect((await cli.runHere(['chat', '-m', model, '--usage', 'hi'])).stderr).toContain(`, ${words}\n`);
    const json = parseOutput(await cli.runHere(['chat', '-m', model, '--json', 'hi']));
    expect(pick(json.usage, costNames)).toEqual([null, null, count]);
    const dry = parseOutput(await cli.runHere(['chat', '-m', model, '--dry-run', 'hi']));
    expect(pick(dry, dryNames)).toEqual([null, count]);
    // GitHub is asked once a day, and for the multipliers once.
    expect(cli.simulator.requestsTo(accountPath)).toHaveLength(1);
    expect(cli.simulator.requestsTo('/models')).toHaveLength(2);
  });

  it('sees them, and no credits, in the list of models', { tags: 'deep' }, async () => {
    const cli = await createAccount('paid-requests');
    const list = parseOutput(await cli.runHere(['models', '--json'])).models as Record<string, unknown>[];
    const haiku = list.find(({ id }) => id === models.third);
    expect(haiku).toMatchObject({ multiplier: 0.33, credits_per_million_tokens: null });
    const table = startInTerminal(cli, ['models'], { columns: 300 });
    expect(await table.exitCode).toBe(0);
    expect(table.output).toContain('MULTIPLIER');
    expect(table.output).toMatch(/gpt-5-mini .*\b0x /);
    expect(table.output).not.toMatch(/credit/i);
  });

  it('sees them, and no credits, in what a batch says', { tags: 'deep' }, async () => {
    const cli = await createAccount('paid-requests');
    expect(await runBatch(cli)).toMatch(/^2 of 2 files answered, ~2 premium requests, \d+ s\.$/);
    const run = await cli.runHere(['chat', '--each-line', '--usage', '-m', models.third], {
      stdin: 'one\ntwo\n',
    });
    expect(run.stderr).toMatch(/^usage: .*, ~0\.66 premium requests$/m);
    expect(run.stderr + run.stdout).not.toMatch(/"credits":\d|\d credits/);
    const dry = await cli.runHere(['chat', '--each-line', '--dry-run', '-m', models.third], {
      stdin: 'one\ntwo\nsix\n',
    });
    expect(pick(parseOutput(dry), dryNames)).toEqual([null, 0.99]);
  });

  it('sees them, and no credits, in the chat: above the prompt, in /usage and in the list of models', async () => {
    const { chat, say, waitForAnswer } = await startRepl({
      simulator: { account: { plan: 'paid-requests' } },
      model: models.third,
    });
    say('one');
    await waitForAnswer('You said: one');
    await chat.waitForScreen(/~0\.33 premium requests/);
    say('two');
    await waitForAnswer('You said: two');
    await chat.waitForScreen(/~0\.66 premium requests/);
    say('/usage');
    await chat.waitForScreen(
      /This chat and this conversation, ~0\.66 premium requests[\s\S]*of 300 premium requests left/,
    );
    expect(chat.text().join('\n')).not.toMatch(/credit/i);
    say('/model');
    await chat.waitForScreen(/Which model\?\n +Effort +Context +Requests[\s\S]*claude-haiku-4\.5 .* 0\.33 /);
    expect(chat.screen().join('\n')).not.toMatch(/credits\/M/);
  });

  it('is told that --max-credits cannot be kept, before anything is sent', { tags: 'deep' }, async () => {
    const cli = await createAccount('paid-requests');
    for (const more of [[], ['--each-line']]) {
      const run = await cli.runHere(['chat', '--max-credits', '5', ...more, 'hi'], { stdin: 'line\n' });
      expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('counts premium requests') });
    }
    expect(cli.simulator.counts().initiator).toEqual({ user: 0, agent: 0, none: 0 });
  });

  it('sees no credits where the service tells them all the same', { tags: 'deep' }, async () => {
    const cli = await createAccount('paid-requests', { tellsCredits: true });
    const run = await cli.runHere(['chat', '--usage', 'hi']);
    expect(run.stderr).toContain('~1 premium request\n');
    expect(run.stderr).not.toMatch(/credit/i);
    const json = parseOutput(await cli.runHere(['chat', '--json', 'hi']));
    expect(pick(json.usage, costNames)).toEqual([null, null, 1]);
  });

  it('may have no limit, may pay for more, and may be told of no quota with an answer', async () => {
    const snapshot = {
      unlimited: true,
      has_quota: false,
      entitlement: 0,
      remaining: 0,
      percent_remaining: 100,
      overage_permitted: true,
    };
    const extra = { quota_snapshots: { premium_interactions: snapshot } };
    const cli = await createAccount('paid-requests', { extra });
    const headers = { 'x-quota-snapshot-premium_interactions': 'ent=-1&ov=0.0&ovPerm=true&rem=100.0' };
    cli.simulator.state.quotaHeaders = headers;
    expect((await cli.runHere(['chat', '--usage', 'hi'])).stderr).toMatch(
      /~1 premium request\nquota: premium requests without a limit\n$/,
    );
    cli.simulator.state.quotaHeaders = {
      'x-quota-snapshot-premium_interactions': 'ent=300&ov=12.0&ovPerm=true&rem=0.0',
    };
    expect((await cli.runHere(['chat', '--usage', 'hi'])).stderr).toContain(
      'quota: 0 of 300 premium requests left (0 %), 12 used beyond them, further use is billed\n',
    );
    cli.simulator.state.quotaHeaders = {};
    expect((await cli.runHere(['chat', '--usage', 'hi'])).stderr).toMatch(/~1 premium request\n$/);
  });

  it('sees no cost that nobody knows, where the list of models has no multipliers', {
    tags: 'deep',
  }, async () => {
    const cli = await createAccount('paid-requests');
    cli.simulator.state.catalogue = [
      createModel({ id: 'new-model', prices: [100, 200, 10], extra: { billing: {} } }),
    ];
    const run = await cli.runHere(['chat', '-m', 'new-model', '--usage', 'hi']);
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/tokens out\nquota: 263 of 300/),
    });
  });

  it('whose requests are used up is still answered by a model that is included, and told so by status', {
    tags: 'deep',
  }, async () => {
    const cli = await createAccount('paid-requests', {
      extra: {
        quota_snapshots: {
          premium_interactions: { unlimited: false, entitlement: 300, remaining: 0, percent_remaining: 0 },
        },
      },
    });
    const status = await cli.runHere(['status'], { env: { GITHUB_COPILOT_MODEL: models.included } });
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('0 of 300 premium requests') });
    const other = await cli.runHere(['status'], { env: { GITHUB_COPILOT_MODEL: models.one } });
    expect(other.code).toBe(8);
  });
});

describe('an account that pays in credits', () => {
  it('sees credits, and no premium requests, wherever money is shown', async () => {
    const cli = await createAccount('paid-credits');
    forget(cli);
    const { stderr } = await cli.runHere(['chat', '--usage', 'hi']);
    expect(stderr).toMatch(/, [\d.]+ credits$/m);
    expect(stderr).toContain('quota: ~252 of 3000 AI credits left (8.4 %), renewed on 2026-12-01\n');
    const json = parseOutput(await cli.runHere(['chat', '--json', 'hi']));
    expect(pick(json.usage, costNames)).toEqual([expect.any(Number), null, null]);
    const dry = parseOutput(await cli.runHere(['chat', '--dry-run', 'hi']));
    expect(pick(dry, dryNames)).toEqual([expect.any(Number), null]);
    const batch = await runBatch(cli);
    expect(batch).toMatch(/^2 of 2 files answered, [\d.]+ credits, \d+ s\.$/);
    expect(stderr + batch).not.toMatch(/premium/);
    // Nothing more is asked for.
    expect(cli.simulator.requestsTo('/models')).toHaveLength(1);
  });

  it('sees them in the chat', { tags: 'deep' }, async () => {
    const { chat, say, waitForAnswer } = await startRepl({ model: models.one });
    say('one');
    await waitForAnswer('You said: one');
    await chat.waitForScreen(/[\d.]+ credits/);
    say('/usage');
    await chat.waitForScreen(/This chat and this conversation, [\d.]+ credits[\s\S]*of 3000 AI credits left/);
    expect(chat.text().join('\n')).not.toMatch(/premium|MULTIPLIER/);
  });

  it('sees no multiplier even in a list of models that has nothing else', { tags: 'deep' }, async () => {
    const cli = await createAccount('paid-credits');
    const env = { GITHUB_COPILOT_API_VERSION: '2025-05-01' };
    const run = await cli.runHere(['models', '--json'], { env });
    expect(run.stdout).toContain('"multiplier": null');
    expect(run.stdout).not.toMatch(/"multiplier": \d/);
    expect((await cli.runHere(['models'], { env })).stdout).not.toMatch(/MULTIPLIER|\b1x\b/);
  });

  it('sees credits though it has no allowance of its own and pays for all that it uses', async () => {
    const premium = { unlimited: false, entitlement: 0, remaining: 0, overage_permitted: true };
    const chat = { unlimited: true, entitlement: 0 };
    const extra = { quota_snapshots: { premium_interactions: premium, chat } };
    const cli = await createAccount('paid-credits', { extra });
    expect((await cli.runHere(['chat', '--usage', 'hi'])).stderr).toMatch(/, [\d.]+ credits$/m);
  });

  sampled.it.each(['unlimited', 'no-quota'] as const)(
    'or of which that is all that is told (%s) sees them',
    async (plan) => {
      const cli = await createAccount(plan);
      const run = await cli.runHere(['chat', '--usage', 'hi']);
      expect(run.stderr).toMatch(/, ~?[\d.]+ credits$/m);
      expect(run.stderr).not.toContain('premium');
    },
  );
});

sampled.it.each(['free-classic', 'free-snapshots'] as const)(
  'an account that counts chat messages (%s) sees neither credits nor premium requests',
  async (plan) => {
    const cli = await createAccount(plan);
    const run = await cli.runHere(['chat', '--usage', 'hi']);
    expect(run.stderr).toMatch(/tokens out$/m);
    expect(run.stderr).not.toMatch(/credit|premium/);
    if (plan === 'free-snapshots')
      expect(run.stderr).toContain('quota: 150 of 200 chat messages left (75 %)');
    const capped = await cli.runHere(['chat', '--max-credits', '5', 'hi']);
    expect(capped).toMatchObject({ code: 2, stderr: expect.stringContaining('counts chat messages') });
  },
);

describe('an account that GitHub does not show', () => {
  sampled.it.each([
    ['fails', { status: 500 }],
    ['is silent', { noAnswer: true as const }],
  ])('is answered where GitHub %s, and GitHub is left in peace for a while', async (_, fault) => {
    const cli = await createAccount('paid-credits');
    forget(cli);
    cli.simulator.faults.add({ path: accountPath, times: 9, ...fault });
    const run = await cli.runHere(['chat', '--usage', 'hi']);
    expect(run).toMatchObject({ code: 0, stdout: 'You said: hi\n' });
    expect(run.stderr).toMatch(/[\d.]+ credits\nquota: 8\.4 % left/);
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({ code: 0 });
    expect(cli.simulator.requestsTo(accountPath)).toHaveLength(1);
  });
});

it('an account that changed its plan sees its new money from the next status on', async () => {
  const cli = await createAccount('paid-requests');
  expect((await cli.runHere(['chat', '--usage', 'hi'])).stderr).toContain('premium request');
  cli.simulator.state.account.plan = 'paid-credits';
  expect(await cli.runHere(['status'])).toMatchObject({ code: 0 });
  const { stderr } = await cli.runHere(['chat', '--usage', 'hi']);
  expect(stderr).toMatch(/, [\d.]+ credits$/m);
  expect(stderr).not.toContain('premium');
});

it('a conversation that was paid in credits shows none of them to an account that counts premium requests', {
  tags: 'deep',
}, async () => {
  const cli = await createReplCli();
  await cli.runHere(['chat', '--session', 'both', 'first']);
  cli.simulator.state.account.plan = 'paid-requests';
  expect(await cli.runHere(['status'])).toMatchObject({ code: 0 });
  const { chat, say } = await startRepl({ cli, argv: ['--resume', 'both'] });
  say('/usage');
  await chat.waitForScreen(/premium requests left/);
  expect(chat.text().join('\n')).not.toMatch(/credit/i);
});
