import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { Fault } from '../simulator/fault.ts';
import { gatewayFaults } from '../simulator/gateways.ts';

const answers: [what: string, fault: Omit<Fault, 'path'>, words: RegExp][] = [
  [
    'a page that forbids it',
    gatewayFaults.forbidden,
    /with the page "Blocked \[31mby Zscaler & Co" \(status 403\)/,
  ],
  ['a redirect to a sign-in', gatewayFaults.redirect, /with a redirect to sso\.corp\.example \(status 302\)/],
  ['a page of success', gatewayFaults.success, /with the page "Sign in to the hotel" \(status 200\)/],
  ['a page that does not say what it is', gatewayFaults.mislabelled, /with a page of its own \(status 200\)/],
  ['a page that asks for a password', gatewayFaults.unauthorized, /with the page "Gateway" \(status 401\)/],
  ['a demand for the password of the proxy', gatewayFaults.proxyPassword, /status 407/],
];

async function createSignedIn(): Promise<Cli> {
  const cli = await createCli();
  await cli.signIn();
  return cli;
}

sampled.describe.each(answers)('%s, in place of', (_, fault, words) => {
  it('the device code is a network error', async () => {
    const cli = await createCli();
    cli.simulator.faults.add({ path: '/login/device/code', ...fault });
    const run = await cli.run(['login']);
    expect(run.stderr).toMatch(/something between you and 127\.0\.0\.1:\d+ answered in its place/);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBe(13);
  });

  it('the exchange is a network error that keeps the sign-in and does not advise another', {
    tags: 'deep',
  }, async () => {
    const cli = await createSignedIn();
    const before = cli.readCredentials();
    cli.simulator.expireCopilotTokens();
    const stored = JSON.stringify(before.login);
    cli.simulator.faults.add({ path: '/copilot_internal/v2/token', ...fault });
    const run = await cli.runHere(['chat', 'hi', '--json']);
    expect(parseOutput(run).error).toMatchObject({ code: 'network' });
    expect(run.stderr).toMatch(words);
    expect(run.stderr).not.toMatch(/copilot-cli login|CANARY/);
    expect(run.code).toBe(13);
    expect(JSON.stringify(cli.readCredentials().login)).toBe(stored);
  });

  it('the account is a network error of status', { tags: 'deep' }, async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/copilot_internal/user', ...fault });
    const run = await cli.runHere(['status']);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBe(13);
  });

  it('the models and the answer is a network error, and Copilot is asked once', async () => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/models', ...fault });
    const models = await cli.runHere(['models'], { env: { XDG_CACHE_HOME: `${cli.home}/none` } });
    expect(models.stderr).toMatch(words);
    expect(models.code).toBe(13);

    cli.simulator.faults.clear();
    cli.simulator.faults.add({ path: '/chat/completions', ...fault });
    const chat = await cli.runHere(['chat', 'hi']);
    expect(chat.stderr).toMatch(words);
    expect(chat.stderr).not.toContain('copilot-cli login');
    expect(chat.code).toBe(13);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
  });
});

describe('serve', () => {
  sampled.it.each(answers.slice(0, 3))('answers 502 where %s comes', async (_, fault, words) => {
    const cli = await createSignedIn();
    cli.simulator.faults.add({ path: '/chat/completions', ...fault });
    const { child, done } = cli.start(['serve', '--port', '0']);
    const url = await new Promise<string>((resolve) => {
      child.stderr?.on('data', (chunk) => {
        const found = /http:\/\/[\d.]+:\d+/.exec(String(chunk));
        if (found) resolve(found[0]);
      });
    });
    for (const stream of [true, false]) {
      const body = { model: 'gpt-4.1', stream, messages: [{ role: 'user', content: 'hi' }] };
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(502);
      const { error } = (await answer.json()) as { error: { message: string } };
      expect(error.message).toMatch(words);
    }
    child.kill('SIGTERM');
    await done;
  });
});

describe('what GitHub itself answers with a page', () => {
  it('keeps its meaning: a rate limit stays one', async () => {
    const cli = await createSignedIn();
    const fault = {
      path: '/chat/completions',
      status: 429,
      body: '<html>Whoa there!</html>',
      contentType: 'text/html',
    };
    cli.simulator.faults.add({ ...fault, headers: { 'retry-after': '3600' } });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(7);
  });
});

describe('a proxy that is not there', () => {
  /** A port that was free a moment ago. */
  const findPort = (): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });

  sampled.it.each([
    ['HTTPS_PROXY', ['login']],
    ['https_proxy', ['chat', 'hi']],
    ['HTTP_PROXY', ['models']],
  ])('is named with its variable %s by %j, and its password is not', async (variable, argv) => {
    const cli = await createCli();
    const address = `127.0.0.1:${await findPort()}`;
    const run = await cli.runHere(argv, {
      env: {
        GITHUB_SERVER_URL: 'https://github.example.test',
        GITHUB_API_URL: 'https://api.github.example.test',
        ...(argv[0] !== 'login' && { GITHUB_COPILOT_TOKEN: 'gho_CANARY0123456789' }),
        [variable]: `http://me:CANARY@${address}`,
      },
    });
    expect(run.stderr).toContain(`the proxy ${address} (from ${variable}) does not answer`);
    expect(run.stderr).not.toMatch(/github\.example\.test refuses/);
    expect(run.code).toBe(13);
  });
});
