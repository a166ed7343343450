import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isIgnoredIn } from '../../attachments/list-files.ts';
import { isCredentialFile } from '../../credential-files.ts';
import type { Env } from '../../env.ts';
import { isInside } from '../../is-inside.ts';
import { once } from '../../once.ts';
import { quoteValue, showName } from '../../terminal-text.ts';
import { traceLinks } from '../../write-atomically.ts';
import { type SpecialPath, ToolError } from '../tool.ts';

/** Where a path of a model leads. */
export type Place = {
  /** Absolute and real: links are followed, and the case is that of the disk. */
  path: string;
  special: SpecialPath | undefined;
  /** Undefined if there is nothing yet. Otherwise a file or a folder. */
  stats: Stats | undefined;
  /** Whether a change of it tells what is in it. */
  reads?: true;
};

export type Places = {
  /** Throws PlaceError for what is neither file nor folder, and for what cannot be looked at. */
  locate(path: string, use: Use, signal: AbortSignal): Promise<Place>;
  /** The folder of the person, real. */
  findFolder(): Promise<string>;
  /** For files that are found while a folder is read, real paths: those that are special by themselves. */
  createJudge(): Promise<FoundJudge>;
  /** Files of secrets by their identity (`toIdentity`), because they may have a second name. */
  listSecretFiles(): Promise<Set<string>>;
  /** As a model and a person read it: relative in the person's folder, on one line. */
  show(path: string): string;
  /** The same beside words of ours, in the line about a call. */
  quote(path: string): string;
};

/** `edit` is a change that tells what is in a file. */
type Use = 'read' | 'write' | 'edit';

type FoundJudge = {
  judge(path: string): Extract<SpecialPath, 'own' | 'credential'> | undefined;
  isOwn(path: string): boolean;
};

export type PlacesOptions = {
  cwd: string;
  home: string;
  env: Env;
  /** Folders that the model was given. */
  roots: readonly string[];
  /** Folders of this program: settings, conversations, caches. */
  ownFolders: readonly string[];
  /** The folder of long outputs in one of them. It may be read. */
  outputFolder: string;
};

/** They show the insides of processes and devices. `/dev/fd/3` and `/proc/self/root` lead anywhere. */
const systemFolders = ['/proc', '/dev', '/sys'];

export function createPlaces({ cwd, home, env, roots, ownFolders, outputFolder }: PlacesOptions): Places {
  const find = once(async () => {
    const toReal = (paths: readonly string[]): Promise<string[]> =>
      Promise.all(paths.map((path) => followExisting(resolve(cwd, path))));
    const [realCwd = cwd, output = outputFolder] = await toReal([cwd, outputFolder]);
    return { roots: await toReal(roots), own: await toReal(ownFolders), output, cwd: realCwd };
  });

  async function judge(
    path: string,
    stats: Stats | undefined,
    use: Use,
    signal: AbortSignal,
  ): Promise<SpecialPath | undefined> {
    const { roots: realRoots, own, output } = await find();
    if (isInside(path, output) && use === 'read') return undefined;
    if (own.some((folder) => isInside(path, folder))) return 'own';
    if (isCredentialFile(path)) return 'credential';
    if (stats?.isFile() && stats.nlink > 1 && (await listSecretFiles()).has(toIdentity(stats)))
      return 'credential';
    const holders = realRoots.filter((root) => isInside(path, root));
    if (holders.length === 0) return 'outside';
    const visible = holders.filter((root) => !hasHidden(relative(root, path)));
    if (visible.length === 0) return 'hidden';
    const isFolder = stats?.isDirectory() ?? false;
    const loading = { isFolder, person: { home, env }, signal };
    const ignored = await Promise.all(visible.map((root) => isIgnoredIn(root, path, loading)));
    return ignored.every(Boolean) ? 'ignored' : undefined;
  }

  function toName(path: string): string {
    return isInside(path, cwd) ? relative(cwd, path) || '.' : path;
  }

  /** Those of known places and of the folders that the model was given: looking through a disk would take minutes. */
  async function listSecretFiles(): Promise<Set<string>> {
    const { own } = await find();
    const folders = [...own, ...secretFolders.map((folder) => join(home, folder))];
    const inside = await Promise.all(
      folders.map(async (folder) => {
        const names = await readdir(folder).catch((): string[] => []);
        return names.slice(0, mostSecretFiles).map((name) => join(folder, name));
      }),
    );
    const given = await listOwnSecrets();
    const files = [...inside.flat(), ...secretFiles.map((file) => join(home, file)), ...given];
    const identities = await Promise.all(
      files.map((file) =>
        stat(file).then(
          (stats) => (stats.isFile() && stats.nlink > 1 ? toIdentity(stats) : ''),
          () => '',
        ),
      ),
    );
    return new Set(identities.filter(Boolean));
  }

  /** Files of the given folders that look secret by their names. */
  async function listOwnSecrets(): Promise<string[]> {
    const left = [...(await find()).roots];
    const found: string[] = [];
    for (let count = 0; left.length > 0 && count < mostSearchedFolders; count += 1) {
      const folder = left.shift() ?? '';
      for (const entry of await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && !/^(?:node_modules|\.git)$/.test(entry.name)) left.push(path);
        else if (entry.isFile() && isCredentialFile(path)) found.push(path);
      }
    }
    return found;
  }

  /** Whether Windows would ask another machine, or open a device or a hidden part of a file, for a path that nobody gave the model. */
  async function isElsewhere(path: string): Promise<boolean> {
    if (process.platform !== 'win32') return false;
    const { roots: realRoots } = await find();
    return isOddOnWindows(path) && ![...roots, ...realRoots].some((root) => isInside(path, root));
  }

  return {
    async locate(text, use, signal) {
      const typed = resolve(cwd, expandHome(text, home));
      if (isOfSystem(typed)) throw createSystemError(text);
      if (await isElsewhere(typed))
        throw new ToolError(`${showName(text)} is on another machine or a device.`);
      const reads = use === 'edit' && { reads: true as const };
      let path = typed;
      try {
        path = await followLinks(typed, text);
        if (isOfSystem(path)) throw createSystemError(text);
        const stats = await lstat(path).catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw createAccessError(text, error);
        });
        if (stats && !stats.isFile() && !stats.isDirectory())
          throw new ToolError(`${showName(text)} is neither a file nor a folder.`);
        return { path, stats, special: await judge(path, stats, use, signal), ...reads };
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        // That a link leads nowhere tells what is not where it leads. The first place that is special counts: all behind it is seen from there.
        let place: Place = { path, stats: undefined, special: undefined, ...reads };
        for (const led of path === typed ? traceLinks(typed) : [path]) {
          place = { ...place, path: led, special: await judge(led, undefined, use, signal) };
          if (place.special !== undefined) break;
        }
        throw new PlaceError([place], error.message);
      }
    },
    findFolder: async () => (await find()).cwd,
    async createJudge() {
      const { own } = await find();
      const isOwn = (path: string): boolean => own.some((folder) => isInside(path, folder));
      return {
        isOwn,
        judge: (path) => (isOwn(path) ? 'own' : isCredentialFile(path) ? 'credential' : undefined),
      };
    },
    listSecretFiles,
    show: (path) => showName(toName(path)),
    quote: (path) => quoteValue(toName(path)),
  };
}

/** `\\\\server\\share`, `\\\\.\\device`, `file:part`. */
export function isOddOnWindows(path: string): boolean {
  return /^[\\/]{2}/.test(path) || path.slice(2).includes(':');
}

function isOfSystem(path: string): boolean {
  return systemFolders.some((folder) => isInside(path, folder));
}

function createSystemError(text: string): ToolError {
  return new ToolError(`${showName(text)} belongs to the system and cannot be used.`);
}

/** A failure that tells something about a place, such as that there is nothing, or what is not in it: whoever hears it must be allowed to read. */
export class PlaceError extends ToolError {
  readonly places: readonly Place[];

  constructor(places: readonly Place[], message: string) {
    super(message);
    this.places = places;
  }
}

/** Does something that finds out about a place. What the system says of it is told with the model's name for it. */
export function findOut<T>(place: Place, label: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    const { message } = error instanceof ToolError ? error : createAccessError(label, error);
    throw new PlaceError([place], message);
  }
}

/** `~user` is no home folder here: it could be that of anybody. */
function expandHome(path: string, home: string): string {
  if (path === '') throw new ToolError('The path is empty.');
  if (path.includes('\0')) throw new ToolError('A path cannot hold a NUL.');
  return path === '~' || path.startsWith(`~${sep}`) || path.startsWith('~/')
    ? join(home, path.slice(1))
    : path;
}

/** The real path; what does not exist yet is added to the real path of what does. */
async function followLinks(path: string, label: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(await realpath(at), relative(at, path));
    } catch (error) {
      if (!isMissing(error) || dirname(at) === at) throw createAccessError(label, error);
      const isLink = await lstat(at).then(
        (stats) => stats.isSymbolicLink(),
        () => false,
      );
      if (isLink) throw new ToolError(`${showName(label)} is a link that leads nowhere.`);
    }
  }
}

const followExisting = (path: string): Promise<string> => followLinks(path, path).catch(() => path);

/** Which file it is, under whatever name. */
export function toIdentity({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

const mostSecretFiles = 200;
/** Those near the top come first. */
const mostSearchedFolders = 3000;
const secretFolders = ['.ssh', '.aws', '.azure', '.gnupg', '.kube', '.config/gh', '.config/github-copilot'];
const secretFiles = ['.netrc', '.npmrc', '.pypirc', '.git-credentials', '.docker/config.json', '.pgpass'];

function hasHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.'));
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const accessProblems: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'is a circle of links',
  ENAMETOOLONG: 'is too long a path',
};

/** What the system says about a path, as the model reads it. */
export function createAccessError(path: string, error: unknown): ToolError {
  const { code = 'unknown error' } = error as { code?: string };
  return new ToolError(`${showName(path)} ${accessProblems[code] ?? `cannot be used (${code})`}.`);
}

export function createMissingError(place: Place, label: string): PlaceError {
  return new PlaceError([place], `${showName(label)} does not exist.`);
}
