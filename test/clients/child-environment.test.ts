import { describe, expect, it } from 'vitest';
import { prepareChild } from '../../src/clients/child-environment.ts';
import { createFacts } from './facts.ts';

const facts = createFacts({ apiKey: 'sk-1' });

describe('the environment of a program', () => {
  it('has what Claude Code reads, and not what would come before it', () => {
    const { env, arguments: own } = prepareChild(['/usr/bin/claude', '-p', 'hi'], facts, {
      PATH: '/bin',
      ANTHROPIC_API_KEY: 'theirs',
      CLAUDE_CODE_USE_BEDROCK: '1',
      ANTHROPIC_MODEL: 'theirs',
    });
    expect(own).toEqual(['-p', 'hi']);
    expect(env).toMatchObject({
      PATH: '/bin',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4141',
      ANTHROPIC_AUTH_TOKEN: 'sk-1',
      ANTHROPIC_MODEL: 'claude-sonnet-5',
    });
    expect(env).not.toHaveProperty('ANTHROPIC_API_KEY');
    expect(env).not.toHaveProperty('CLAUDE_CODE_USE_BEDROCK');
  });

  it('has the key for Codex, whose settings stand in front of its own arguments', () => {
    const { env, arguments: own } = prepareChild(['codex', 'exec', 'hi'], facts, {});
    expect(env).toEqual({ COPILOT_CLI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://127.0.0.1:4141/v1' });
    expect(own).toEqual([
      ...['-c', 'model="gpt-5.5"'],
      ...['-c', 'model_provider="copilot-cli"'],
      ...['-c', 'model_providers.copilot-cli.name="GitHub Copilot (copilot-cli)"'],
      ...['-c', 'model_providers.copilot-cli.base_url="http://127.0.0.1:4141/v1"'],
      ...['-c', 'model_providers.copilot-cli.wire_api="responses"'],
      ...['-c', 'model_providers.copilot-cli.env_key="COPILOT_CLI_API_KEY"'],
      ...['exec', 'hi'],
    ]);
  });

  it('has all settings of opencode in one variable', () => {
    const { env } = prepareChild(['C:\\bin\\opencode.exe'], facts, {});
    expect(JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '')).toMatchObject({
      model: 'copilot-cli/claude-sonnet-5',
      provider: { 'copilot-cli': { options: { baseURL: 'http://127.0.0.1:4141/v1', apiKey: 'sk-1' } } },
    });
  });

  it.each([
    ['aider', 'AIDER_MODEL', 'openai/claude-sonnet-5'],
    ['open-webui', 'OPENAI_API_BASE_URL', 'http://127.0.0.1:4141/v1'],
    ['python3', 'OPENAI_BASE_URL', 'http://127.0.0.1:4141/v1'],
    ['python3', 'OPENAI_API_KEY', 'sk-1'],
    ['toString', 'ANTHROPIC_BASE_URL', 'http://127.0.0.1:4141'],
    ['node.exe', 'ANTHROPIC_API_KEY', 'sk-1'],
  ])('of %s has %s', (program, name, value) => {
    expect(prepareChild([program], facts, {}).env[name]).toBe(value);
  });

  it('sends nothing for this machine through a proxy', () => {
    const proxied = prepareChild(['node'], facts, { https_proxy: 'http://p', NO_PROXY: 'intern' }).env;
    expect(proxied).toMatchObject({ NO_PROXY: 'intern,127.0.0.1', no_proxy: 'intern,127.0.0.1' });
    expect(prepareChild(['node'], facts, {}).env).not.toHaveProperty('NO_PROXY');
  });
});
