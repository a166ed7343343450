import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An esbuild plugin against many small files. esbuild makes a file of every set of modules that the same entries share, and each file costs
 * time to open: with this, whatever is loaded later also names all that must have been loaded before it, so that what a start needs
 * is one set, and what the commands need is another. `metafile` is that of a build without it; `stages` are entries in the order in
 * which they are loaded. `next` is the entry that the last stage always loads a moment later: the last stage brings along what that entry
 * shares with others, which would be files of their own. What `apart`, an entry that only some runs load, shares with others is one file.
 */
export function gather(root, metafile, { stages, next, apart }) {
  // What a package takes by require() is run when it is asked for, with all that it names: esbuild wraps each such module in a function,
  // which is compiled twice. So it names nothing more.
  const required = listRequired(metafile);
  const later = listDynamicEntries(metafile).filter(
    (entry) => !stages.includes(entry) && !required.has(entry),
  );
  // To name the rest in such a module would make a circle, and constants would be used before they are set.
  const staged = new Set(stages.flatMap((stage) => [...listStatic(metafile, stage)]));
  const [early] = later.filter((entry) => staged.has(entry));
  if (early) throw new Error(`${early} is loaded before every import() of it: import it statically`);
  const before = new Map([...stages.slice(1), ...later].map((entry) => [entry, new Set()]));
  const others = new Set(
    later.filter((entry) => entry !== next).flatMap((entry) => [...listStatic(metafile, entry)]),
  );
  const shared = [...listStatic(metafile, next)].filter((file) => others.has(file) && file !== next);
  const lastStage = stages.at(-1);
  const inStages = new Set([...staged, ...shared]);
  const listApart = (entry) => [...listStatic(metafile, entry)].filter((file) => !inStages.has(file));
  const sharedApart = listApart(apart).filter((file) =>
    later.some((entry) => entry !== apart && listApart(entry).includes(file)),
  );
  for (const [entry, needed] of before) {
    const index = stages.indexOf(entry);
    for (const stage of index === -1 ? stages : stages.slice(0, index))
      for (const file of listStatic(metafile, stage)) needed.add(file);
    if (index === -1 || entry === lastStage) for (const file of shared) needed.add(file);
    if (index === -1 && listApart(entry).some((file) => sharedApart.includes(file)))
      for (const file of sharedApart) needed.add(file);
    for (const own of [entry, ...stages]) needed.delete(own);
  }
  return {
    name: 'gather',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.tsx?$/ }, ({ path }) => {
        const found = [...before].find(([entry]) => join(root, entry) === path);
        if (!found) return undefined;
        const imports = [...found[1]].map((file) => `import ${JSON.stringify(join(root, file))};\n`);
        return {
          contents: readFileSync(path, 'utf8') + imports.join(''),
          loader: path.endsWith('x') ? 'tsx' : 'ts',
        };
      });
    },
  };
}

/** Our own modules that are loaded by `import()`. */
function listDynamicEntries({ inputs }) {
  const targets = Object.values(inputs).flatMap(({ imports }) =>
    imports.flatMap(({ kind, path, external }) => (kind === 'dynamic-import' && !external ? path : [])),
  );
  return [...new Set(targets)].filter(isOwn);
}

/** Our own modules that packages load by require(), with what these import. */
function listRequired(metafile) {
  const targets = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.flatMap(({ kind, path, external }) => (kind === 'require-call' && !external ? path : [])),
  );
  return new Set(targets.flatMap((target) => [...listLoaded(metafile, target)].filter(isOwn)));
}

/** Our own modules that are loaded with one of them, itself included. */
function listStatic(metafile, entry) {
  return listLoaded(metafile, entry, isOwn);
}

function listLoaded({ inputs }, entry, isWanted = () => true) {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file) || !isWanted(file)) return;
    seen.add(file);
    for (const { kind, path, external } of inputs[file]?.imports ?? [])
      if (kind === 'import-statement' && !external) visit(path);
  };
  visit(entry);
  return seen;
}

function isOwn(file) {
  return file.startsWith('src/');
}
