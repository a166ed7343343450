// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import { createCli } from '../helpers/cli.ts';
import { createTestClient } from '../helpers/client.ts';

const unsupported = {
  error: { message: 'The requested model is not supported.', code: 'model_not_supported', param: 'model' },
};

describe('models and where they answer', () => {
  it('failure 2: a model is asked where it answers, and a wrong catalogue is put right once and for all', async () => {
    const client = await createTestClient();
    await client.ask('gpt-5.4-mini', 'a');
    const message = 'model "gpt-5-mini" is not accessible via the /responses endpoint';
    client.simulator.faults.add({
      path: '/responses',
      status: 400,
      body: { error: { message, code: 'unsupported_api_for_model' } },
      times: 9,
    });
    expect((await client.ask('gpt-5-mini', 'b')).text).toBe('You said: b');
    expect((await client.ask('gpt-5-mini', 'c')).text).toBe('You said: c');
    expect(client.modelCalls().map(({ path }) => path)).toEqual([
      '/responses',
      '/responses',
      '/chat/completions',
      '/chat/completions',
    ]);
  });

  it('failure 3: a model that Copilot does not have here is told with those it has, and with what may be in the way', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.faults.add({ path: '/v1/messages', status: 400, body: unsupported, times: 9 });
    const run = await cli.runHere(['chat', '-m', 'claude-haiku-4-5-20251001', 'hi']);
    // Names of other programs are understood, and never answered by another model.
    expect(cli.simulator.requestsTo('/v1/messages').map(({ body }) => body)).toMatchObject([
      { model: 'claude-haiku-4.5' },
    ]);
    expect(run.code).toBe(6);
    expect(run.stderr).toContain('The requested model is not supported.');
    expect(run.stderr).toMatch(/claude-sonnet-4\.6.*gpt-5-mini/);
    expect(run.stderr).not.toContain('claude-fable-5');
    expect(run.stderr).toMatch(/region/);
    expect(run.stderr).toContain('https://github.com/settings/copilot/features');
  });

  it('failure 3: a name that no model has is told with the nearest, and with what may be in the way', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['chat', '-m', 'claude-sonnet-9', 'hi']);
    expect(run.code).toBe(6);
    expect(run.stderr).toMatch(/no model claude-sonnet-9; the nearest are .*claude-sonnet-4\.6/);
    expect(run.stderr).toMatch(/region.*https:\/\/github\.com\/settings\/copilot\/features/);
  });

  it('failure 4: a host of another plan is left for the one that GitHub names, with one more try, and not visited again', async () => {
    const client = await createTestClient({ exchange: { endpoints: 'wrongPlan' } });
    const { state } = client.simulator;
    await client.client.getSession();
    state.exchange.endpoints = 'copilot';
    await client.ask('gpt-5-mini', 'a');
    await client.ask('gpt-5-mini', 'b');
    const hosts = client.simulator.requests.filter(({ host }) => host !== 'api').map(({ host }) => host);
    expect(hosts).toEqual(['wrongPlan', 'copilot', 'copilot', 'copilot']);
  });

  it('failure 26: models that the service hides are offered and asked all the same', async () => {
    const cli = await createCli({ pickerDisabled: true });
    await cli.signIn();
    const shown = (await cli.runHere(['models', '-q'])).stdout.trimEnd().split('\n');
    expect(shown).toEqual(expect.arrayContaining(['gpt-5.3-codex', 'claude-sonnet-4.6', 'gpt-5-mini']));
    expect(shown).not.toContain('claude-fable-5');
    const run = await cli.runHere(['chat', 'hi'], { env: { GITHUB_COPILOT_MODEL: '' } });
    expect(run).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
  });
});
