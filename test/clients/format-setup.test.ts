import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { clientNames } from '../../src/clients/client-names.ts';
import { describeClient } from '../../src/clients/clients.ts';
import { formatApplied, formatSetup, formatUndone, toSetupJson } from '../../src/clients/format-setup.ts';
import type { Model } from '../../src/copilot/model.ts';
import { createFacts, createModels } from './facts.ts';

const machine = { home: '/home/ada', env: {}, platform: 'linux' as const };

describe('the setup of a client, as text', () => {
  it.each(clientNames)('says how %s is pointed at the server', async (name) => {
    const text = await formatSetup(describeClient(name, createFacts()), machine);
    await expect(text).toMatchFileSnapshot(`goldens/${name}.txt`);
  });

  it.each(clientNames)('has the key of the server for %s, if there is one', async (name) => {
    const setup = describeClient(name, createFacts({ apiKey: 'sk-örtlich' }));
    expect(await formatSetup(setup, machine)).toContain('sk-örtlich');
  });

  it('quotes what the shell would interpret', async () => {
    const setup = describeClient('codex', createFacts({ apiKey: "it's $HOME" }));
    expect(await formatSetup(setup, machine)).toContain("export COPILOT_CLI_API_KEY='it'\\''s $HOME'\n");
  });

  it('uses the folder that the person chose for the client', async () => {
    const text = await formatSetup(describeClient('codex', createFacts()), {
      ...machine,
      env: { CODEX_HOME: '/srv/codex' },
    });
    expect(text).toContain('In /srv/codex/config.toml:');
  });
});

describe('the limits that Continue gets', () => {
  it.each<[what: string, limits: Partial<Model>, expected: object | undefined]>([
    [
      'have room for the answer beside the prompt',
      { contextTokens: 400_000, promptTokens: 272_000, outputTokens: 128_000 },
      { contextLength: 400_000, maxTokens: 128_000 },
    ],
    [
      'stay below the context that the account has',
      { contextTokens: 264_000, promptTokens: 264_000, outputTokens: 64_000 },
      { contextLength: 264_000, maxTokens: 64_000 },
    ],
    [
      'let the prompt be as long as the model takes it, in a larger context',
      { contextTokens: 128_000, promptTokens: 64_000, outputTokens: 4096 },
      { contextLength: 68_096, maxTokens: 4096 },
    ],
    [
      'leave the answer to Continue if nothing would be left for the prompt',
      { contextTokens: 64_000, promptTokens: 64_000, outputTokens: 64_000 },
      { contextLength: 64_000 },
    ],
    [
      'leave the answer to Continue if nobody knows it',
      { contextTokens: undefined, promptTokens: 136_000, outputTokens: undefined },
      { contextLength: 136_000 },
    ],
    ['are not there if nobody knows them', { contextTokens: undefined, promptTokens: undefined }, undefined],
  ])('%s', async (_, limits, expected) => {
    const models = createModels('gpt-5.5').map((model) => ({ ...model, ...limits }));
    const { files } = await toSetupJson(describeClient('continue', createFacts({ models })), machine);
    const [chat] = parse(files[0]?.content ?? '').models;
    expect(chat.defaultCompletionOptions).toEqual(expected);
  });
});

describe('the setup of a client, as JSON', () => {
  it('has the environment by name, and what would be in the file', async () => {
    const setup = describeClient('codex', createFacts());
    const text = await formatSetup(setup, machine);
    const { environment, files, ...others } = await toSetupJson(setup, machine);
    expect(others).toMatchObject({ client: 'codex', title: 'Codex', steps: [] });
    expect(environment).toEqual({ COPILOT_CLI_API_KEY: 'copilot-cli' });
    expect(files).toMatchObject([
      { path: '~/.codex/config.toml', format: 'toml' },
      { path: '~/.codex/copilot-cli-models.json', format: 'json' },
    ]);
    expect(JSON.parse(files[1]?.content ?? '').models).toHaveLength(7);
    expect(text).toContain(files[0]?.content);
  });
});

describe('an unknown client', () => {
  it('is refused with the nearest name', () => {
    expect(() => describeClient('claude', createFacts())).toThrow(
      'there is no client claude; did you mean claude-code?',
    );
    expect(() => describeClient('toString', createFacts())).toThrow('there is no client toString');
  });
});

const path = '/home/ada/.codex/config.toml';

describe('what was written', () => {
  it('is shown with the removed and added lines, and the path of the copy', () => {
    const outcome = {
      path,
      state: 'changed' as const,
      backup: `${path}.before-copilot-cli`,
      lines: [
        { kind: 'removed' as const, text: 'model = "o3"' },
        { kind: 'added' as const, text: 'model = "gpt-5.5"' },
      ],
    };
    expect(formatApplied([outcome], machine)).toBe(
      [
        '~/.codex/config.toml is changed:',
        '- model = "o3"',
        '+ model = "gpt-5.5"',
        'A copy of the former file is in ~/.codex/config.toml.before-copilot-cli.',
        '',
      ].join('\n'),
    );
  });

  it('is shown in one line if there was nothing to do', () => {
    const outcome = { path, state: 'unchanged' as const, backup: undefined, lines: [] };
    expect(formatApplied([outcome], machine)).toBe('~/.codex/config.toml has all of this already.\n');
  });
});

describe('what was undone', () => {
  it.each([
    ['restored', [], 'is as it was before.'],
    ['removed', [], 'is removed; it did not exist before.'],
    ['gone', [], 'is no longer there; there was nothing to undo.'],
    ['taken-back', [], 'has changed since; only what copilot-cli wrote is removed.'],
    ['taken-back', ['model'], 'These keys have other values now and stay: model.'],
  ] as const)('is told: %s', (state, left, words) => {
    expect(formatUndone([{ path, state, left: [...left] }], machine)).toMatch(
      new RegExp(`^~/.codex/config.toml .*${words.replaceAll('.', '\\.')}\n$`),
    );
  });
});
