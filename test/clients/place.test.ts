import { describe, expect, it } from 'vitest';
import { clientNames } from '../../src/clients/client-names.ts';
import { describeClient } from '../../src/clients/clients.ts';
import { listPaths } from '../../src/clients/place.ts';
import type { Env } from '../../src/env.ts';
import { createFacts } from './facts.ts';

function listAll(platform: NodeJS.Platform, env: Env = {}): Record<string, string[]> {
  const setups = clientNames.map((name) => describeClient(name, createFacts()));
  const withFiles = setups.filter(({ files }) => files.length > 0);
  return Object.fromEntries(
    withFiles.map(({ client, files }) => [
      client,
      files.flatMap(({ place }) => listPaths(place, { home: '/home/ada', env, platform })),
    ]),
  );
}

describe('the files of the clients', () => {
  it('are where each client looks for them on Linux', () => {
    expect(listAll('linux')).toEqual({
      'claude-code': ['/home/ada/.claude/settings.json'],
      codex: ['/home/ada/.codex/config.toml', '/home/ada/.codex/copilot-cli-models.json'],
      opencode: ['/home/ada/.config/opencode/opencode.json', '/home/ada/.config/opencode/opencode.jsonc'],
      aider: ['/home/ada/.aider.conf.yml'],
      cline: ['/home/ada/.cline/data/settings/providers.json'],
      goose: ['/home/ada/.config/goose/config.yaml'],
      pi: ['/home/ada/.pi/agent/models.json'],
      'qwen-code': ['/home/ada/.qwen/settings.json'],
      vscode: ['/home/ada/.config/Code/User/chatLanguageModels.json'],
      continue: ['/home/ada/.continue/config.yaml'],
      zed: ['/home/ada/.config/zed/settings.json'],
      llm: ['/home/ada/.config/io.datasette.llm/extra-openai-models.yaml'],
    });
  });

  it('are elsewhere on macOS for some clients', () => {
    expect(listAll('darwin', { XDG_CONFIG_HOME: '/xdg' })).toMatchObject({
      zed: ['/home/ada/.config/zed/settings.json'],
      opencode: ['/xdg/opencode/opencode.json', '/xdg/opencode/opencode.jsonc'],
      vscode: ['/home/ada/Library/Application Support/Code/User/chatLanguageModels.json'],
      llm: ['/home/ada/Library/Application Support/io.datasette.llm/extra-openai-models.yaml'],
    });
  });

  it('stand among the application data on Windows', () => {
    const places = listAll('win32', { APPDATA: '/roaming' });
    expect(places.zed).toEqual(['/roaming/Zed/settings.json']);
    expect(places.llm).toEqual(['/roaming/io.datasette.llm/extra-openai-models.yaml']);
  });

  it('are where the variables of the clients say', () => {
    const env = {
      CLAUDE_CONFIG_DIR: '/a',
      CODEX_HOME: '/b',
      CONTINUE_GLOBAL_DIR: '/c',
      LLM_USER_PATH: '/d',
      XDG_CONFIG_HOME: 'relative',
    };
    expect(listAll('linux', env)).toMatchObject({
      'claude-code': ['/a/settings.json'],
      codex: ['/b/config.toml', '/b/copilot-cli-models.json'],
      continue: ['/c/config.yaml'],
      llm: ['/d/extra-openai-models.yaml'],
      zed: ['/home/ada/.config/zed/settings.json'],
    });
  });
});
