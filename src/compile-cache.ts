import {
  closeSync,
  fstatSync,
  mkdirSync,
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
  const store = openStore(process, findFolder(process.env));
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
    if (cachedData === undefined || script.cachedDataRejected) fresh.add(name);
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

/** Undefined where nothing is to be kept, or a user has no home. */
function findFolder(env: NodeJS.ProcessEnv): string | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE || env.NODE_V8_COVERAGE) return undefined;
  try {
    return toPaths(env).cacheFolder;
  } catch {
    return undefined;
  }
}

function openStore(
  { argv, version, arch, geteuid }: NodeJS.Process,
  cacheFolder: string | undefined,
): Store | undefined {
  if (cacheFolder === undefined) return undefined;
  const stage = ownStages.find((command) => command === argv[2]) ?? 'rest';
  const builds = join(cacheFolder, 'compiled');
  const build = join(builds, `${BUILD_ID}-${version}-${arch}`);
  const folder = join(build, stage);
  // V8 runs what it is given without a check: a file of somebody else is none, as of the person whom sudo serves.
  const isOwn = ({ uid, mode }: Stats): boolean =>
    geteuid === undefined || (uid === geteuid() && (mode & 0o022) === 0);
  return {
    read(name) {
      try {
        return readTwice(join(folder, name), isOwn);
      } catch {
        return undefined;
      }
    },
    write(name, script) {
      try {
        // It comes with the first list of models, and goes with the last account.
        if (!isOwn(statSync(cacheFolder))) return;
        if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === build) removeOld(builds);
        const data = script.createCachedData();
        writeAtomically(join(folder, name), Buffer.concat([data, data]), { mode: 0o600 });
      } catch {
        // The next start compiles again.
      }
    },
  };
}

/**
 * Each file holds its code twice: V8 does not notice damage, and ends the process when it meets it. To compare the halves takes a tenth of a
 * millisecond, and to load Node's hashes three.
 */
function readTwice(path: string, isOwn: (stats: Stats) => boolean): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    if (!isOwn(fstatSync(file))) return undefined;
    const bytes = readFileSync(file);
    const code = bytes.subarray(0, bytes.length / 2);
    return code.equals(bytes.subarray(code.length)) ? code : undefined;
  } finally {
    closeSync(file);
  }
}

function removeOld(builds: string): void {
  for (const name of readdirSync(builds)) {
    const folder = join(builds, name);
    if (Date.now() - statSync(folder).mtimeMs > maxAgeMs) rmSync(folder, { recursive: true, force: true });
  }
}
