import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { canOpenBrowser, openBrowser } from '../../src/terminal/browser.ts';

type Env = Record<string, string>;

describe('a browser', () => {
  it.each<[name: string, env: Env, platform: NodeJS.Platform, can: boolean]>([
    ['can open on a Mac', {}, 'darwin', true],
    ['can open on Windows', {}, 'win32', true],
    ['can open on X11', { DISPLAY: ':0' }, 'linux', true],
    ['can open on Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    ['can open on Windows from its Linux', { WSL_DISTRO_NAME: 'Ubuntu' }, 'linux', true],
    ['cannot open on a Linux without a screen', {}, 'linux', false],
    ['cannot open on a Linux with an empty DISPLAY', { DISPLAY: '' }, 'linux', false],
    ['would open elsewhere over SSH', { SSH_CONNECTION: 'a 1 b 2', DISPLAY: ':0' }, 'linux', false],
    ['would open elsewhere over SSH to a Mac', { SSH_TTY: '/dev/ttys001' }, 'darwin', false],
    ['would open for nobody in CI', { CI: 'true' }, 'darwin', false],
    [
      'opens where BROWSER names one, even over SSH',
      { BROWSER: 'code', SSH_TTY: '/dev/pts/1' },
      'linux',
      true,
    ],
  ])('%s', (_, env, platform, can) => {
    expect(canOpenBrowser(env, platform)).toBe(can);
  });
});

describe.runIf(process.platform === 'linux')('opening a page', () => {
  /** Makes `script` the only browser of this machine, and gives the file that it can write to. */
  function setBrowser(script: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
    const browser = join(folder, 'browser');
    const opened = join(folder, 'opened');
    writeFileSync(browser, `#!/bin/sh\n${script.replaceAll('OPENED', opened)}\n`);
    chmodSync(browser, 0o700);
    vi.stubEnv('BROWSER', browser);
    vi.stubEnv('DISPLAY', '');
    vi.stubEnv('WAYLAND_DISPLAY', '');
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    });
    return opened;
  }

  it('hands the URL to the browser', async () => {
    const opened = setBrowser('printf %s "$1" > "OPENED"');
    expect(await openBrowser('https://github.com/login/device?a=b&c=d')).toBe(true);
    expect(readFileSync(opened, 'utf8')).toBe('https://github.com/login/device?a=b&c=d');
  });

  it('is false if the browser fails', async () => {
    setBrowser('exit 1');
    expect(await openBrowser('https://github.com/login/device')).toBe(false);
  });

  it('does not wait for a browser that stays open', async () => {
    const opened = setBrowser('echo $$ > "OPENED"; exec sleep 30');
    expect(await openBrowser('https://github.com/login/device')).toBe(true);
    process.kill(Number(readFileSync(opened, 'utf8')));
  });
});
