import { createHmac, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { toPaths } from './config/paths.ts';
import { ensureFolder } from './ensure-folder.ts';
import { writeAtomically } from './write-atomically.ts';

/** Identifies the files of the bundle: changes whenever one of them does. The build writes it. */
declare const BUILD_ID: string;

/** Commands whose code is kept by itself: V8 keeps the functions that ran, and what these run is worth it. */
const ownStages = ['chat', 'run', 'serve'];

/** A program that runs for longer keeps its code before V8 throws away functions that it has not run for a while. In milliseconds. */
const keepAfterMs = 5_000;

/** What was kept of another build or Node goes after so long. In milliseconds. */
const maxAgeMs = 30 * 24 * 60 * 60 * 1000;

/** Around each file of the bundle, as Node's own loader does it. */
const [head, tail] = ['(function(exports,require,module,__filename,__dirname){', '\n})'];

type Module = { exports: unknown };

type Wrapper = (
  exports: unknown,
  require: (name: string) => unknown,
  module: Module,
  filename: string,
  dirname: string,
) => void;

/**
 * Loads a file of the bundle, with all that it loads now and later. To compile them takes a third of a start, so what V8 compiled is kept in
 * the cache folder for the next time. Node 22.1 and later can do so too (`module.enableCompileCache`), but not Node 20. Heeds
 * Node's own switches: `NODE_DISABLE_COMPILE_CACHE`, and `NODE_V8_COVERAGE`, which measures less in code that was kept.
 *
 * Throws what a module throws while it loads, and `MODULE_NOT_FOUND` if a file is gone.
 */
export function loadProgram(entry: string, process: NodeJS.Process): unknown {
  const store = openStore(process);
  const requireOther = createRequire(entry);
  const modules = new Map<string, Module>();
  const scripts = new Map<string, Script>();
  /** Those of which nothing was kept. */
  const fresh = new Set<string>();
  let isYoung = true;

  const load = (file: string, asker: string): unknown => {
    const loaded = modules.get(file);
    if (loaded) return loaded.exports;
    const name = basename(file);
    const cachedData = store?.read(name);
    const script = new Script(`${head}${readSource(file, asker)}${tail}`, {
      filename: file,
      columnOffset: -head.length,
      ...(cachedData && { cachedData }),
    });
    scripts.set(name, script);
    if (!cachedData || script.cachedDataRejected) fresh.add(name);
    const module: Module = { exports: {} };
    modules.set(file, module);
    const requireHere = (wanted: string): unknown =>
      wanted.startsWith('.') ? load(join(dirname(file), wanted), file) : requireOther(wanted);
    // Code that was kept has no import() of its own in Node 20.
    const lent = Object.assign(requireHere, { import: (wanted: string) => import(wanted) });
    const run: Wrapper = script.runInThisContext();
    run(module.exports, lent, module, file, dirname(file));
    return module.exports;
  };

  const keep = (): void => {
    // A run that loads something new calls functions that nobody has called before, in the other files, too.
    const kept = fresh.size > 0 && isYoung ? scripts.keys() : fresh;
    for (const name of kept) {
      const script = scripts.get(name);
      if (script) store?.write(name, script);
    }
    fresh.clear();
    isYoung = false;
  };
  if (store) {
    process.on('exit', keep);
    setTimeout(keep, keepAfterMs).unref();
  }
  return load(entry, entry);
}

function readSource(file: string, asker: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    // The words of Node, which errors.ts knows.
    const message = `Cannot find module '${file}'\nRequire stack:\n- ${asker}`;
    throw Object.assign(new Error(message, { cause }), { code: 'MODULE_NOT_FOUND' });
  }
}

type Store = {
  /** Undefined if there is nothing that can be trusted. */
  read(name: string): Buffer | undefined;
  /** Does nothing where the disk refuses. */
  write(name: string, script: Script): void;
};

/** Undefined where nothing is to be kept. */
function openStore(given: NodeJS.Process): Store | undefined {
  const { env, argv, version, arch } = given;
  if (env.NODE_DISABLE_COMPILE_CACHE || env.NODE_V8_COVERAGE) return undefined;
  const { cacheFolder, configFolder } = findFolders(env) ?? {};
  if (cacheFolder === undefined || configFolder === undefined) return undefined;
  const isOwn = createOwnerCheck(given);
  const keyFile = join(configFolder, 'compile-cache.key');
  const stage = ownStages.find((command) => command === argv[2]) ?? 'rest';
  const places = ['compiled', `${BUILD_ID}-${version}-${arch}`, stage];
  const folder = join(cacheFolder, ...places);
  let key = readKey(configFolder, keyFile, isOwn);

  /** What says that the code was written here, and for this file: whoever writes in the cache folder does not know the key. */
  const sign = (name: string, code: Uint8Array): Buffer =>
    createHmac('sha256', key ?? '')
      .update(join(...places, name))
      .update(code)
      .digest();

  return {
    read(name) {
      const bytes = key && readOwn(join(folder, name), isOwn);
      if (!bytes) return undefined;
      const code = bytes.subarray(signatureBytes);
      return sign(name, code).equals(bytes.subarray(0, signatureBytes)) ? code : undefined;
    },
    write(name, script) {
      try {
        // It comes with the first list of models, and goes with the last account.
        if (!isOwn(statSync(cacheFolder)) || !makeFolders(cacheFolder, places, isOwn)) return;
        key ??= makeKey(configFolder, keyFile, isOwn);
        const code = script.createCachedData();
        if (key)
          writeAtomically(join(folder, name), Buffer.concat([sign(name, code), code]), { mode: 0o600 });
      } catch {
        // The next start compiles again.
      }
    },
  };
}

/** Undefined for a user without a home. */
function findFolders(env: NodeJS.ProcessEnv): ReturnType<typeof toPaths> | undefined {
  try {
    return toPaths(env);
  } catch {
    return undefined;
  }
}

type OwnerCheck = (stats: Stats) => boolean;

/** Whether a file or folder is this user's. Under sudo, those of the person are not. */
function createOwnerCheck({ geteuid }: NodeJS.Process): OwnerCheck {
  return ({ uid }) => geteuid === undefined || uid === geteuid();
}

const signatureBytes = 32;
const keyBytes = 32;

/** The key is where settings are: whoever writes there can have programs started anyway. */
function readKey(configFolder: string, keyFile: string, isOwn: OwnerCheck): Buffer | undefined {
  const stats = statSync(configFolder, { throwIfNoEntry: false });
  const key = stats && isOwn(stats) ? readOwn(keyFile, isOwn) : undefined;
  return key?.length === keyBytes ? key : undefined;
}

/** Undefined without a folder of settings, which comes with the first sign-in. */
function makeKey(configFolder: string, keyFile: string, isOwn: OwnerCheck): Buffer | undefined {
  if (!isOwn(statSync(configFolder))) return undefined;
  writeAtomically(keyFile, randomBytes(keyBytes), { mode: 0o600 });
  // Another process may have made one at the same time.
  return readKey(configFolder, keyFile, isOwn);
}

/** Undefined if there is no such file, or if it is a link, a pipe or somebody else's, or others can write it. */
function readOwn(path: string, isOwn: OwnerCheck): Buffer | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      const isOpen = process.platform !== 'win32' && (stats.mode & 0o022) !== 0;
      return stats.isFile() && isOwn(stats) && !isOpen ? readFileSync(file) : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Makes folders in one another. False if one of them is a link or somebody else's. */
function makeFolders(base: string, places: readonly string[], isOwn: OwnerCheck): boolean {
  let folder = base;
  for (const place of places) {
    const holder = folder;
    folder = join(folder, place);
    const isNew = ensureFolder(folder, 0o700);
    const stats = lstatSync(folder);
    if (!stats.isDirectory() || !isOwn(stats)) return false;
    if (isNew && buildName.test(place)) removeOld(holder);
  }
  return true;
}

const buildName = /^[\da-f]{12}-v[\d.]+-\w+$/;

function removeOld(builds: string): void {
  for (const name of readdirSync(builds).filter((build) => buildName.test(build))) {
    const folder = join(builds, name);
    if (Date.now() - lstatSync(folder).mtimeMs > maxAgeMs) rmSync(folder, { recursive: true, force: true });
  }
}
