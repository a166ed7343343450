import { isAbsolute, join, sep } from 'node:path';
import type { Env } from '../env.ts';

/** The machine whose files are changed. */
export type Machine = {
  home: string;
  env: Env;
  platform?: NodeJS.Platform;
};

/** Where a client keeps its settings: the first of these folders that applies. */
export type Place = {
  /** The environment variable that names the folder. */
  variable?: string;
  /** Below the person's application data, on Windows. */
  windows?: string;
  /** Below the person's own folder, on macOS. */
  mac?: string;
  /** Below `$XDG_CONFIG_HOME`. */
  config?: string;
  /** Below the person's own folder. */
  home?: string;
  file: string;
  /** Another name of the file, used if only that one exists. */
  otherFile?: string;
};

/** The absolute paths of the files that come into question, the first choice first. */
export function listPaths(place: Place, machine: Machine): string[] {
  const folder = findFolder(place, machine);
  return [place.file, place.otherFile].filter((file) => file !== undefined).map((file) => join(folder, file));
}

/** The first choice as a person would write it. */
export function describePlace(place: Place, machine: Machine): string {
  const [path = place.file] = listPaths(place, machine);
  return describePath(path, machine);
}

/** With `~` for the person's own folder. */
export function describePath(path: string, { home }: Machine): string {
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

function findFolder(place: Place, { home, env, platform = process.platform }: Machine): string {
  const named = place.variable === undefined ? undefined : env[place.variable];
  if (named) return named;
  if (platform === 'win32' && place.windows !== undefined) {
    return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), place.windows);
  }
  if (platform === 'darwin' && place.mac !== undefined) return join(home, place.mac);
  if (place.config === undefined) return join(home, place.home ?? '');
  const { XDG_CONFIG_HOME: config } = env;
  return join(config && isAbsolute(config) ? config : join(home, '.config'), place.config);
}
