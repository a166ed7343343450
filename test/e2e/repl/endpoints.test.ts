import { describe, expect, it } from 'vitest';
import { createCli } from '../../helpers/cli.ts';
import { startFakeOllama } from '../../helpers/fake-ollama.ts';
import { createReplCli, startRepl } from '../../helpers/repl-emulator.ts';

describe('an endpoint in the chat', () => {
  it('answers without tools if its model calls none, and is offered none again', async () => {
    const [cli, ollama] = [await createReplCli(), await startFakeOllama()];
    ollama.state.refusesTools = true;
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`]);
    const { chat, say, waitForAnswer } = await startRepl({ cli, model: 'ollama/qwen3:8b' });
    say('hello');
    await waitForAnswer('Hello from Ollama.');
    expect(chat.screen().join('\n')).toContain('ollama/qwen3:8b calls no tools: it answers without them.');
    ollama.state.text = ['Once more.'];
    say('again');
    await waitForAnswer('Once more.');
    const asked = ollama.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => 'tools' in body);
    expect(asked).toEqual([true, false, false]);
    const messages = ollama.requests.at(-1)?.body.messages as { role: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('answers one prompt and Copilot another, in one conversation', async () => {
    const [cli, ollama] = [await createReplCli(), await startFakeOllama()];
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`]);
    // A small model may take no tools.
    await cli.runHere(['config', 'set', 'tools', 'none']);
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    say('hello Copilot');
    await waitForAnswer('You said: hello Copilot');
    say('/model');
    await chat.waitForScreen('Which model?');
    chat.type('qwen3');
    await chat.waitForScreen(/^› ollama\/qwen3:8b/m);
    chat.press('enter');
    await chat.waitForScreen('From now on ollama/qwen3:8b answers.');
    say('hello Ollama');
    await waitForAnswer('Hello from Ollama.');
    say('/model kimi');
    await chat.waitForScreen('From now on kimi-k2.7-code answers.');
    say('and you');
    await waitForAnswer('You said: and you');
    const copilot = cli.simulator.requestsTo('/chat/completions');
    const others = ollama.requests.filter(({ method }) => method === 'POST');
    expect(copilot.map(({ body }) => (body as { model: string }).model)).toEqual(
      Array(2).fill('kimi-k2.7-code'),
    );
    expect(others).toMatchObject([{ body: { model: 'qwen3:8b', messages: { length: 3 } } }]);
    // Nothing of one reaches the other but what was said.
    expect(JSON.stringify(others)).not.toMatch(
      /copilot-integration|editor-version|x-initiator|authorization/,
    );
    expect(JSON.stringify(copilot.map(({ headers }) => headers))).not.toContain('ollama');
  });

  it('needs no sign-in, and /model says why the models of Copilot are missing', async () => {
    const [cli, ollama] = [await createCli(), await startFakeOllama()];
    cli.env.GITHUB_COPILOT_MODEL = '';
    await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${ollama.url}/v1`]);
    const { chat, say, waitForAnswer } = await startRepl({ cli, model: 'ollama/qwen3:8b' });
    say('hello');
    await waitForAnswer('Hello from Ollama.');
    say('/models');
    await chat.waitForScreen('Nobody is signed in to GitHub');
    await chat.waitForScreen('ollama/llama3.2:latest');
    expect(cli.simulator.requests).toEqual([]);
  });
});
