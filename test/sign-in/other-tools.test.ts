import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { Secret } from '../../src/secret.ts';
import { describeAbsence, findSignIns, listTools, maskToken } from '../../src/sign-in/other-tools.ts';
import { type ToolName, toolNames } from '../../src/sign-in/tool-names.ts';
import { createFolder } from '../helpers/folder.ts';

type Found = { host: string; account: string | undefined; token: string };

async function find(
  tool: ToolName,
  files: Record<string, unknown>,
  { env = {}, platform = 'linux' }: { env?: Env; platform?: NodeJS.Platform } = {},
): Promise<Found[]> {
  const home = createFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const inHome = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value?.replace('~', home)]),
  );
  const machine = { env: { PATH: home, ...inHome }, home, platform, signal: new AbortController().signal };
  const found = await findSignIns(tool, machine);
  return found.map(({ host, account, token }) => ({ host, account, token: token.expose() }));
}

const octocat = { host: 'github.com', account: 'octocat', token: 'ghu_octocat0123' };
const nameless = { ...octocat, account: undefined };
const plugin = { 'github.com:Iv1.b507a08c87ecfe98': { user: 'octocat', oauth_token: 'ghu_octocat0123' } };

describe('the sign-in of another tool', () => {
  it.each<[what: string, tool: ToolName, files: Record<string, unknown>, found: Found[]]>([
    [
      'of gh in its file',
      'gh',
      {
        '.config/gh/hosts.yml':
          'github.com:\n    user: octocat\n    oauth_token: ghu_octocat0123\n    git_protocol: https\n',
      },
      [octocat],
    ],
    [
      'of several users of gh, the active one first',
      'gh',
      {
        '.config/gh/hosts.yml':
          'github.com:\n  users:\n    hubot:\n      oauth_token: gho_hubot\n    octocat:\n      oauth_token: ghu_octocat0123\n  user: octocat\n  oauth_token: ghu_octocat0123\nacme.ghe.com:\n  user: mona\n  oauth_token: gho_mona\n',
      },
      [
        octocat,
        { host: 'github.com', account: 'hubot', token: 'gho_hubot' },
        { host: 'acme.ghe.com', account: 'mona', token: 'gho_mona' },
      ],
    ],
    ['of a JetBrains plugin', 'jetbrains', { '.config/github-copilot/apps.json': plugin }, [octocat]],
    [
      'of an older plugin',
      'jetbrains',
      {
        '.config/github-copilot/hosts.json': {
          'github.com': { user: 'octocat', oauth_token: 'ghu_octocat0123' },
        },
      },
      [octocat],
    ],
    [
      'that two files have',
      'vscode',
      {
        '.config/github-copilot/apps.json': plugin,
        '.config/github-copilot/hosts.json': {
          'github.com': { user: 'octocat', oauth_token: 'ghu_octocat0123' },
        },
      },
      [octocat],
    ],
    [
      "of GitHub's Copilot CLI",
      'copilot-cli',
      {
        '.copilot/config.json':
          '// made by Copilot\n{"copilotTokens":{"https://github.com:octocat":"ghu_octocat0123"}}',
      },
      [octocat],
    ],
    [
      "of an older version of GitHub's Copilot CLI",
      'copilot-cli',
      { '.copilot/config.json': { copilot_tokens: { 'https://acme.ghe.com:mona': 'gho_mona' } } },
      [{ host: 'acme.ghe.com', account: 'mona', token: 'gho_mona' }],
    ],
    [
      'of opencode',
      'opencode',
      {
        '.local/share/opencode/auth.json': {
          anthropic: { type: 'api', key: 'sk-ant' },
          'github-copilot': { type: 'oauth', refresh: 'ghu_octocat0123', access: 'tid=1', expires: 0 },
        },
      },
      [nameless],
    ],
    [
      'of opencode at a tenant',
      'opencode',
      {
        '.local/share/opencode/auth.json': {
          'github-copilot': { type: 'oauth', refresh: 'gho_mona', enterpriseUrl: 'acme.ghe.com' },
        },
      },
      [{ host: 'acme.ghe.com', account: undefined, token: 'gho_mona' }],
    ],
  ])('%s is found', async (_, tool, files, found) => {
    expect(await find(tool, files)).toEqual(found);
  });

  it.each<
    [what: string, tool: ToolName, files: Record<string, unknown>, env: Env, platform?: NodeJS.Platform]
  >([
    [
      'where XDG_CONFIG_HOME says',
      'jetbrains',
      { 'x/github-copilot/apps.json': plugin },
      { XDG_CONFIG_HOME: '~/x' },
    ],
    [
      'in the folder of Windows',
      'jetbrains',
      { 'local/github-copilot/apps.json': plugin },
      { LOCALAPPDATA: '~/local' },
      'win32',
    ],
    [
      'where GH_CONFIG_DIR says',
      'gh',
      { 'g/hosts.yml': 'github.com: {user: octocat, oauth_token: ghu_octocat0123}' },
      { GH_CONFIG_DIR: '~/g' },
    ],
    [
      'where COPILOT_HOME says',
      'copilot-cli',
      { 'c/config.json': { copilotTokens: { 'github.com:octocat': 'ghu_octocat0123' } } },
      { COPILOT_HOME: '~/c' },
    ],
  ])('is looked for %s', async (_, tool, files, env, platform = 'linux') => {
    expect(await find(tool, files, { env, platform })).toEqual([octocat]);
  });

  it('of gh is asked from gh itself if the key store has it', async () => {
    const files = {
      '.config/gh/hosts.yml': 'github.com:\n  user: octocat\n',
      gh: '#!/bin/sh\n[ "$*" = "auth token --hostname github.com" ] && echo ghu_octocat0123\n',
    };
    const { chmodSync } = await import('node:fs');
    const home = createFolder();
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), content);
    }
    chmodSync(join(home, 'gh'), 0o755);
    const machine = { env: { PATH: home }, home, signal: new AbortController().signal };
    expect(await findSignIns('gh', machine)).toMatchObject([{ account: 'octocat', where: 'gh auth token' }]);
  });

  it.each<[what: string, tool: ToolName, path: string, content: unknown]>([
    ['broken JSON', 'opencode', '.local/share/opencode/auth.json', '{"github-copilot": {"refresh": "gho_'],
    ['broken YAML', 'gh', '.config/gh/hosts.yml', 'github.com: [\n'],
    ['YAML that grows', 'gh', '.config/gh/hosts.yml', 'a: &a [x, x]\nb: [*a, *a]\n'],
    ['a list', 'jetbrains', '.config/github-copilot/apps.json', [1, 2]],
    [
      'a token of another service',
      'opencode',
      '.local/share/opencode/auth.json',
      { 'github-copilot': { refresh: 'sk-1' } },
    ],
    [
      'a token with a line break',
      'jetbrains',
      '.config/github-copilot/apps.json',
      { 'github.com': { oauth_token: 'gho_a\nb' } },
    ],
    [
      'a host that is none',
      'jetbrains',
      '.config/github-copilot/apps.json',
      { 'a b/c': { oauth_token: 'gho_a' } },
    ],
    [
      'a token that is a number',
      'copilot-cli',
      '.copilot/config.json',
      { copilotTokens: { 'github.com:a': 5 } },
    ],
    ['a huge file', 'opencode', '.local/share/opencode/auth.json', ' '.repeat(2_000_000)],
  ])('is not found in %s', async (_, tool, path, content) => {
    expect(await find(tool, { [path]: content })).toEqual([]);
  });

  it('is masked, and still known again', () => {
    expect(maskToken(new Secret('gho_0123456789abcdef'))).toBe('gho_…cdef');
    expect(maskToken(new Secret('github_pat_0123456789wxyz'))).toBe('github_pat_…wxyz');
  });

  it('that is missing has words for each tool', () => {
    const machine = {
      env: {},
      home: '/home/u',
      platform: 'linux' as const,
      signal: new AbortController().signal,
    };
    for (const tool of toolNames)
      expect(describeAbsence(tool, machine)).toMatch(/^Looked at \/home\/u\/.*\. .+/);
    expect(listTools(machine)).toEqual([]);
  });
});
