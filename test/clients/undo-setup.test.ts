import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySetup, type SetupOptions } from '../../src/clients/apply-setup.ts';
import { describeClient } from '../../src/clients/clients.ts';
import { undoSetup } from '../../src/clients/undo-setup.ts';
import { createFolder } from '../helpers/folder.ts';
import { createFacts } from './facts.ts';

const files: Record<string, { path: string; text: string }> = {
  'claude-code': {
    path: '.claude/settings.json',
    text: '{"env": {"A": "1", "ANTHROPIC_MODEL": "opus"},\n\n "model":"opus"}',
  },
  codex: {
    path: '.codex/config.toml',
    text: '# mine\r\nmodel = "o3"\r\n\r\n[projects."/x y"]\r\ntrust = true',
  },
  opencode: { path: '.config/opencode/opencode.json', text: '{\n\t// mine\n\t"model": "a/b",\n}\n' },
  aider: { path: '.aider.conf.yml', text: '# mine\n\n\nmodel:   "x"   # one\n' },
  continue: {
    path: '.continue/config.yaml',
    text: 'name: Mine\nversion: 0.0.1\nschema: v1\nmodels:\n- name:  A\n  provider: ollama\n',
  },
  zed: { path: '.config/zed/settings.json', text: '// Zed\n{ "theme": "One", }' },
  vscode: {
    path: '.config/Code/User/chatLanguageModels.json',
    text: '[\n    // mine\n    {"name": "Other", "vendor": "ollama"}\n]\n',
  },
  cline: {
    path: '.cline/data/settings/providers.json',
    text: '{"version": 1, "lastUsedProvider": "cline", "providers": {"cline": {"settings": {}}}}\n',
  },
  goose: { path: '.config/goose/config.yaml', text: '# mine\nGOOSE_MODE: auto\nGOOSE_MODEL: gpt-4o\n' },
  pi: { path: '.pi/agent/models.json', text: '{"providers": {"ollama": {"models": []}}}\n' },
  'qwen-code': { path: '.qwen/settings.json', text: '{"model": {"name": "qwen3"}, "theme": "x"}' },
  llm: {
    path: '.config/io.datasette.llm/extra-openai-models.yaml',
    text: '- {model_id: a,   model_name: b}\n',
  },
};
const cases = Object.entries(files).map(([name, { path, text }]) => ({ name, path, text }));

let home: string;
let options: SetupOptions;

beforeEach(() => {
  home = createFolder();
  options = { home, env: {}, platform: 'linux', recordFile: join(home, 'data', 'clients.json') };
});

const read = (path: string): string => readFileSync(join(home, path), 'utf8');
const apply = (name: string, baseUrl = 'http://127.0.0.1:4141') =>
  applySetup(describeClient(name, createFacts({ baseUrl })), options);

function place(path: string, text: string): void {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), text);
}

describe('what is undone', () => {
  it.each(cases)('gives $name its former bytes', async ({ name, path, text }) => {
    place(path, text);
    await apply(name);
    expect(read(path)).not.toBe(text);
    expect(await undoSetup(name, options)).toContainEqual({
      path: join(home, path),
      state: 'restored',
      left: [],
    });
    expect(read(path)).toBe(text);
    expect(existsSync(join(home, `${path}.before-copilot-cli`))).toBe(false);
  });

  it.each(cases)('removes the file of $name that was not there', async ({ name, path }) => {
    await apply(name);
    for (const { state } of await undoSetup(name, options)) expect(state).toBe('removed');
    expect(existsSync(join(home, path))).toBe(false);
    // What was made for it goes, too; the record of what was written lies in the other folder.
    expect(readdirSync(home)).toEqual(['data']);
  });

  it.each([
    ['one that was there, empty', () => mkdirSync(join(home, '.codex'))],
    ['one that was there, with a file', () => place('.codex/mine.txt', 'x')],
    ['one in which somebody has put something', () => {}, () => place('.codex/mine.txt', 'x')],
    ['one that another --write found', () => {}, () => apply('codex', 'http://127.0.0.1:9'), true],
  ] as [string, () => void, (() => unknown)?, boolean?][])(
    'goes back to the folder as it was: %s',
    async (_, before, after = () => {}, isGone = false) => {
      before();
      await apply('codex');
      await after();
      await undoSetup('codex', options);
      expect(existsSync(join(home, '.codex'))).toBe(!isGone);
    },
  );

  it('goes back to the state before the first of several changes', async () => {
    place('.codex/config.toml', 'model = "o3"\n');
    await apply('codex');
    await apply('codex', 'http://127.0.0.1:9');
    await undoSetup('codex', options);
    expect(read('.codex/config.toml')).toBe('model = "o3"\n');
  });

  it('concerns one client only', async () => {
    await apply('codex');
    await apply('aider');
    await undoSetup('codex', options);
    expect(existsSync(join(home, '.codex/config.toml'))).toBe(false);
    expect(existsSync(join(home, '.aider.conf.yml'))).toBe(true);
    await expect(undoSetup('codex', options)).rejects.toMatchObject({
      code: 'usage',
      message: 'nothing was written for codex',
    });
  });

  it('is the file behind a link', async () => {
    place('dotfiles/aider.yml', 'a:   1\n');
    symlinkSync('dotfiles/aider.yml', join(home, '.aider.conf.yml'));
    await apply('aider');
    await undoSetup('aider', options);
    expect(read('dotfiles/aider.yml')).toBe('a:   1\n');
    expect(read('.aider.conf.yml')).toBe('a:   1\n');
  });

  it('is nothing if somebody has removed the file', async () => {
    await apply('aider');
    rmSync(join(home, '.aider.conf.yml'));
    expect(await undoSetup('aider', options)).toMatchObject([{ state: 'gone' }]);
    expect(existsSync(join(home, '.aider.conf.yml'))).toBe(false);
  });
});

describe('a file that somebody has changed since', () => {
  it('loses our keys alone, and gets its former values', async () => {
    place('.claude/settings.json', '{\n  "env": {\n    "ANTHROPIC_MODEL": "opus"\n  }\n}\n');
    await apply('claude-code');
    const ours = read('.claude/settings.json');
    writeFileSync(
      join(home, '.claude/settings.json'),
      ours.replace('{', '{\n  // theirs\n  "theme": "dark",'),
    );
    expect(await undoSetup('claude-code', options)).toMatchObject([{ state: 'taken-back', left: [] }]);
    expect(read('.claude/settings.json')).toBe(
      '{\n  // theirs\n  "theme": "dark",\n  "env": {\n    "ANTHROPIC_MODEL": "opus"\n  }\n}\n',
    );
    expect(existsSync(join(home, '.claude/settings.json.before-copilot-cli'))).toBe(true);
  });

  it('keeps the values that they gave to our keys, and names them', async () => {
    await apply('claude-code');
    const changed = read('.claude/settings.json').replace(/("ANTHROPIC_MODEL": )"[^"]*"/, '$1"theirs"');
    writeFileSync(join(home, '.claude/settings.json'), changed);
    expect(await undoSetup('claude-code', options)).toMatchObject([
      { state: 'taken-back', left: ['env.ANTHROPIC_MODEL'] },
    ]);
    expect(JSON.parse(read('.claude/settings.json'))).toEqual({ env: { ANTHROPIC_MODEL: 'theirs' } });
  });

  it('loses a table of ours in TOML, and keeps comments and other tables', async () => {
    place('.codex/config.toml', '# mine\nmodel = "o3" # best\n[a]\nb = 1\n');
    await apply('codex');
    appendFileSync(join(home, '.codex/config.toml'), '\n# theirs\n[c]\nd = 2\n');
    expect(await undoSetup('codex', options)).toMatchObject([
      { state: 'taken-back', left: [] },
      { state: 'removed' },
    ]);
    expect(read('.codex/config.toml')).toBe(
      '# mine\nmodel = "o3" # best\n[a]\nb = 1\n\n\n# theirs\n[c]\nd = 2\n',
    );
  });

  it('loses our items of a list, and keeps theirs', async () => {
    place('.continue/config.yaml', 'name: Mine\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: A\n');
    await apply('continue');
    appendFileSync(join(home, '.continue/config.yaml'), '  - name: B # theirs\nrules: []\n');
    expect(await undoSetup('continue', options)).toMatchObject([{ state: 'taken-back', left: [] }]);
    expect(read('.continue/config.yaml')).toBe(
      'name: Mine\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: A\n  - name: B # theirs\nrules: []\n',
    );
  });

  it('is the new starting point when we write again', async () => {
    place('.aider.conf.yml', 'a: 1\n');
    await apply('aider');
    appendFileSync(join(home, '.aider.conf.yml'), 'b: 2\n');
    expect(await apply('aider')).toMatchObject([{ state: 'unchanged' }]);
    expect(await apply('aider', 'http://127.0.0.1:9')).toMatchObject([{ state: 'changed' }]);
    expect(await undoSetup('aider', options)).toMatchObject([{ state: 'restored' }]);
    expect(read('.aider.conf.yml')).toBe('a: 1\nb: 2\n');
  });

  it('is removed if we made it and only our settings were in it', async () => {
    await apply('zed');
    appendFileSync(join(home, '.config/zed/settings.json'), '\n\n');
    expect(await undoSetup('zed', options)).toMatchObject([{ state: 'removed' }]);
    expect(existsSync(join(home, '.config/zed/settings.json'))).toBe(false);
  });

  it('is refused if it cannot be parsed, and can be undone once it is corrected', async () => {
    await apply('codex');
    const text = read('.codex/config.toml');
    writeFileSync(join(home, '.codex/config.toml'), `${text}x = = 1\n`);
    await expect(undoSetup('codex', options)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/config\.toml, line \d+: /),
    });
    expect(read('.codex/config.toml')).toBe(`${text}x = = 1\n`);
    writeFileSync(join(home, '.codex/config.toml'), text);
    expect(await undoSetup('codex', options)).toMatchObject([{ state: 'removed' }, { state: 'removed' }]);
  });
});
