import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { startFakeOllama } from '../helpers/fake-ollama.ts';
import { createReplCli, startRepl } from '../helpers/repl-emulator.ts';
import { toRecord } from '../simulator/json.ts';

async function createWithAlias(): Promise<Cli> {
  const cli = await createCli({ account: {} });
  cli.env.GITHUB_COPILOT_MODEL = '';
  await cli.signIn();
  expect(await cli.runHere(['models', 'alias', 'Fast', 'gpt-4.1'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'Fast means gpt-4.1 from now on.\n',
  });
  return cli;
}

const listAsked = (cli: Cli): unknown[] =>
  cli.simulator.requestsTo('/chat/completions').map(({ body }) => toRecord(body).model);

describe('models alias', () => {
  it('keeps what several processes add and remove at once', async () => {
    const cli = await createWithAlias();
    await cli.runHere(['models', 'alias', 'old', 'gpt-4.1']);
    const runs = await Promise.all([
      ...['a', 'b', 'c', 'd'].map((name) => cli.run(['models', 'alias', name, 'gpt-5-mini'])),
      cli.run(['models', 'alias', '--remove', 'old']),
    ]);
    expect(runs.map(({ code }) => code)).toEqual(Array(5).fill(0));
    const { stdout } = await cli.runHere(['models', 'alias']);
    expect(stdout.split('\n').sort()).toEqual([
      '',
      ...['a', 'b', 'c', 'd'].map((name) => `${name}\tgpt-5-mini`),
      'fast\tgpt-4.1',
    ]);
  });

  it('lists, replaces and removes the names that a person gave', async () => {
    const cli = await createWithAlias();
    await cli.runHere(['models', 'alias', 'small', 'GPT-5 mini']);
    expect((await cli.runHere(['models', 'alias'])).stdout).toBe('fast\tgpt-4.1\nsmall\tgpt-5-mini\n');
    await cli.runHere(['models', 'alias', 'fast', 'small']);
    expect(parseOutput(await cli.runHere(['models', 'alias', '--json'])).aliases).toEqual([
      { name: 'fast', model: 'gpt-5-mini' },
      { name: 'small', model: 'gpt-5-mini' },
    ]);
    expect(await cli.runHere(['models', 'alias', '--remove', 'FAST'])).toMatchObject({ code: 0 });
    expect((await cli.runHere(['models', 'alias'])).stdout).toBe('small\tgpt-5-mini\n');
    expect(await cli.runHere(['models', 'resolve', 'fast'])).toMatchObject({ code: 6 });
    await cli.runHere(['models', 'alias', '--remove', 'small']);
    expect(await cli.runHere(['models', 'alias'])).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    [['fast'], 2, 'the model that fast means is missing'],
    [['fast', 'gpt-9'], 6, 'there is no model gpt-9'],
    [['gpt-4.1', 'gpt-5-mini'], 2, 'gpt-4.1 is a model already'],
    [['auto', 'gpt-5-mini'], 2, 'auto cannot be an alias'],
    [['a b', 'gpt-5-mini'], 2, 'a b cannot be an alias'],
    [['ollama/x', 'gpt-5-mini'], 2, 'ollama/x cannot be an alias'],
    [['--remove', 'smal'], 2, 'there is no alias smal'],
  ])('refuses %j', async (words, code, message) => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['models', 'alias', ...words]);
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  it('works with --model, in settings, variables, templates and other commands of models', async () => {
    const cli = await createWithAlias();
    expect((await cli.runHere(['chat', '-m', 'fast', 'hi'])).code).toBe(0);
    expect((await cli.runHere(['chat', 'hi'], { env: { GITHUB_COPILOT_MODEL: 'FAST' } })).code).toBe(0);
    expect((await cli.runHere(['config', 'set', 'model', 'fast'])).code).toBe(0);
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
    expect((await cli.runHere(['models', 'default'])).stdout).toBe('gpt-4.1\n');
    expect((await cli.runHere(['models', 'resolve', 'fast'])).stdout).toBe('gpt-4.1\n');
    expect((await cli.runHere(['models', 'show', 'fast'])).stdout).toMatch(/^ID +gpt-4\.1$/m);
    await cli.runHere(['config', 'unset', 'model']);
    const template = join(cli.home, 'ask.md');
    writeFileSync(template, '---\nmodel: fast\n---\nhi');
    expect(await cli.runHere(['run', template])).toMatchObject({ code: 0 });
    expect(listAsked(cli)).toEqual(['gpt-4.1', 'gpt-4.1', 'gpt-4.1', 'gpt-4.1']);
  });

  it('can mean a model of an endpoint, without a sign-in', async () => {
    const [cli, ollama] = [await createCli(), await startFakeOllama()];
    cli.env.GITHUB_COPILOT_MODEL = '';
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`]);
    expect((await cli.runHere(['models', 'alias', 'local', 'ollama/llama3.2'])).code).toBe(0);
    expect(await cli.runHere(['chat', '-m', 'local', 'hi'])).toMatchObject({ code: 0 });
    expect(ollama.requests.at(-1)?.body.model).toBe('llama3.2:latest');
    expect(cli.simulator.requests).toEqual([]);
  });

  it('works in the field of a request to the server', { tags: 'deep' }, async () => {
    const cli = await createWithAlias();
    const { child, done } = cli.start(['serve', '--port', '0']);
    const url = await new Promise<string>((resolve) => {
      let text = '';
      const read = (chunk: unknown): void => {
        text += String(chunk);
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
        if (found) resolve(found[0]);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
    });
    const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] });
    const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body });
    expect(reply.status).toBe(200);
    expect(listAsked(cli)).toEqual(['gpt-4.1']);
    const shown = await fetch(`${url}/v1/models/fast`);
    expect(await shown.json()).toMatchObject({ id: 'gpt-4.1' });
    child.kill('SIGTERM');
    await done;
  });

  it('works in the chat, with /model and /compare', { tags: 'deep' }, async () => {
    const cli = await createReplCli({});
    await cli.runHere(['models', 'alias', 'fast', 'gpt-4.1']);
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    say('/model fast');
    await chat.waitForScreen(/^─ gpt-4\.1/m);
    say('hi');
    await waitForAnswer('You said: hi');
    expect(listAsked(cli).at(-1)).toBe('gpt-4.1');
    say('/compare fast claude-haiku-4.5 hello');
    await waitForAnswer(/You said: hello[\s\S]*You said: hello/);
    expect(listAsked(cli)).toEqual(['gpt-4.1', 'gpt-4.1']);
    expect(cli.simulator.requestsTo('/v1/messages')).toHaveLength(1);
  });
});
