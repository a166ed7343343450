import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClipboardImage } from '../../src/terminal/clipboard-image.ts';
import { createFolder } from '../helpers/folder.ts';
import { writeScript } from '../helpers/write-script.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\nand more', 'latin1');

type Case = {
  platform: NodeJS.Platform;
  env: Record<string, string>;
  program: string;
  /** What the program prints for an image, and the parameters that it is called with. */
  print: string;
  parameters: RegExp;
};

const cases: Record<string, Case> = {
  'macOS with pngpaste': {
    platform: 'darwin',
    env: {},
    program: 'pngpaste',
    print: 'cat image.png',
    parameters: /^-$/,
  },
  macOS: {
    platform: 'darwin',
    env: {},
    program: 'osascript',
    print: `printf '«data PNGf${png.toString('hex').toUpperCase()}»\\n'`,
    parameters: /«class PNGf»/,
  },
  Wayland: {
    platform: 'linux',
    env: { WAYLAND_DISPLAY: 'wayland-0' },
    program: 'wl-paste',
    print: 'cat image.png',
    parameters: /--type image\/png/,
  },
  X11: {
    platform: 'linux',
    env: { DISPLAY: ':0' },
    program: 'xclip',
    print: 'cat image.png',
    parameters: /-selection clipboard .*image\/png -out/,
  },
  WSL: {
    platform: 'linux',
    env: { WSL_DISTRO_NAME: 'Ubuntu', WAYLAND_DISPLAY: 'wayland-0' },
    program: 'powershell.exe',
    print: `printf '${png.toString('base64')}\\r\\n'`,
    parameters: /-STA .*GetImage/,
  },
  Windows: {
    platform: 'win32',
    env: {},
    program: 'powershell.exe',
    print: `printf '${png.toString('base64')}\\r\\n'`,
    parameters: /-STA .*GetImage/,
  },
};

/** A PATH with nothing but this program, and what the shell needs. */
function createPath(program: string, script: string): { path: string; folder: string } {
  const folder = createFolder({ 'image.png': png });
  writeScript(folder, program, `cd ${folder}\nPATH=/bin:/usr/bin\necho "$@" > parameters\n${script}`);
  return { path: folder, folder };
}

describe('an image of the clipboard', () => {
  it.each(Object.entries(cases))(
    'is read on %s',
    async (_, { platform, env, program, print, parameters }) => {
      const { path, folder } = createPath(program, print);
      const image = await readClipboardImage({ env: { ...env, PATH: path }, platform });
      expect(image).toEqual({ type: 'image', bytes: png });
      expect(readFileSync(join(folder, 'parameters'), 'utf8').trim()).toMatch(parameters);
    },
  );

  it.each(Object.entries(cases))('may not be there: %s', async (_, { platform, env, program }) => {
    const { path } = createPath(program, 'exit 1');
    expect(await readClipboardImage({ env: { ...env, PATH: path }, platform })).toEqual({ type: 'none' });
  });

  it('is none if the program prints nothing', async () => {
    const { path } = createPath('powershell.exe', 'exit 0');
    expect(await readClipboardImage({ env: { PATH: path }, platform: 'win32' })).toEqual({ type: 'none' });
  });

  it.each([
    [
      { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' },
      'wl-paste, which is not here; install the package wl-clipboard',
    ],
    [{ DISPLAY: ':0' }, 'xclip, which is not here; install the package xclip'],
    [{ WSL_INTEROP: '/run/x' }, 'powershell.exe, which is not here'],
    [{}, 'neither WAYLAND_DISPLAY nor DISPLAY is set'],
  ])('cannot be read if the program is missing: %j', async (env, reason) => {
    const image = await readClipboardImage({ env: { ...env, PATH: createFolder() }, platform: 'linux' });
    expect(image).toEqual({ type: 'unavailable', reason: expect.stringContaining(reason) });
  });
});
