import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certificate, companyCa, mutual } from '../helpers/certificates.ts';
import { type Cli, createCli, githubToken } from '../helpers/cli.ts';

function write(cli: Cli, name: string, text: string, mode: number): string {
  const path = join(cli.home, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** The command that a warning names, as a shell runs it. */
function runAdvice(stderr: string, cwd: string): void {
  const [, command = ''] = /To close it: (.*)$/m.exec(stderr) ?? [];
  expect(spawnSync('sh', ['-c', command], { cwd })).toMatchObject({ status: 0 });
}

describe('a file of variables that others can read', () => {
  it.each([
    ['a token', 'GH_TOKEN=gho_0123456789abcdef'],
    ['a key of another service', 'ACME_API_KEY="0123456789"'],
    ['a password in a URL', 'HTTPS_PROXY=http://me:secret@127.0.0.1:9'],
    ['a value that looks like a token', 'MINE=gho_0123456789abcdef'],
    ['a secret behind export', 'A=1\r\nexport MY_PASSWORD=hunter22\r\n'],
  ])('is pointed out if it holds %s', async (_, text) => {
    const cli = await createCli();
    const file = write(cli, '.env', text, 0o644);
    const run = await cli.runHere(['--env-from', file, 'config', 'get', 'theme']);
    expect(run).toMatchObject({
      code: 0,
      stderr: `warning: ${file} holds secrets, and others can read it (mode 644). To close it: chmod 600 ${file}\n`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o644);
    runAdvice(run.stderr, cli.home);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await cli.runHere(['--env-from', file, 'config', 'get', 'theme'])).toMatchObject({ stderr: '' });
  });

  it.each([
    ['holds no secret', 'COPILOT_CLI_THEME=dark\nTOKEN_LIMIT=4000\nGH_TOKEN=\nAPI_KEY=\n', 0o644],
    ['is closed to others', 'GH_TOKEN=gho_0123456789abcdef', 0o600],
    ['only its owner can read', 'GH_TOKEN=gho_0123456789abcdef', 0o400],
  ])('is not pointed out if it %s', async (_, text, mode) => {
    const cli = await createCli();
    const file = write(cli, '.env', text, mode);
    expect(await cli.runHere(['--env-from', file, 'config', 'get', 'theme'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it.each(['my keys.env', "it's.env", '-keys.env', '$(touch x).env', '=keys.env'])(
    'is closed by the command that the warning names: %s',
    async (name) => {
      const cli = await createCli();
      const file = write(cli, name, 'GH_TOKEN=gho_0123456789abcdef', 0o644);
      const argv = [`--env-from=${name}`, 'config', 'get', 'theme'];
      const run = await cli.runHere(argv, { cwd: cli.home });
      expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining(`warning: ${name} holds`) });
      runAdvice(run.stderr, cli.home);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );
});

describe('a file for an endpoint that others can read', () => {
  const secret = JSON.stringify({ user: { api_token: '0123456789' } });
  const plain = JSON.stringify({ model: 'a', max_tokens: 100, messages: [] });

  it.each([
    ['--request', secret, true],
    ['--answer', JSON.stringify({ text: 'sk-0123456789abcdef' }), true],
    ['--request', plain, false],
  ])('is pointed out if it holds secrets: %s %s', async (flag, text, isWarned) => {
    const cli = await createCli();
    await cli.runHere(['endpoints', 'add', 'a', '--url', 'https://a.example/v1']);
    const file = write(cli, 'sample.json', text, 0o644);
    const run = await cli.runHere(['endpoints', 'test', 'a', '--dry-run', flag, file]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr.includes(`${file} holds secrets, and others can read it`)).toBe(isWarned);
  });

  it('is pointed out if it sets one', async () => {
    const cli = await createCli();
    const file = write(cli, 'a.json', '{"request":{"set":{"auth.token":"0123456789"}}}', 0o640);
    const add = ['endpoints', 'add', 'a', '--url', 'https://a.example/v1', '--adapt', file];
    expect((await cli.runHere(add)).stderr).toContain('holds secrets, and others can read it (mode 640)');
  });
});

describe('a private key for a company network that others can read', () => {
  const pem = ['client.pem', 'client.key.pem'].map((name) => readFileSync(certificate(name), 'utf8'));
  const locked = readFileSync(certificate('client.locked-key.pem'), 'utf8');
  const passphrase = { COPILOT_CLI_CLIENT_KEY_PASSPHRASE: 'CANARY-passphrase' };

  it.each([
    ['is pointed out', pem[1], {}, 0o644, true],
    ['is pointed out where the certificate is in the same file', pem.join(''), {}, 0o640, true],
    ['is not pointed out if it needs a passphrase', locked, passphrase, 0o644, false],
    ['is not pointed out once it is closed', pem[1], {}, 0o600, false],
  ])('%s', async (_, text = '', env, mode, isWarned) => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } }, mutual());
    const file = write(cli, 'me.pem', text, mode);
    const run = await cli.runHere(['chat', 'hi'], {
      env: {
        GITHUB_COPILOT_TOKEN: githubToken,
        NODE_EXTRA_CA_CERTS: companyCa,
        COPILOT_CLI_CLIENT_CERT: text === pem.join('') ? file : certificate('client.pem'),
        ...(text !== pem.join('') && { COPILOT_CLI_CLIENT_KEY: file }),
        ...env,
      },
    });
    expect(run).toMatchObject({ code: 0, stdout: 'You said: hi\n' });
    expect(run.stderr).toBe(
      isWarned
        ? `warning: ${file} holds a private key, and others can read it (mode ${mode.toString(8)}). To close it: chmod 600 ${file}\n`
        : '',
    );
  });
});
