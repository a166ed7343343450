import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, createCli, githubToken } from '../../helpers/cli.ts';
import { startFakeOllama } from '../../helpers/fake-ollama.ts';
import { type Repl, startRepl } from '../../helpers/repl-emulator.ts';

const hubot = `ghu_${canary}hubot0123456789abcdefgh`;

/** Somebody with these accounts, the last one in force. */
async function createSignedIn(tokens: readonly string[]): Promise<Cli> {
  const cli = await createCli({
    account: { githubTokens: { [githubToken]: {}, [hubot]: { login: 'hubot' } } },
  });
  for (const token of tokens) await cli.runHere(['login', '--with-token'], { stdin: token });
  return cli;
}

/** Whose tokens have gone out, in any request. */
const listOwners = (cli: Cli): string[] =>
  ['octocat', 'hubot'].filter((owner) => {
    const token = owner === 'hubot' ? hubot : githubToken;
    return cli.simulator.requests.some(({ headers }) => headers.authorization?.includes(token));
  });

async function expectRefusal({ chat, say, cli }: Repl, words: RegExp): Promise<void> {
  const before = cli.simulator.requests.length;
  say('for nobody else');
  await chat.waitForScreen(words);
  expect(cli.simulator.requests).toHaveLength(before);
  chat.press('ctrl+u');
}

describe('a chat whose account signs out', () => {
  it.each([
    ['after a prompt', true],
    ['before the first prompt', false],
  ])('does not go on as another account: %s', async (_, asksBefore) => {
    const cli = await createSignedIn([githubToken, hubot]);
    const repl = await startRepl({ cli });
    const { say, waitForAnswer } = repl;
    if (asksBefore) {
      say('hello');
      await waitForAnswer('You said: hello');
    }
    await cli.runHere(['logout', '--account', 'hubot']);
    cli.simulator.requests.length = 0;
    await expectRefusal(repl, /there is no account\s+hubot@github\.com\s+here/i);
    expect(listOwners(cli)).toEqual([]);
    // The person chooses.
    await cli.runHere(['accounts', 'switch', 'octocat']);
    say('now as the other');
    await waitForAnswer('You said: now as the other');
  });

  it('does not go on as another account than the one of its folder', async () => {
    const cli = await createSignedIn([githubToken, hubot]);
    await cli.runHere(['accounts', 'use', 'octocat', '--here'], { cwd: cli.home });
    const repl = await startRepl({ cli });
    repl.say('hello');
    await repl.waitForAnswer('You said: hello');
    await cli.runHere(['logout', '--account', 'octocat']);
    await expectRefusal(repl, /there is no account\s+octocat@github\.com\s+here/i);
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
  });

  it('does not go on as another account if only an endpoint was asked so far', async () => {
    const cli = await createSignedIn([githubToken, hubot]);
    const ollama = await startFakeOllama();
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`]);
    const repl = await startRepl({ cli, model: 'ollama/qwen3:8b' });
    repl.say('hello');
    await repl.waitForAnswer('Hello from Ollama.');
    await cli.runHere(['logout', '--account', 'hubot']);
    cli.simulator.requests.length = 0;
    repl.say('/model kimi');
    await repl.chat.waitForScreen(
      /models of Copilot are left out: there is no\s+account\s+hubot@github\.com\s+here/,
    );
    expect(cli.simulator.requests).toEqual([]);
  });

  it('does not go on with the token of gh', async () => {
    const cli = await createSignedIn([githubToken]);
    const bin = join(cli.home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'gh'), `#!/bin/sh\ntouch '${bin}/asked'\necho ghu_ofGh0123456789abcdef\n`, {
      mode: 0o755,
    });
    cli.env.PATH = `${bin}:${cli.env.PATH}`;
    const repl = await startRepl({ cli });
    repl.say('hello');
    await repl.waitForAnswer('You said: hello');
    await cli.runHere(['logout', '--all']);
    await expectRefusal(repl, /not signed in/i);
    expect(listOwners(cli)).toEqual(['octocat']);
    expect(JSON.stringify(cli.simulator.requests)).not.toContain('ofGh');
  });
});
