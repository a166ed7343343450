import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { runKeyCommand } from '../../src/endpoints/key-command.ts';
import { createFolder } from '../helpers/folder.ts';
import { createWindowsFolder } from '../helpers/windows-folder.ts';

let file: string;
const options = { env: process.env, signal: new AbortController().signal };

beforeEach(() => {
  file = join(createFolder(), 'pid');
});

it.each([
  ['yes', 'printed far more than a key'],
  ['cat /dev/zero', 'printed far more than a key'],
  ['echo locked >&2; exit 3', 'ended with 3: locked'],
  ['kill -9 $$', 'ended with SIGKILL'],
  ['no-such-program-of-keys', /ended with 127: .*not found/],
])('a command for a key that gives none is explained: %s', async (command, words) => {
  const run = runKeyCommand(command, 'acme', options);
  await expect(run).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(
      typeof words === 'string' ? `^there is no key for acme: its command ${words}$` : words,
    ),
  });
});

it('a command for a key has no input, and its output is the key', async () => {
  expect(await runKeyCommand('cat; echo the-key', 'acme', options)).toBe('the-key\n');
});

it('a command for a key runs in the home folder, and not where the person is', async () => {
  const home = realpathSync(createFolder());
  const env = { ...process.env, HOME: home };
  expect(await runKeyCommand('pwd -P', 'acme', { ...options, env })).toBe(`${home}\n`);
  const gone = { ...env, HOME: '/no/home' };
  expect(await runKeyCommand('echo key', 'acme', { ...options, env: gone })).toBe('key\n');
});

it('what a cancelled command for a key has started ends with it', async () => {
  const controller = new AbortController();
  const command = `sleep 600 & echo $! > '${file}'; wait`;
  const run = runKeyCommand(command, 'acme', { ...options, signal: controller.signal });
  const outcome = expect(run).rejects.toThrow('cancelled');
  await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, 'utf8')).toMatch(/^\d+\n$/), 5000);
  controller.abort(new Error('cancelled'));
  await outcome;
  await expectEnded();
});

it('what a command for a key that takes too long has started ends with it', {
  tags: ['deep'],
  timeout: 30_000,
}, async () => {
  const run = runKeyCommand(`sleep 600 & echo $! > '${file}'; wait`, 'acme', options);
  await expect(run).rejects.toThrow('its command took longer than 10 s');
  await expectEnded();
});

/** A zombie that nobody has reaped yet has ended, too. */
async function expectEnded(): Promise<void> {
  const pid = readFileSync(file, 'utf8').trim();
  await vi.waitFor(() => {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
    expect(stat).toMatch(/\) Z/);
  }, 5000);
}

it('what a cancelled command for a key has started ends with it on Windows, too', async () => {
  const controller = new AbortController();
  const { root, readWords } = createWindowsFolder();
  const env = { PATH: process.env.PATH, SYSTEMROOT: root };
  const command = `sleep 600 & echo > '${root}/begun'; wait`;
  const run = runKeyCommand(command, 'acme', { env, signal: controller.signal, platform: 'win32' });
  const outcome = expect(run).rejects.toThrow('cancelled');
  await vi.waitFor(() => expect(existsSync(join(root, 'begun'))).toBe(true), 5000);
  controller.abort(new Error('cancelled'));
  await outcome;
  await vi.waitFor(() => expect(readWords()).toMatch(/^\/pid \d+ \/t \/f$/), 5000);
});
