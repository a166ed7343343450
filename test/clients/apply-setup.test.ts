import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySetup, type SetupOptions } from '../../src/clients/apply-setup.ts';
import { clientNames } from '../../src/clients/client-names.ts';
import { describeClient } from '../../src/clients/clients.ts';
import type { ClientSetup } from '../../src/clients/setup.ts';
import { createFolder } from '../helpers/folder.ts';
import { createFacts, createModels } from './facts.ts';

const ownsFiles = clientNames.filter((name) => describeClient(name, createFacts()).files.length > 0);

let home: string;
let options: SetupOptions;

beforeEach(() => {
  home = createFolder();
  options = { home, env: {}, platform: 'linux', recordFile: join(home, 'data', 'clients.json') };
});

const describeAt = (name: string, apiKey?: string): ClientSetup =>
  describeClient(name, createFacts({ apiKey }));
const read = (path: string): string => readFileSync(join(home, path), 'utf8');
const modeOf = (path: string): string => (statSync(join(home, path)).mode & 0o777).toString(8);

function place(path: string, text: string | Uint8Array): void {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), text);
}

describe('what is written for a client', () => {
  it.each(ownsFiles)('makes the file of %s, and changes nothing the second time', async (name) => {
    const [made] = await applySetup(describeAt(name), options);
    expect(made).toMatchObject({ state: 'created', backup: undefined });
    const text = readFileSync(made?.path ?? '', 'utf8');
    const [again] = await applySetup(describeAt(name), options);
    expect(again).toMatchObject({ state: 'unchanged', lines: [] });
    expect(readFileSync(made?.path ?? '', 'utf8')).toBe(text);
  });

  it('leaves all else as it was, comments included, and keeps a copy beside it', async () => {
    const text = '// Zed\n{\n  "theme": "One", // dark\n  "vim_mode": true,\n}\n';
    place('.config/zed/settings.json', text);
    const [outcome] = await applySetup(describeAt('zed'), options);
    const changed = read('.config/zed/settings.json');
    expect(changed).toContain('// Zed\n{\n  "theme": "One", // dark\n  "vim_mode": true,\n');
    expect(changed).toContain('"api_url": "http://127.0.0.1:4141/v1"');
    expect(readFileSync(outcome?.backup ?? '', 'utf8')).toBe(text);
  });

  it('is shown line by line', async () => {
    place('.codex/config.toml', 'model = "o3" # mine\n\n[tools]\nweb = true\n');
    const [outcome] = await applySetup(describeAt('codex'), options);
    expect(outcome?.lines.slice(0, 3)).toEqual([
      { kind: 'removed', text: 'model = "o3" # mine' },
      { kind: 'added', text: 'model = "gpt-5.5" # mine' },
      { kind: 'added', text: 'model_provider = "copilot-cli"' },
    ]);
  });

  it('replaces what an earlier server needed, and no more', async () => {
    place('.aider.conf.yml', '# mine\ndark-mode: true\n');
    await applySetup(describeAt('aider'), options);
    const facts = createFacts({ baseUrl: 'http://127.0.0.1:9' });
    await applySetup(describeClient('aider', facts), options);
    expect(read('.aider.conf.yml')).toContain(
      '# mine\ndark-mode: true\nopenai-api-base: http://127.0.0.1:9/v1\n',
    );
    expect(read('.aider.conf.yml.before-copilot-cli')).toBe('# mine\ndark-mode: true\n');
  });

  it('takes away what it wrote before and does not need now', async () => {
    await applySetup(
      describeClient('claude-code', createFacts({ models: createModels('gpt-5.5') })),
      options,
    );
    expect(read('.claude/settings.json')).toContain('"CLAUDE_CODE_MAX_CONTEXT_TOKENS": "922000"');
    const models = createModels('unknown');
    await applySetup(describeClient('claude-code', createFacts({ models })), options);
    expect(read('.claude/settings.json')).not.toContain('CLAUDE_CODE_MAX_CONTEXT_TOKENS');
    expect(read('.claude/settings.json')).toContain('"ANTHROPIC_MODEL": "unknown"');
  });

  it('goes into the existing file if a client knows two names', async () => {
    place('.config/opencode/opencode.jsonc', '{\n  // mine\n}\n');
    const [outcome] = await applySetup(describeAt('opencode'), options);
    expect(outcome?.path).toBe(join(home, '.config/opencode/opencode.jsonc'));
    expect(read('.config/opencode/opencode.jsonc')).toContain('// mine');
    expect(readdirSync(join(home, '.config/opencode')).sort()).toEqual([
      'opencode.jsonc',
      'opencode.jsonc.before-copilot-cli',
    ]);
  });
});

describe('the file', () => {
  it('makes a new file with a key readable for its owner alone', async () => {
    await applySetup(describeAt('aider', 'sk-1'), options);
    expect(modeOf('.aider.conf.yml')).toBe('600');
    expect(modeOf('data/clients.json')).toBe('600');
  });

  it('keeps the permissions of an existing file, also for its copy', async () => {
    place('.aider.conf.yml', 'a: 1\n');
    chmodSync(join(home, '.aider.conf.yml'), 0o640);
    await applySetup(describeAt('aider', 'sk-1'), options);
    expect(modeOf('.aider.conf.yml')).toBe('640');
    expect(modeOf('.aider.conf.yml.before-copilot-cli')).toBe('640');
  });

  it('is changed behind a link, and the link stays', async () => {
    place('dotfiles/aider.yml', 'a: 1\n');
    symlinkSync('dotfiles/aider.yml', join(home, '.aider.conf.yml'));
    const [outcome] = await applySetup(describeAt('aider'), options);
    expect(outcome?.path).toBe(join(home, 'dotfiles/aider.yml'));
    expect(lstatSync(join(home, '.aider.conf.yml')).isSymbolicLink()).toBe(true);
    expect(read('dotfiles/aider.yml')).toContain('openai-api-base');
  });

  it('is made behind a link to nothing', async () => {
    mkdirSync(join(home, 'dotfiles'));
    symlinkSync('dotfiles/aider.yml', join(home, '.aider.conf.yml'));
    await applySetup(describeAt('aider'), options);
    expect(read('dotfiles/aider.yml')).toContain('openai-api-base');
  });
});

describe('a file that is not written', () => {
  it.each([
    ['claude-code', '.claude/settings.json', '{\n  "env": {\n', 'settings.json, line 3: '],
    ['codex', '.codex/config.toml', 'a = 1\n[b\n', 'config.toml, line 2: '],
    ['continue', '.continue/config.yaml', 'models: [\nname: x\n', 'config.yaml, line '],
    ['aider', '.aider.conf.yml', '- a list\n', '.aider.conf.yml: openai-api-base cannot be changed'],
  ])('is a broken one of %s, of which the line is named', async (name, path, text, message) => {
    place(path, text);
    await expect(applySetup(describeAt(name), options)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(message),
    });
    expect(read(path)).toBe(text);
    expect(readdirSync(home)).toEqual([path.split('/')[0]]);
  });

  it('is one that is no text', async () => {
    place('.aider.conf.yml', Buffer.from([0x61, 0x3a, 0xff, 0x0a]));
    await expect(applySetup(describeAt('aider'), options)).rejects.toThrow('is not a text file in UTF-8');
  });

  it('is a folder', async () => {
    mkdirSync(join(home, '.aider.conf.yml'));
    await expect(applySetup(describeAt('aider'), options)).rejects.toMatchObject({ code: 'config' });
  });

  it('is one of a client that has none', async () => {
    await expect(applySetup(describeAt('cursor'), options)).rejects.toMatchObject({ code: 'usage' });
  });
});
