import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Cli, chatModel, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

async function createSignedIn(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  await cli.signIn();
  await cli.runHere(['models']);
  cli.simulator.requests.length = 0;
  return cli;
}

const toPaths = (cli: Cli): string[] => cli.simulator.requests.map(({ path }) => path);

describe('a model', () => {
  sampled.it.each([
    ['gpt-5.3-codex', '/responses'],
    ['gpt-5-mini', '/responses'],
    ['claude-sonnet-4.6', '/v1/messages'],
    ['claude-haiku-4.5', '/v1/messages'],
    ['gemini-3.5-flash', '/chat/completions'],
    ['grok-4.5', '/responses'],
    [chatModel, '/chat/completions'],
  ])('%s answers on %s', async (model, path) => {
    const cli = await createSignedIn({
      answer: { text: ['Grüße, ', '世界'], usage: { inputTokens: 10, outputTokens: 7 } },
    });
    const run = await cli.runHere(['chat', '-m', model, '-s', 'Be brief.', '--usage', 'hi']);
    expect(run).toMatchObject({ stdout: 'Grüße, 世界\n', code: 0 });
    expect(run.stderr).toMatch(/10 tokens in.*7 tokens out.*credits/);
    expect(toPaths(cli)).toEqual([path]);
  });

  it('that is the default of the service is asked where nobody named one', async () => {
    const cli = await createSignedIn();
    cli.env.GITHUB_COPILOT_MODEL = '';
    expect(parseOutput(await cli.run(['chat', '--json', 'hi']))).toMatchObject({
      model_requested: 'gpt-5.3-codex',
      text: 'You said: hi',
    });
  });

  it('whose endpoint the catalogue has wrong is asked on the next one, once, and that is remembered', {
    tags: 'deep',
  }, async () => {
    const cli = await createSignedIn();
    const refusal = {
      error: {
        message: 'model "claude-haiku-4.5" is not accessible via the /v1/messages endpoint',
        code: 'unsupported_api_for_model',
      },
    };
    cli.simulator.faults.add({ path: '/v1/messages', status: 400, body: refusal, times: 9 });
    expect(await cli.runHere(['chat', '-m', 'claude-haiku-4.5', 'hi'])).toMatchObject({
      stdout: 'You said: hi\n',
      stderr: '',
      code: 0,
    });
    await cli.runHere(['chat', '-m', 'claude-haiku-4.5', 'hi']);
    expect(toPaths(cli)).toEqual(['/v1/messages', '/chat/completions', '/chat/completions']);
  });

  it('is never changed for another', { tags: 'deep' }, async () => {
    const cli = await createSignedIn();
    const refusal = {
      error: { message: 'The requested model is not supported.', code: 'model_not_supported' },
    };
    cli.simulator.faults.add({ path: /./, status: 400, body: refusal, times: 9 });
    expect((await cli.runHere(['chat', '-m', 'gpt-5.3-codex', 'hi'])).code).toBe(6);
    expect(cli.simulator.requests).toHaveLength(1);
  });
});

describe('a failure before the first word', () => {
  sampled.it.each([
    ['a reset connection', { reset: true as const }],
    ['a server error', { status: 502, body: '<html>' }],
    ['an empty 499', { status: 499, body: '' }],
    [
      'a short limit',
      {
        status: 429,
        headers: { 'retry-after': '1' },
        body: { error: { message: 'slow', code: 'rate_limited' } },
      },
    ],
    [
      'an upload that was too slow',
      { status: 408, body: { error: { code: 'user_request_timeout', message: 'Timed out' } } },
    ],
    ['a stream that ends before it began', { transport: { cutAfterEvents: 0 } }],
  ])('is waited out: %s', async (_, fault) => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/chat/completions', ...fault });
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({
      stdout: 'You said: hi\n',
      stderr: '',
      code: 0,
    });
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
  });

  sampled.it.each([
    ['a long limit', { status: 429, headers: { 'retry-after': '3600' }, body: 'slow' }, 7],
    ['a limit without a time', { status: 429, body: 'slow' }, 7],
    ['a quota that is used up', { status: 402, body: 'no' }, 8],
    ['a refusal', { status: 403, body: 'no' }, 5],
    ['an old version', { status: 466, body: 'old' }, 1],
    ['a mistake in the request', { status: 400, body: 'no' }, 1],
    ['a maker of models that is overloaded', { status: 503, body: 'no' }, 1],
  ])('is final: %s', async (_, fault, code) => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/chat/completions', ...fault, times: 9 });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(code);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
  });

  it('is waited out twice at most', async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/chat/completions', status: 500, body: 'no', times: 9 });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(1);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(3);
  });

  it('is not waited out any longer on Ctrl+C', { tags: 'deep' }, async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({
      path: '/chat/completions',
      status: 429,
      headers: { 'retry-after': '50' },
      body: 'slow',
    });
    const { child, done } = cli.start(['chat', 'hi']);
    await cli.simulator.waitForRequest('/chat/completions');
    child.kill('SIGINT');
    const run = await done;
    expect(run.code).toBe(130);
    expect(run.milliseconds).toBeLessThan(10_000);
  });
});

describe('a limit on time', () => {
  it('ends the command with 124 where it all takes too long, and keeps what came', async () => {
    const cli = await createSignedIn({
      answer: { text: Array.from({ length: 50 }, () => 'word '), deltaDelayMs: 300 },
    });
    const run = await cli.run(['chat', '--timeout', '2', 'hi']);
    expect(run.stdout).toMatch(/^(?:word )+\n$/);
    expect(run.code).toBe(124);
    expect(run.stderr).toBe('copilot-cli: the command took longer than 2 s. Allow more with --timeout.\n');
  });

  it('ends the command with 124 where the service stays silent', { tags: 'deep' }, async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/chat/completions', noAnswer: true, times: 9 });
    const run = await cli.runHere(['chat', '--idle-timeout', '1', 'hi']);
    expect(run.code).toBe(124);
    expect(run.stderr).toMatch(/stayed silent for 1 s\. Allow more with --idle-timeout/);
  });

  it.skipIf(process.platform === 'win32')(
    'counts no time in which the program was stopped: what came meanwhile is read',
    async () => {
      const words = Array.from({ length: 10 }, (_, at) => `w${at} `);
      const cli = await createSignedIn({ answer: { text: words, deltaDelayMs: 200 } });
      const { child, done } = cli.start(['chat', '--idle-timeout', '1.5', 'hi']);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill('SIGSTOP');
      await pause(4_000);
      child.kill('SIGCONT');
      expect(await done).toMatchObject({ code: 0, stdout: `${words.join('')}\n`, stderr: '' });
    },
  );

  it.each([
    ['comments', ': keep-alive\n\n'],
    ['blank lines', '\n\n'],
    ['chunks without a word', 'data: {"choices":[{"index":0,"delta":{}}]}\n\n'],
  ])('ends the command with 124 where only %s come', async (_kind, text) => {
    const cli = await createSignedIn({
      answer: { text: ['some', ' words', ' more'] },
      transport: { stall: { afterEvents: 3, text } },
    });
    const run = await cli.runHere(['chat', '--idle-timeout', '0.5', 'hi']);
    expect(run.stdout).toMatch(/^some/);
    expect(run.stderr).toMatch(/stayed silent for 0\.5 s\. Allow more with --idle-timeout/);
    expect(run.code).toBe(124);
  });
});
