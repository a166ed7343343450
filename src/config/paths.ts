import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';

/** Where this program keeps files. Nothing here touches the disk. */
type Paths = {
  configFolder: string;
  /** `config.json`: settings a person may edit. */
  configFile: string;
  /** `credentials.json`: the list of secrets, and those that no key store holds. */
  credentialsFile: string;
  /** `endpoints.json`: services of the person's own, beside Copilot. No secrets. */
  endpointsFile: string;
  /** `approvals.json`: what tools may do, by folder. */
  approvalsFile: string;
  /** Prompt templates. */
  templatesFolder: string;
  /** What can be fetched or made again (lists, the compiled program), and long outputs of tools. */
  cacheFolder: string;
  /** Conversations and other records of use. */
  dataFolder: string;
};

/**
 * The XDG base directories on every system, as in gh, else Windows' own folders. Relative paths in XDG variables and HOME are ignored, as
 * XDG demands: the current folder must not supply settings. Throws CliError `config` if a home folder is needed and there is none.
 */
export function toPaths(
  env: Env,
  platform: NodeJS.Platform = process.platform,
  readUser = readUserHome,
): Paths {
  const home = findHome(env, readUser);
  const choose = (xdg: string | undefined, windows: string | undefined, fallback: string): string => {
    if (xdg && isAbsolute(xdg)) return join(xdg, 'copilot-cli');
    if (platform === 'win32' && windows) return join(windows, 'copilot-cli');
    if (home === undefined) throw createHomelessError();
    return join(home, fallback, 'copilot-cli');
  };
  const configFolder = choose(env.XDG_CONFIG_HOME, env.APPDATA, '.config');
  return {
    configFolder,
    configFile: join(configFolder, 'config.json'),
    credentialsFile: join(configFolder, 'credentials.json'),
    endpointsFile: join(configFolder, 'endpoints.json'),
    approvalsFile: join(configFolder, 'approvals.json'),
    templatesFolder: join(configFolder, 'templates'),
    cacheFolder: choose(env.XDG_CACHE_HOME, env.LOCALAPPDATA, '.cache'),
    dataFolder: choose(env.XDG_DATA_HOME, env.APPDATA, join('.local', 'share')),
  };
}

/** Undefined for a number that no user has, for which a container may run a program. */
export function findHome(env: Env, readUser = readUserHome): string | undefined {
  if (env.HOME && isAbsolute(env.HOME)) return env.HOME;
  try {
    return env.USERPROFILE ?? readUser();
  } catch {
    return undefined;
  }
}

function readUserHome(): string {
  return userInfo().homedir;
}

function createHomelessError(): CliError {
  return new CliError('config', 'this user has no home folder', {
    hint: 'Set HOME to a folder for settings, or XDG_CONFIG_HOME, XDG_CACHE_HOME and XDG_DATA_HOME.',
  });
}

/** The person's own keys of the chat, beside the file of the settings. */
export function toKeymapPath(settingsPath: string): string {
  return join(dirname(settingsPath), 'keys.json');
}

/** The folder of the settings, if a variable moved it. */
export function findMovedFolder(env: Env, platform: NodeJS.Platform = process.platform): string | undefined {
  const folder = toPaths(env, platform).configFolder;
  return folder === findUsualFolder(env, platform) ? undefined : folder;
}

/** Undefined if the user has no home folder, as in some containers. */
function findUsualFolder({ APPDATA: appData }: Env, platform: NodeJS.Platform): string | undefined {
  if (platform === 'win32' && appData) return join(appData, 'copilot-cli');
  try {
    return join(readUserHome(), '.config', 'copilot-cli');
  } catch {
    return undefined;
  }
}
