import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { isInBackground } from '../../src/terminal/job.ts';
import { createFolder } from '../helpers/folder.ts';
import { writeScript } from '../helpers/write-script.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each<NodeJS.Platform>(['win32', 'darwin', 'freebsd', 'linux'])(
  'whether we are in the background is not asked of a program of PATH: %s',
  (platform) => {
    const folder = createFolder();
    const log = join(folder, 'log');
    writeScript(folder, 'ps', `echo run > '${log}'; echo 1 2`);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    isInBackground(platform);
    expect(existsSync(log)).toBe(false);
  },
);

it('on Windows, nobody is in the background', () => {
  expect(isInBackground('win32')).toBe(false);
});
