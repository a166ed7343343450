import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** A copy of the credentials that somebody else than a finished command left. */
function leave(cli: Cli, name: string): void {
  mkdirSync(dirname(cli.credentialsFile), { recursive: true });
  const path = join(dirname(cli.credentialsFile), name);
  writeFileSync(path, `{"login":{"refresh":"gho_${canary}leftBehind"}}`, { mode: 0o600 });
}

const killed = 'credentials.json.tmp-1764201600a1b2c3';

describe('copies of the credentials', () => {
  sampled.it.each([
    ['a login that was killed while it wrote', killed],
    ['a broken file that was set aside', 'credentials.json.bad-2026-11-28T01-00-00-000Z'],
    ['a person who kept the old one', 'credentials.json.bak'],
    ['an editor that backs up', 'credentials.json~'],
    ['an editor that crashed', '.credentials.json.swp'],
  ])('of %s are gone after logout', async (_, name) => {
    const cli = await createCli();
    await cli.signIn();
    leave(cli, name);
    expect((await cli.runHere(['logout'])).code).toBe(0);
    expect(readdirSync(dirname(cli.credentialsFile))).toEqual(['compile-cache.key']);
  });

  it('are gone after logout where nobody is signed in any more', async () => {
    const cli = await createCli();
    leave(cli, killed);
    expect((await cli.runHere(['logout'])).code).toBe(0);
    expect(readdirSync(dirname(cli.credentialsFile))).toEqual([]);
  });

  it('of a killed login are gone after the next login', async () => {
    const cli = await createCli();
    leave(cli, killed);
    expect((await cli.runHere(['login'])).code).toBe(0);
    expect(readdirSync(dirname(cli.credentialsFile))).toEqual([basename(cli.credentialsFile)]);
  });

  it('go, and settings, templates and folders beside them stay', async () => {
    const cli = await createCli();
    await cli.signIn();
    const folder = dirname(cli.credentialsFile);
    writeFileSync(join(folder, 'config.json'), '{}');
    mkdirSync(join(folder, 'templates'));
    mkdirSync(join(folder, 'credentials.json.d'));
    mkdirSync(join(folder, 'token-exchange.lock'));
    utimesSync(join(folder, 'token-exchange.lock'), 1, 1);
    expect((await cli.runHere(['logout'])).code).toBe(0);
    const others = ['compile-cache.key', 'config.json', 'credentials.json.d', 'templates'];
    expect(readdirSync(folder).sort()).toEqual(others);
  });
});

describe.skipIf(process.platform === 'win32')('the file of the sign-in', () => {
  it('is closed to others by any command that reads it, and the person hears of it once', async () => {
    const cli = await createCli();
    await cli.signIn();
    chmodSync(cli.credentialsFile, 0o644);
    const run = await cli.run(['chat', 'hi']);
    expect(run.stdout).toBe('You said: hi\n');
    expect(run.stderr).toBe(
      `warning: ${cli.credentialsFile} was readable by others (mode 644); now only you can read it (600).\n`,
    );
    expect(modeOf(cli.credentialsFile)).toBe(0o600);
    expect((await cli.run(['chat', 'hi'])).stderr).toBe('');
  });

  it('is closed with its folder by status, which tells what is true afterwards', async () => {
    const cli = await createCli();
    await cli.signIn();
    chmodSync(dirname(cli.credentialsFile), 0o777);
    chmodSync(cli.credentialsFile, 0o666);
    const run = await cli.runHere(['status', '--json']);
    expect(run.stderr).toContain(`${dirname(cli.credentialsFile)} was readable by others (mode 777)`);
    expect(parseOutput(run)).toMatchObject({ token: { private: true } });
    expect([modeOf(cli.credentialsFile), modeOf(dirname(cli.credentialsFile))]).toEqual([0o600, 0o700]);
  });

  it.skipIf(process.getuid?.() !== 0)('is not called private where it belongs to somebody else', async () => {
    const { chownSync } = await import('node:fs');
    const cli = await createCli();
    await cli.signIn();
    chownSync(cli.credentialsFile, 4711, 4711);
    const run = await cli.runHere(['status']);
    expect(run.stdout).toContain(`${cli.credentialsFile} (it belongs to user 4711, who can read it too)`);
    expect(parseOutput(await cli.runHere(['status', '--json']))).toMatchObject({ token: { private: false } });
  });
});

describe('--debug', () => {
  it('names the headers that the person added and hides their values', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['chat', 'hi', '--debug'], {
      env: { GITHUB_COPILOT_EXTRA_HEADERS: `X-Company-Pass:${canary}-plain,X-Team:${canary}-blue` },
    });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('"x-company-pass":"[secret]","x-team":"[secret]"');
    expect(run.stderr).toContain('"openai-intent":"conversation-panel"');
    expect(existsSync(cli.credentialsFile)).toBe(true);
  });
});
