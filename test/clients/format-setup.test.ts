import { describe, expect, it } from 'vitest';
import { clientNames } from '../../src/clients/client-names.ts';
import { describeClient } from '../../src/clients/clients.ts';
import { formatSetup, toSetupJson } from '../../src/clients/format-setup.ts';
import { createFacts } from './facts.ts';

const machine = { home: '/home/ada', env: {}, platform: 'linux' as const };

describe('the setup of a client, as text', () => {
  it.each(clientNames)('says how %s is pointed at the server', async (name) => {
    const text = await formatSetup(describeClient(name, createFacts()), machine);
    await expect(text).toMatchFileSnapshot(`goldens/${name}.txt`);
  });

  it.each(clientNames)('has the key of the server for %s, where there is one', async (name) => {
    const setup = describeClient(name, createFacts({ apiKey: 'sk-örtlich' }));
    expect(await formatSetup(setup, machine)).toContain('sk-örtlich');
  });

  it('quotes for the shell what the shell would read', async () => {
    const setup = describeClient('codex', createFacts({ apiKey: "it's $HOME" }));
    expect(await formatSetup(setup, machine)).toContain("export COPILOT_CLI_API_KEY='it'\\''s $HOME'\n");
  });

  it('names the folder that the person chose for the client', async () => {
    const text = await formatSetup(describeClient('codex', createFacts()), {
      ...machine,
      env: { CODEX_HOME: '/srv/codex' },
    });
    expect(text).toContain('In /srv/codex/config.toml:');
  });
});

describe('the setup of a client, as JSON', () => {
  it('has the environment by name, and what would be in the file', async () => {
    const setup = describeClient('codex', createFacts());
    const text = await formatSetup(setup, machine);
    const { environment, files, ...others } = await toSetupJson(setup, machine);
    expect(others).toMatchObject({ client: 'codex', title: 'Codex', steps: [] });
    expect(environment).toEqual({ COPILOT_CLI_API_KEY: 'copilot-cli' });
    expect(files).toMatchObject([{ path: '~/.codex/config.toml', format: 'toml' }]);
    expect(text).toContain(files[0]?.content);
  });
});

describe('a client that nobody knows', () => {
  it('is refused with the nearest name', () => {
    expect(() => describeClient('claude', createFacts())).toThrow(
      'there is no client claude; did you mean claude-code?',
    );
    expect(() => describeClient('toString', createFacts())).toThrow('there is no client toString');
  });
});
