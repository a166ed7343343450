import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createJsonFile } from '../../src/config/json-file.ts';
import {
  createSettings,
  isSettingName,
  parseSettingName,
  type SettingName,
  type Settings,
  settingDefinitions,
  settingNames,
} from '../../src/config/settings.ts';
import type { Env } from '../../src/env.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

let path: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'copilot-cli', 'config.json');
});

function open(env: Env = {}, content?: unknown): Settings {
  if (content !== undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
  }
  return createSettings({ env, file: createJsonFile({ path, onNotice: () => {} }) });
}

type Row = { name: SettingName; variables: string[]; values: [string, string]; fallback?: string };

const rows: Row[] = [
  {
    name: 'model',
    variables: ['GITHUB_COPILOT_MODEL', 'COPILOT_DEFAULT_MODEL'],
    values: ['gpt-5.4', 'gpt-5.5'],
  },
  { name: 'model-aliases', variables: [], values: ['fast=gpt-5-mini', 'a=x,local=ollama/qwen3:8b'] },
  { name: 'host', variables: ['COPILOT_GH_HOST', 'GH_HOST'], values: ['acme.ghe.com', 'corp.ghe.com'] },
  {
    name: 'server-url',
    variables: ['GITHUB_SERVER_URL'],
    values: ['https://a.example', 'https://b.example'],
  },
  { name: 'api-url', variables: ['GITHUB_API_URL'], values: ['https://a.example', 'https://b.example/api'] },
  {
    name: 'base-url',
    variables: ['GITHUB_COPILOT_BASE_URL'],
    values: ['https://a.example', 'http://127.0.0.1:1'],
  },
  {
    name: 'client-id',
    variables: ['GITHUB_COPILOT_CLIENT_ID'],
    values: ['Iv1.a', 'Ov23.b'],
    fallback: 'Iv1.b507a08c87ecfe98',
  },
  { name: 'extra-headers', variables: ['GITHUB_COPILOT_EXTRA_HEADERS'], values: ['A:1', '{"B":"2"}'] },
  { name: 'client-cert', variables: ['COPILOT_CLI_CLIENT_CERT'], values: ['/etc/me.pem', '/home/me/me.pfx'] },
  { name: 'client-key', variables: ['COPILOT_CLI_CLIENT_KEY'], values: ['/etc/me.key', '/home/me/me.pem'] },
  {
    name: 'api-version',
    variables: ['GITHUB_COPILOT_API_VERSION'],
    values: ['2026-08-01', '2026-09-01'],
    fallback: '2026-06-01',
  },
  {
    name: 'editor-version',
    variables: ['GITHUB_COPILOT_EDITOR_VERSION'],
    values: ['vscode/9', 'Zed/1'],
    fallback: 'vscode/1.107.0',
  },
  {
    name: 'plugin-version',
    variables: ['GITHUB_COPILOT_PLUGIN_VERSION'],
    values: ['copilot-chat/1', 'x/2'],
    fallback: 'copilot-chat/0.35.0',
  },
  {
    name: 'integration-id',
    variables: ['GITHUB_COPILOT_INTEGRATION_ID'],
    values: ['jetbrains-chat', 'x'],
    fallback: 'vscode-chat',
  },
  { name: 'keep-one-shots', variables: [], values: ['off', 'on'], fallback: 'on' },
  {
    name: 'credential-store',
    variables: ['COPILOT_CLI_CREDENTIAL_STORE'],
    values: ['file', 'system'],
    fallback: 'auto',
  },
  { name: 'tools', variables: [], values: ['none', 'read,write'], fallback: 'read' },
  { name: 'theme', variables: [], values: ['light', 'dark'], fallback: 'auto' },
  {
    name: 'status-line',
    variables: [],
    values: ['none', 'model,cost'],
    fallback: 'model,context,cost,quota,tokens,speed',
  },
  { name: 'motion', variables: [], values: ['full', 'reduced'], fallback: 'full' },
  { name: 'editor-mode', variables: [], values: ['emacs', 'vi'], fallback: 'emacs' },
  { name: 'bell', variables: [], values: ['bell', 'notice'], fallback: 'off' },
  { name: 'screen-reader', variables: ['ACCESSIBLE'], values: ['on', 'off'], fallback: 'off' },
  { name: 'update-notice', variables: [], values: ['on', 'off'], fallback: 'off' },
];

describe.each(rows)('the setting $name', ({ name, variables, values: [inEnv, inFile], fallback }) => {
  it('has its default where nobody set it', () => {
    expect(open().get(name)).toEqual({ value: fallback, origin: { kind: 'default' } });
  });

  it('comes from the file where that has it', () => {
    expect(open({}, { [name]: inFile }).get(name)).toEqual({
      value: inFile,
      origin: { kind: 'file', name: path },
    });
  });

  it('comes from the environment before the file', () => {
    for (const variable of variables) {
      expect(open({ [variable]: inEnv }, { [name]: inFile }).get(name)).toEqual({
        value: inEnv,
        origin: { kind: 'environment', name: variable },
      });
    }
  });

  it('comes from its first variable before any other', () => {
    if (variables.length === 0) return;
    const env = Object.fromEntries(
      variables.map((variable, index) => [variable, index === 0 ? inEnv : inFile]),
    );
    expect(open(env).get(name)).toEqual({
      value: inEnv,
      origin: { kind: 'environment', name: variables[0] },
    });
  });

  it('does not come from a blank variable', () => {
    const env = Object.fromEntries(variables.map((variable, index) => [variable, index === 0 ? '' : ' \t']));
    expect(open(env, { [name]: inFile }).get(name).value).toBe(inFile);
  });

  it('is read without the spaces around a variable', () => {
    if (variables.length === 0) return;
    expect(open({ [variables[0] ?? '']: ` ${inEnv}\n` }).get(name).value).toBe(inEnv);
  });

  it('is told by its definition', () => {
    expect(settingDefinitions[name].variables).toEqual(variables);
    expect(settingDefinitions[name].description).not.toBe('');
  });

  it('must not be empty in the file', () => {
    expect(() => open({}, { [name]: ' ' }).get(name)).toThrow(`${name} in ${path} must not be empty`);
  });

  it.each([[7], [true], [null], [['x']]])('must not be %j in the file', (value) => {
    expect(() => open({}, { [name]: value }).get(name)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining(name) }),
    );
  });
});

it('knows every setting by a row of the table above', () => {
  expect(settingNames).toEqual(rows.map(({ name }) => name));
});

describe('a value that is not valid', () => {
  const url = 'http://example.com';

  it('in the environment names the variable and how to get rid of it', () => {
    expect(() => open({ GITHUB_COPILOT_BASE_URL: url }).get('base-url')).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringMatching(/^GITHUB_COPILOT_BASE_URL must begin with https:/),
        hint: 'Correct it, or unset GITHUB_COPILOT_BASE_URL.',
      }),
    );
  });

  it('in the file names the file and the command that removes it', () => {
    expect(() => open({}, { 'base-url': url }).get('base-url')).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringContaining(`base-url in ${path} must begin with https:`),
        hint: hintSaying('Run: copilot-cli config unset base-url'),
      }),
    );
  });

  it('does not matter where a stronger one is valid', () => {
    const settings = open({ GITHUB_COPILOT_BASE_URL: 'https://a.example' }, { 'base-url': url });
    expect(settings.get('base-url').value).toBe('https://a.example');
  });

  it.each<[SettingName, string]>([
    ['base-url', url],
    ['host', 'not a host'],
    ['extra-headers', 'nonsense'],
    ['model', ''],
    ['client-id', '  '],
    ['tools', 'read,hammer'],
    ['theme', 'sepia'],
    ['status-line', 'model,weather'],
    ['status-line', 'none,model'],
    ['motion', 'none'],
    ['screen-reader', 'maybe'],
  ])('is not stored: %s as %j', async (name, value) => {
    const settings = open({}, { model: 'x' });
    await expect(settings.set(name, value)).rejects.toMatchObject({ code: 'usage' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ model: 'x' });
  });
});

describe('the file of settings', () => {
  it('is named by them', () => {
    expect(open().path).toBe(path);
  });

  it('takes a value, and keeps what it has', async () => {
    const settings = open({}, { host: 'acme.ghe.com', own: { note: 1 } });
    await settings.set('model', 'gpt-5.4');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      host: 'acme.ghe.com',
      own: { note: 1 },
      model: 'gpt-5.4',
    });
    expect(settings.get('model')).toEqual({ value: 'gpt-5.4', origin: { kind: 'file', name: path } });
  });

  it('gives a value up, and says whether it had it', async () => {
    const settings = open({}, { host: 'acme.ghe.com', model: 'gpt-5.4' });
    expect(await settings.unset('model')).toBe(true);
    expect(await settings.unset('model')).toBe(false);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ host: 'acme.ghe.com' });
    expect(settings.get('model').origin).toEqual({ kind: 'default' });
  });

  it('may hold a value that is not valid until it is unset', async () => {
    const settings = open({}, { 'base-url': 7 });
    expect(await settings.unset('base-url')).toBe(true);
    expect(settings.get('base-url').value).toBeUndefined();
  });

  it('may hold headers as an object', () => {
    const settings = open({}, { 'extra-headers': { 'X-A': 'a,b' } });
    expect(settings.get('extra-headers').value).toBe('{"X-A":"a,b"}');
  });

  it('may hold keys that mean nothing, which are told', () => {
    const settings = open({}, { modle: 'x', model: 'y', toString: 'z', GITHUB_COPILOT_MODEL: 'w' });
    expect(settings.unknownKeys()).toEqual(['modle', 'toString', 'GITHUB_COPILOT_MODEL']);
  });
});

describe('the name of a setting', () => {
  it.each(settingNames)('%s is one', (name) => {
    expect(isSettingName(name)).toBe(true);
    expect(parseSettingName(name)).toBe(name);
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', '', 'Model', 'base_url'])(
    '%j is none',
    (text) => {
      expect(isSettingName(text)).toBe(false);
      expect(() => parseSettingName(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it.each<[string, SettingName]>([
    ['modle', 'model'],
    ['base_url', 'base-url'],
    ['hots', 'host'],
    ['headers', 'extra-headers'],
  ])('%s may be meant to be %s', (text, meant) => {
    expect(() => parseSettingName(text)).toThrow(`there is no setting ${text}; did you mean ${meant}?`);
  });
});
