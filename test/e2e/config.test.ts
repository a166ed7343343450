import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { settingDefinitions } from '../../src/config/settings.ts';
import { binary, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';

describe('config', () => {
  it('stores, shows and removes a value, in a file that only its owner may read', async () => {
    const cli = await createCli();
    cli.env.GITHUB_COPILOT_MODEL = '';
    const path = (await cli.run(['config', 'path'])).stdout.trimEnd();
    expect(path).toBe(join(cli.home, 'config', 'copilot-cli', 'config.json'));
    expect(await cli.run(['config', 'set', 'base-url', 'https://a.example'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ 'base-url': 'https://a.example' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await cli.run(['config', 'get', 'base-url'])).stdout).toBe('https://a.example\n');
    expect((await cli.run(['config', 'unset', 'base-url'])).code).toBe(0);
    expect((await cli.run(['config', 'get', 'base-url'])).code).toBe(3);
  });

  it('lists every setting with the origin of its value', async () => {
    const cli = await createCli();
    await cli.runHere(['config', 'set', 'editor-version', 'vscode/9.9.9']);
    const env = { GITHUB_COPILOT_MODEL: 'gpt-5-mini', GH_HOST: 'acme.ghe.com' };
    const settings = parseOutput(await cli.runHere(['config', 'list', '--json'], { env })).settings as {
      name: string;
    }[];
    const find = (name: string): unknown => settings.find((setting) => setting.name === name);
    expect(find('model')).toMatchObject({
      value: 'gpt-5-mini',
      origin: 'environment',
      origin_name: 'GITHUB_COPILOT_MODEL',
    });
    expect(find('host')).toMatchObject({
      value: 'acme.ghe.com',
      origin: 'environment',
      origin_name: 'GH_HOST',
    });
    expect(find('editor-version')).toMatchObject({ value: 'vscode/9.9.9', origin: 'file' });
    expect(find('client-id')).toMatchObject({
      value: 'Iv1.b507a08c87ecfe98',
      origin: 'default',
      origin_name: null,
    });
    expect(find('base-url')).toMatchObject({ value: null, origin: 'default' });
  });

  it('gives one value with its origin in JSON, and no value as a failure', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['config', 'get', 'model', '--json'], {
      env: { GITHUB_COPILOT_MODEL: 'gpt-5' },
    });
    expect(parseOutput(run)).toEqual({
      schema_version: 1,
      name: 'model',
      value: 'gpt-5',
      origin: 'environment',
      origin_name: 'GITHUB_COPILOT_MODEL',
    });
    const missing = await cli.runHere(['config', 'get', 'base-url', '--json']);
    expect(missing.code).toBe(3);
    expect(parseOutput(missing).error).toMatchObject({ code: 'config', message: 'base-url is not set' });
  });

  it('says that a variable wins over what was stored', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.env.GITHUB_COPILOT_MODEL = '';
    const run = await cli.runHere(['config', 'set', 'model', 'gpt-5-mini'], {
      env: { COPILOT_DEFAULT_MODEL: 'b' },
    });
    expect(run.stderr).toBe(
      'warning: COPILOT_DEFAULT_MODEL is set, and is used in place of the stored value.\n',
    );
    expect(
      (await cli.runHere(['config', 'get', 'model'], { env: { COPILOT_DEFAULT_MODEL: 'b' } })).stdout,
    ).toBe('b\n');
  });

  it('stores a model by its id, and refuses one that the account does not have', async () => {
    const cli = await createCli();
    cli.env.GITHUB_COPILOT_MODEL = '';
    await cli.signIn();
    expect(await cli.runHere(['config', 'set', 'model', 'GPT 5 mini'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('gpt-5-mini\n');
    const refused = await cli.runHere(['config', 'set', 'model', 'gpt-55-mini']);
    expect(refused).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('gpt-5-mini') });
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('gpt-5-mini\n');
    expect((await cli.runHere(['config', 'set', 'model', 'text-embedding-3-small'])).code).toBe(6);
  });

  it('takes a model as it is where it cannot be checked, and says so', async () => {
    const cli = await createCli();
    cli.env.GITHUB_COPILOT_MODEL = '';
    const run = await cli.runHere(['config', 'set', 'model', 'new-model']);
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('could not be checked') });
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('new-model\n');
  });

  it('says on a terminal what is in force now, and what was, without values of headers', async () => {
    const cli = await createCli();
    const inTerminal = async (...argv: string[]): Promise<string> => {
      const terminal = startInTerminal(cli, ['config', ...argv], { columns: 120 });
      expect(await terminal.exitCode).toBe(0);
      return terminal.output;
    };
    expect(await inTerminal('set', 'theme', 'light')).toContain('theme is now light; it was auto.');
    expect(await inTerminal('unset', 'theme')).toContain('theme is now auto; it was light.');
    expect(await inTerminal('set', 'extra-headers', 'X-Key:hidden')).toMatch(
      /extra-headers is now X-Key \(/i,
    );
    const changed = await inTerminal('set', 'extra-headers', 'X-Other:more');
    expect(changed).not.toContain('hidden');
    expect(changed).not.toContain('more');
  });

  sampled.it.each([
    [['config', 'get', 'modle'], /there is no setting modle; did you mean model\?/],
    [['config', 'set', 'base-url', 'http://example.com'], /base-url must begin with https/],
    [['config', 'set', 'host', 'not a host'], /host is not a host name/],
    [['config', 'set', 'model', ''], /model must not be empty/],
  ])('refuses %j with code 2', async (argv, words) => {
    const cli = await createCli();
    const run = await cli.runHere(argv);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(words);
  });

  it('warns of a key that means nothing, and sets a broken file aside before it writes', async () => {
    const cli = await createCli();
    const path = join(cli.home, 'config', 'copilot-cli', 'config.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"modle": "x"}');
    expect((await cli.runHere(['config', 'list'])).stderr).toMatch(
      /a setting modle that means nothing here; did you mean model\?/,
    );
    writeFileSync(path, '{"model": "x"');
    expect((await cli.runHere(['config', 'list'])).code).toBe(3);
    const run = await cli.runHere(['config', 'set', 'model', 'y']);
    expect(run.code).toBe(0);
    const kept = /it is kept as (\S+), and/.exec(run.stderr)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('{"model": "x"');
  });

  it.each([40, 80, 120, 250])(
    'tells what every setting means on a terminal of %i columns',
    async (columns) => {
      const cli = await createCli();
      const env = { GITHUB_COPILOT_EXTRA_HEADERS: 'x-a: b', GITHUB_COPILOT_MODEL: 'gpt-5-mini' };
      const terminal = startInTerminal(cli, ['config', '--no-pager'], { columns, env });
      expect(await terminal.exitCode).toBe(0);
      const rows = stripVTControlCharacters(terminal.output).split('\r\n');
      const shown = rows.join(' ').replaceAll(/\s+/g, ' ');
      for (const [name, { description }] of Object.entries(settingDefinitions)) {
        expect(shown).toContain(`${name} `);
        expect(shown).toContain(description);
      }
      expect(shown).toContain('$GITHUB_COPILOT_EXTRA_HEADERS');
      expect(shown).not.toMatch(/\+\d column/);
      for (const line of rows) expect(line.length).toBeLessThanOrEqual(columns);
    },
  );
});

describe.skipIf(process.platform === 'win32')('a disk that takes only a part of a file', () => {
  it('leaves the settings as they were', async () => {
    const cli = await createCli();
    await cli.run(['config', 'set', 'base-url', `https://a.example/${'a'.repeat(1500)}`]);
    const file = join(cli.home, 'config', 'copilot-cli', 'config.json');
    const before = readFileSync(file, 'utf8');
    expect(before.length).toBeGreaterThan(1500);
    // One block, of 512 or 1,024 bytes.
    const words = [
      'ulimit -f 1; exec "$0" "$@"',
      process.execPath,
      binary,
      'config',
      'set',
      'theme',
      'light',
    ];
    const ended = spawnSync('/bin/sh', ['-c', ...words], { env: cli.env, encoding: 'utf8' });
    expect(ended.stderr).toMatch(/config\.json cannot be read or written/);
    expect(ended.status).toBe(3);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});
