import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Launch, prepareLaunch } from '../../src/clients/launch.ts';
import type { Env } from '../../src/env.ts';
import { createFolder } from '../helpers/folder.ts';
import { createFacts } from './facts.ts';

const facts = createFacts({ apiKey: 'sk-1' });

async function prepare(argv: string[], env: Env = {}): Promise<Launch> {
  const launch = await prepareLaunch(argv, facts, env);
  onTestFinished(launch.dispose);
  return launch;
}

/** The values of Codex's settings in a command. */
function listSettings(argv: readonly string[]): string[] {
  return argv.filter((_, index) => argv[index - 1] === '-c');
}

describe('a program that is known', () => {
  it('has the variables of Claude Code, and none that would override them', async () => {
    const { env, argv } = await prepare(['/usr/bin/claude', '-p', 'hi'], {
      PATH: '/bin',
      ANTHROPIC_API_KEY: 'theirs',
      CLAUDE_CODE_USE_BEDROCK: '1',
      ANTHROPIC_MODEL: 'theirs',
    });
    expect(argv).toEqual(['/usr/bin/claude', '-p', 'hi']);
    expect(env).toMatchObject({
      PATH: '/bin',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4141',
      ANTHROPIC_AUTH_TOKEN: 'sk-1',
      ANTHROPIC_MODEL: 'claude-sonnet-5[1m]',
    });
    expect(env).not.toHaveProperty('ANTHROPIC_API_KEY');
    expect(env).not.toHaveProperty('CLAUDE_CODE_USE_BEDROCK');
  });

  it('has the key for Codex, and its settings before its own arguments', async () => {
    const { env, argv } = await prepare(['codex', 'exec', 'hi']);
    expect(env).toEqual({ COPILOT_CLI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://127.0.0.1:4141/v1' });
    const settings = listSettings(argv);
    expect(argv).toEqual(['codex', ...settings.flatMap((setting) => ['-c', setting]), 'exec', 'hi']);
    expect(settings).toEqual([
      'model="gpt-5.5"',
      'model_provider="copilot-cli"',
      expect.stringMatching(/^model_catalog_json="\/.*\/copilot-cli-models\.json"$/),
      'model_providers.copilot-cli.name="GitHub Copilot (copilot-cli)"',
      'model_providers.copilot-cli.base_url="http://127.0.0.1:4141/v1"',
      'model_providers.copilot-cli.wire_api="responses"',
      'model_providers.copilot-cli.env_key="COPILOT_CLI_API_KEY"',
    ]);
  });

  it('has all settings of opencode in one variable', async () => {
    const { env } = await prepare(['C:\\bin\\opencode.exe']);
    expect(JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '')).toMatchObject({
      model: 'copilot-cli/claude-sonnet-5',
      provider: { 'copilot-cli': { options: { baseURL: 'http://127.0.0.1:4141/v1', apiKey: 'sk-1' } } },
    });
  });

  it.each([
    ['aider', 'AIDER_MODEL', 'openai/claude-sonnet-5'],
    ['open-webui', 'OPENAI_API_BASE_URL', 'http://127.0.0.1:4141/v1'],
    ['qwen', 'OPENAI_MODEL', 'claude-sonnet-5'],
    ['goose', 'GOOSE_MODEL', 'claude-sonnet-5'],
    ['copilot', 'COPILOT_PROVIDER_TYPE', 'anthropic'],
    ['python3', 'OPENAI_BASE_URL', 'http://127.0.0.1:4141/v1'],
    ['python3', 'OPENAI_API_KEY', 'sk-1'],
    ['toString', 'ANTHROPIC_BASE_URL', 'http://127.0.0.1:4141'],
    ['node.exe', 'ANTHROPIC_API_KEY', 'sk-1'],
  ])('or not: %s has %s', async (program, name, value) => {
    expect((await prepare([program])).env[name]).toBe(value);
  });

  it('has its private files as long as it runs', async () => {
    const launch = await prepareLaunch(['cn', '-p', 'hi'], facts, {});
    const config = launch.argv[launch.argv.indexOf('--config') + 1] ?? '';
    const { schema, models } = JSON.parse(readFileSync(config, 'utf8'));
    expect(schema).toBe('v1');
    expect(models).toContainEqual(expect.objectContaining({ model: 'claude-sonnet-5', apiKey: 'sk-1' }));
    expect(statSync(config).mode & 0o777).toBe(0o600);
    launch.dispose();
    expect(existsSync(dirname(config))).toBe(false);
  });

  it('is refused if only its own settings can point it at a server, and the hint says how', async () => {
    await expect(prepareLaunch(['cline', 'hi'], facts, {})).rejects.toMatchObject({
      code: 'usage',
      message: 'cline takes its server from its settings, not from variables',
    });
  });
});

describe('a package that a runner starts', () => {
  it.each([
    ['npx', '-y', '@openai/codex@latest', 'exec', 'hi'],
    ['npx', '--yes', '@openai/codex', 'exec', 'hi'],
    ['npx', '-p', '@openai/codex', 'codex', 'exec', 'hi'],
    ['bunx', '@openai/codex', 'exec', 'hi'],
    ['pnpm', 'dlx', '@openai/codex@0.171.0', 'exec', 'hi'],
    ['npm', 'exec', '--', '@openai/codex', 'exec', 'hi'],
    ['yarn', 'dlx', '@openai/codex', 'exec', 'hi'],
  ])('has its settings behind its name: %s %s %s', async (...argv) => {
    const launch = await prepare(argv);
    const added = launch.argv.slice(argv.length - 2, -2);
    expect(launch.argv).toEqual([...argv.slice(0, -2), ...added, 'exec', 'hi']);
    expect(listSettings(added)).toContain('model_provider="copilot-cli"');
  });

  it.each([
    ['npx @anthropic-ai/claude-code -p hi', 'ANTHROPIC_AUTH_TOKEN'],
    ['uvx --from aider-chat aider hi', 'AIDER_MODEL'],
    ['npx opencode-ai@1.18.33 run hi', 'OPENCODE_CONFIG_CONTENT'],
  ])('has its variables: %s', async (line, variable) => {
    const { env, argv } = await prepare(line.split(' '), { ANTHROPIC_API_KEY: 'theirs' });
    expect(env).toHaveProperty(variable);
    expect(argv).toEqual(line.split(' '));
  });
});

describe.skipIf(process.platform === 'win32')('Codex behind another program', () => {
  /** The arguments that reach a program named codex. */
  async function runCodex(argv: string[]): Promise<{ arguments: string[]; env: Env }> {
    const folder = createFolder({
      codex: `#!/bin/sh\n[ "$1" = debug ] && exit 1\nprintf '%s\\0' "$COPILOT_CLI_API_KEY" "$PATH" "$@" > "$OUT"\n`,
    });
    chmodSync(join(folder, 'codex'), 0o755);
    const OUT = join(folder, 'out');
    const PATH = argv.some((word) => word.includes('$LATER'))
      ? process.env.PATH
      : `${folder}:${process.env.PATH}`;
    const launch = await prepare(argv, { PATH, OUT, LATER: folder });
    const [program = '', ...own] = launch.argv;
    // What the folder of the moment has must not come before what is installed.
    const here = createFolder({ codex: '#!/bin/sh\nexit 1\n' });
    chmodSync(join(here, 'codex'), 0o755);
    const run = spawnSync(program, own, {
      cwd: here,
      env: launch.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(run.stderr).toBe('');
    const [key, path = '', ...words] = readFileSync(OUT, 'utf8').split('\0').slice(0, -1);
    expect(path.split(':')).toEqual(path.split(':').filter(isAbsolute));
    return { arguments: words, env: { COPILOT_CLI_API_KEY: key } };
  }

  it.each([
    ['env', 'codex', 'exec', "it's"],
    ['env', '-u', 'HOME', 'FOO=1', 'codex', 'exec', "it's"],
    ['sh', '-c', `codex exec "it's"`],
    ['sh', '-c', `cd / && FOO=1 codex exec "it's"; true`],
    ['sh', '-c', 'exec codex "$@"', 'sh', 'exec', "it's"],
    ['bash', '-c', `x=$(codex exec "it's")`],
    ['timeout', '20', 'codex', 'exec', "it's"],
    ['nice', '-n', '1', 'codex', 'exec', "it's"],
    ['env', 'sh', '-c', `codex exec "it's"`],
    ['sh', '-c', `PATH="$PATH:$LATER"; codex exec "it's"`],
    ['sh', '-c', `printf '%s' "it's" | xargs -0 codex exec`],
    ['sh', '-c', `p=$(command -v codex); PATH="/usr/bin:/bin:$LATER" "$p" exec "it's"`],
  ])('gets our settings before its own words: %s %s %s', async (...argv) => {
    const run = await runCodex(argv);
    expect(run.env.COPILOT_CLI_API_KEY).toBe('sk-1');
    expect(listSettings(run.arguments)).toContain(
      'model_providers.copilot-cli.base_url="http://127.0.0.1:4141/v1"',
    );
    expect(run.arguments.slice(-2)).toEqual(['exec', "it's"]);
  });

  it('leaves the SDK variables to the other programs of a script', async () => {
    const { env } = await prepare(['sh', '-c', 'claude -p hi; python3 agent.py'], {
      ANTHROPIC_API_KEY: 'theirs',
    });
    expect(env).toMatchObject({ OPENAI_API_KEY: 'sk-1', ANTHROPIC_AUTH_TOKEN: 'sk-1' });
    expect(env).not.toHaveProperty('ANTHROPIC_API_KEY');
  });

  it('asks the installed Codex for what it knows of its models', async () => {
    const list = { models: [{ slug: 'gpt-5.5', base_instructions: 'Its own words', tool_mode: 'special' }] };
    const folder = createFolder({ codex: `#!/bin/sh\necho '${JSON.stringify(list)}'\n` });
    chmodSync(join(folder, 'codex'), 0o755);
    const { argv } = await prepare(['codex'], { PATH: `${folder}:${process.env.PATH}` });
    const [setting = ''] = listSettings(argv).filter((text) => text.startsWith('model_catalog_json='));
    const file = JSON.parse(readFileSync(JSON.parse(setting.slice(setting.indexOf('=') + 1)), 'utf8'));
    expect(file.models.find(({ slug }: { slug: string }) => slug === 'gpt-5.5')).toMatchObject({
      base_instructions: 'Its own words',
      tool_mode: 'special',
      context_window: 922_000,
    });
    expect(file.models.find(({ slug }: { slug: string }) => slug === 'claude-haiku-4.5')).toMatchObject({
      context_window: 136_000,
      input_modalities: ['text'],
    });
  });
});

describe('a program behind a proxy', () => {
  it('sends no request for this machine through it', async () => {
    const { env } = await prepare(['node'], { https_proxy: 'http://p', NO_PROXY: 'intern' });
    expect(env).toMatchObject({ NO_PROXY: 'intern,127.0.0.1', no_proxy: 'intern,127.0.0.1' });
    expect((await prepare(['node'])).env).not.toHaveProperty('NO_PROXY');
  });
});
