// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import type { ImagePart } from '../../src/dialects/chat-request.ts';
import { createCli } from '../helpers/cli.ts';
import { createTestClient } from '../helpers/client.ts';
import { sampled } from '../helpers/sampled.ts';

const chatPath = '/chat/completions';
const image: ImagePart = { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } };

describe('how requests introduce themselves', () => {
  it('failure 1: every request to Copilot says which editor it is, and a refusal of that is final', async () => {
    const cli = await createCli();
    await cli.signIn();
    for (const model of ['claude-haiku-4.5', 'gpt-5-mini', 'gemini-3.5-flash'])
      expect((await cli.runHere(['chat', '-m', model, 'hi'])).code).toBe(0);
    await cli.runHere(['models']);
    const editors = cli.simulator.requests
      .filter(({ host }) => host === 'copilot')
      .map(({ headers }) => headers['editor-version']);
    expect(editors).toEqual(['vscode/1.107.0', 'vscode/1.107.0', 'vscode/1.107.0', 'vscode/1.107.0']);

    const body = 'bad request: missing Editor-Version header for IDE auth\n';
    cli.simulator.faults.add({ path: chatPath, status: 400, body, times: 9 });
    const run = await cli.runHere(['chat', 'hi']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('missing Editor-Version header for IDE auth');
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(2);
  });

  sampled.it.each(['gpt-5-mini', 'claude-haiku-4.5', 'gemini-3.5-flash'])(
    'failure 23: an image is announced wherever it is, in the result of a tool too: %s',
    async (model) => {
      const client = await createTestClient({ answer: { text: 'A cat.' } });
      const { text } = await client.ask(model, {
        messages: [
          { role: 'user', parts: [{ type: 'text', text: 'Look' }] },
          { role: 'assistant', parts: [{ type: 'tool-call', id: 'shot', name: 'look', arguments: '{}' }] },
          { role: 'tool', callId: 'shot', parts: [image], isError: false },
        ],
        tools: [{ name: 'look', parameters: { type: 'object', properties: {} } }],
      });
      expect(text).toBe('A cat.');
      expect(client.modelCalls().map(({ headers }) => headers['copilot-vision-request'])).toEqual(['true']);
    },
  );

  it('failure 24: an API version that is over means an upgrade, and can be set until then', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.state.gate.apiVersionFloor = '2099-01-01';
    const run = await cli.runHere(['chat', 'hi']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/no longer supported.*Upgrade: npm install --global copilot-cli@latest/);
    const env = { GITHUB_COPILOT_API_VERSION: '2099-01-01' };
    expect((await cli.runHere(['chat', 'hi'], { env })).stdout).toBe('You said: hi\n');
  });

  it('failure 30: the integration id is sent once, whatever spelling of it is added', async () => {
    const cli = await createCli();
    await cli.signIn();
    const env = { GITHUB_COPILOT_EXTRA_HEADERS: 'Copilot-Integration-Id:jetbrains-chat' };
    expect((await cli.runHere(['chat', 'hi'], { env })).code).toBe(0);
    const [request] = cli.simulator.requestsTo(chatPath);
    expect(request?.headers['copilot-integration-id']).toBe('jetbrains-chat');
    expect(request?.rawHeaderNames.filter((name) => /^copilot-integration-id$/i.test(name))).toHaveLength(1);
  });

  it('failure 30: an integration id that Copilot does not know is named, with its setting', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['chat', 'hi'], { env: { GITHUB_COPILOT_INTEGRATION_ID: 'my-own' } });
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/unknown Copilot-Integration-Id.*integration-id.*copilot-cli config list/);
  });
});
