import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHome, toPaths } from '../../src/config/paths.ts';
import type { Env } from '../../src/env.ts';

type Row = {
  what: string;
  env: Env;
  platform?: NodeJS.Platform;
  config: string;
  cache: string;
  data: string;
};

const rows: Row[] = [
  {
    what: 'below the home folder',
    env: { HOME: '/home/u' },
    config: '/home/u/.config/copilot-cli',
    cache: '/home/u/.cache/copilot-cli',
    data: '/home/u/.local/share/copilot-cli',
  },
  {
    what: 'below the XDG folders',
    env: {
      HOME: '/home/u',
      XDG_CONFIG_HOME: '/x/config',
      XDG_CACHE_HOME: '/x/cache',
      XDG_DATA_HOME: '/x/data',
    },
    config: '/x/config/copilot-cli',
    cache: '/x/cache/copilot-cli',
    data: '/x/data/copilot-cli',
  },
  {
    what: 'below the XDG folders on macOS, too',
    env: { HOME: '/Users/u', XDG_CONFIG_HOME: '/x/config' },
    platform: 'darwin',
    config: '/x/config/copilot-cli',
    cache: '/Users/u/.cache/copilot-cli',
    data: '/Users/u/.local/share/copilot-cli',
  },
  {
    what: 'below the home folder where an XDG path is relative or empty',
    env: { HOME: '/home/u', XDG_CONFIG_HOME: 'config', XDG_CACHE_HOME: '' },
    config: '/home/u/.config/copilot-cli',
    cache: '/home/u/.cache/copilot-cli',
    data: '/home/u/.local/share/copilot-cli',
  },
  {
    what: "below Windows' own folders",
    env: { HOME: '/home/u', APPDATA: '/app/roaming', LOCALAPPDATA: '/app/local' },
    platform: 'win32',
    config: '/app/roaming/copilot-cli',
    cache: '/app/local/copilot-cli',
    data: '/app/roaming/copilot-cli',
  },
  {
    what: 'below the XDG folders on Windows where they are set',
    env: {
      HOME: '/home/u',
      APPDATA: '/app/roaming',
      LOCALAPPDATA: '/app/local',
      XDG_CONFIG_HOME: '/x/config',
    },
    platform: 'win32',
    config: '/x/config/copilot-cli',
    cache: '/app/local/copilot-cli',
    data: '/app/roaming/copilot-cli',
  },
  {
    what: "without regard to Windows' folders elsewhere",
    env: { HOME: '/home/u', APPDATA: '/app/roaming', LOCALAPPDATA: '/app/local' },
    config: '/home/u/.config/copilot-cli',
    cache: '/home/u/.cache/copilot-cli',
    data: '/home/u/.local/share/copilot-cli',
  },
];

describe('files are kept', () => {
  it.each(rows)('$what', ({ env, platform = 'linux', config, cache, data }) => {
    expect(toPaths(env, platform)).toEqual({
      configFolder: config,
      configFile: `${config}/config.json`,
      credentialsFile: `${config}/credentials.json`,
      endpointsFile: `${config}/endpoints.json`,
      approvalsFile: `${config}/approvals.json`,
      templatesFolder: `${config}/templates`,
      cacheFolder: cache,
      dataFolder: data,
    });
  });

  it('below the home folder of the account where HOME is not set', () => {
    expect(toPaths({}, 'linux').configFile).toBe(join(homedir(), '.config', 'copilot-cli', 'config.json'));
  });
});

describe('a number that no user has, as in some containers', () => {
  const folders = { XDG_CONFIG_HOME: '/x/c', XDG_CACHE_HOME: '/x/k', XDG_DATA_HOME: '/x/d' };
  const readNobody = (): string => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };

  it.each(Object.keys(folders))('is told to set HOME if it has no %s', (name) => {
    const env = { ...folders, [name]: '' };
    expect(() => toPaths(env, 'linux', readNobody)).toThrow(
      expect.objectContaining({ code: 'config', hint: expect.stringMatching(/^Set HOME/) }),
    );
  });

  it('needs no home where all folders are set', () => {
    expect(findHome(folders, readNobody)).toBe(undefined);
    expect(toPaths(folders, 'linux', readNobody).cacheFolder).toBe('/x/k/copilot-cli');
  });

  it('has a home if HOME names one', () => {
    expect(findHome({ HOME: '/h' }, readNobody)).toBe('/h');
  });
});
