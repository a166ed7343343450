import { type Dirent, existsSync } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { holdsSecret, isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { readFileStart } from '../file-start.ts';
import { type FrontMatterField, parseFields, splitFrontMatter } from '../front-matter.ts';
import { compileGlob } from '../glob.ts';
import { toOneLine } from '../terminal-text.ts';

/** `path` is relative to the root of the repository, with slashes. */
export type Instructions = { path: string; text: string; appliesTo?: string[] };

type InstructionsOptions = {
  cwd: string;
  home: string;
  /** The files that the prompt is about, absolute or relative to `cwd`. */
  files: readonly string[];
  /** What all of them may have together, in bytes. */
  maxTotalBytes: number;
  /** Whether git ignores a file of the repository. Asked only for what a link leads to. */
  isIgnored(root: string, path: string): Promise<boolean>;
  onNotice: (sentence: string) => void;
  signal?: AbortSignal | undefined;
};

const maxBytes = 100 * 1024;
/** No repository has more of them for its paths; what lies beyond is not looked at. */
const maxScopedFiles = 200;
const maxScopedFolders = 200;
const repositoryFile = '.github/copilot-instructions.md';
const scopedFolder = '.github/instructions';

/**
 * What a repository tells a model, from the general to the particular: the file for all of it, the nearest AGENTS.md, and the files for
 * some of its paths. A file that cannot be used is left out with a notice: nobody asked for it by name.
 */
export async function loadInstructions(options: InstructionsOptions): Promise<Instructions[]> {
  const root = findRoot(options.cwd, options.home);
  const found: Instructions[] = [];
  let left = options.maxTotalBytes;
  const add = (one: Instructions): void => {
    const bytes = Buffer.from(one.text);
    if (one.text.trim() === '') return;
    if (left <= 0) {
      leaveOut(one.path, 'the files before it use all the room for instructions', options);
      return;
    }
    if (bytes.length > left)
      options.onNotice(
        `Only the first ${left} bytes of ${toOneLine(one.path)} are used: there is no room for more.`,
      );
    found.push({ ...one, text: bytes.length > left ? decodeStart(bytes, left) : one.text });
    left -= bytes.length;
  };
  const general = await readInside(root, repositoryFile, options);
  if (general !== undefined) add({ path: repositoryFile, text: general });
  const agents = await readAgentsFile(root, options);
  if (agents) add(agents);
  for (const path of await listScopedFiles(root, options)) {
    const scoped = await readScoped(root, path, options);
    if (scoped) add(scoped);
  }
  return found;
}

/** The nearest AGENTS.md that can be read. */
async function readAgentsFile(root: string, options: InstructionsOptions): Promise<Instructions | undefined> {
  for (const folder of listAncestors(options.cwd, root)) {
    const path = toSlashes(relative(root, join(folder, 'AGENTS.md')));
    const text = await readInside(root, path, options);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

async function readScoped(
  root: string,
  path: string,
  options: InstructionsOptions,
): Promise<Instructions | undefined> {
  const text = await readInside(root, path, options);
  if (text === undefined) return undefined;
  try {
    const { appliesTo, body } = await readScope(text);
    return applies(appliesTo, { root, path, options }) ? { path, text: body, appliesTo } : undefined;
  } catch (error) {
    leaveOut(path, error instanceof CliError ? error.message : String(error), options);
    return undefined;
  }
}

/** Folders behind links are not entered. */
async function listScopedFiles(root: string, { onNotice, signal }: InstructionsOptions): Promise<string[]> {
  const files: string[] = [];
  const folders = [scopedFolder];
  for (let index = 0; index < Math.min(folders.length, maxScopedFolders); index += 1) {
    signal?.throwIfAborted();
    const folder = folders[index] as string;
    const isLink = await lstat(join(root, folder)).then(
      (stats) => stats.isSymbolicLink(),
      () => true,
    );
    if (isLink) continue;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((): Dirent[] => []);
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`;
      if (entry.name.endsWith('.instructions.md')) files.push(path);
      else if (entry.isDirectory()) folders.push(path);
    }
  }
  if (files.length > maxScopedFiles)
    onNotice(`Only the first ${maxScopedFiles} files of ${scopedFolder} are looked at.`);
  return files.sort().slice(0, maxScopedFiles);
}

function applies(
  globs: readonly string[],
  { root, path, options }: { root: string; path: string; options: InstructionsOptions },
): boolean {
  if (globs.some((glob) => glob === '**' || glob === '**/*')) return true;
  const paths = options.files.map((file) => toSlashes(relative(root, resolve(options.cwd, file))));
  return globs.some((glob) => {
    const compiled = compileGlob(glob, { dot: true, braces: true });
    if (!compiled) leaveOut(path, `its pattern ${glob.slice(0, 40)} cannot be used`, options);
    return compiled && paths.some((file) => compiled.matches(file));
  });
}

/** The text of a regular file of the repository, its beginning if it is long; undefined if there is none. */
async function readInside(
  root: string,
  path: string,
  options: InstructionsOptions,
): Promise<string | undefined> {
  const { onNotice, signal } = options;
  signal?.throwIfAborted();
  try {
    if ((await lstat(join(root, path)).catch(() => undefined)) === undefined) return undefined;
    const [target, realRoot] = await Promise.all([realpath(join(root, path)), realpath(root)]);
    if (!target.startsWith(join(realRoot, sep)))
      return leaveOut(path, 'it is a link out of the repository', options);
    if (isCredentialFile(target)) return leaveOut(path, 'it is a link to a file of secrets', options);
    // A repository may bring a link to a file that only this copy has, such as git's settings with a token in them.
    if (target !== join(realRoot, path)) {
      const leading = relative(realRoot, target);
      if (!isDocument(leading)) return leaveOut(path, 'it is a link to a file that is not Markdown', options);
      if (isHidden(leading)) return leaveOut(path, 'it is a link to a hidden file', options);
      if (await options.isIgnored(realRoot, target))
        return leaveOut(path, 'it is a link to a file that git ignores', options);
    }
    if (!(await stat(target)).isFile()) return leaveOut(path, 'it is not a file', options);
    const bytes = await readFileStart(target, maxBytes, signal, { kind: 'real' });
    if (bytes.includes(0)) return leaveOut(path, 'it is not a text file', options);
    const text = decodeStart(bytes, maxBytes);
    // It may be a second name of such a file, which no path shows.
    if (holdsSecret(text)) return leaveOut(path, 'it holds a key or a token', options);
    if (bytes.length > maxBytes) onNotice(`Only the first 100 KB of ${toOneLine(path)} are used.`);
    return text;
  } catch {
    signal?.throwIfAborted();
    return leaveOut(path, 'it cannot be read', options);
  }
}

function isDocument(path: string): boolean {
  return /\.(?:md|mdc|markdown)$/i.test(path) && !/(?:^|[/\\])\.git(?:[/\\]|$)/i.test(path);
}

/** Instructions usually lie in some hidden folders. */
const usualFolder =
  /^\.(?:github|agents?|ai|claude|codex|copilot|cursor|gemini|windsurf|opencode|junie|kiro|vscode)$/;

function isHidden(path: string): boolean {
  const [first = '', ...further] = path.split(sep);
  return (first.startsWith('.') && !usualFolder.test(first)) || further.some((name) => name.startsWith('.'));
}

/** Leaves out a character that the cut splits. */
function decodeStart(bytes: Buffer, length: number): string {
  return new TextDecoder().decode(bytes.subarray(0, length), { stream: bytes.length > length });
}

function leaveOut(path: string, reason: string, { onNotice }: InstructionsOptions): undefined {
  onNotice(`${toOneLine(path)} is left out: ${reason}.`);
}

function toSlashes(path: string): string {
  return path.replaceAll(sep, '/');
}

type ScopedText = {
  /** The globs of `applyTo`; empty without `applyTo`. */
  appliesTo: string[];
  body: string;
};

/** Longer front matter is refused, so the code that reads it may be slow. */
const longestYaml = 8192;

/** `applyTo` of a file of instructions, and the text below it. Throws CliError `config` for others. */
async function readScope(text: string): Promise<ScopedText> {
  const split = splitFrontMatter(text);
  if (!split) return { appliesTo: [], body: text };
  const { yaml, body } = split;
  if (yaml.length > longestYaml) throw createError('is too long');
  if (body === undefined) throw createError('has no second line of ---');
  const root = await parseFields(quoteGlob(yaml), {
    isStrict: false,
    createError: (line, reason) => createError(`is not YAML (line ${line})`, reason),
  });
  return { appliesTo: readApplyTo(root), body: body.replace(/^\s*\n/, '') };
}

/** Editors take `applyTo: **` without quotes, though a star means something else in YAML. */
function quoteGlob(head: string): string {
  return head.replace(
    /^(applyTo:[ \t]*)(\*[^\r\n]*?)[ \t]*$/m,
    (_, key, glob) => `${key}${JSON.stringify(glob)}`,
  );
}

function readApplyTo(root: FrontMatterField | undefined): string[] {
  if (!root || root.isEmpty) return [];
  if (!root.fields) throw createError('is not a list of fields');
  const field = root.fields.get('applyTo');
  if (!field) return [];
  const applyTo = field.value;
  const lists = Array.isArray(applyTo) ? applyTo : [applyTo];
  if (!lists.every((item) => typeof item === 'string')) throw createError('has an applyTo that is not text');
  return lists.flatMap(splitGlobs);
}

/** At commas, but not at those inside of braces. */
function splitGlobs(list: string): string[] {
  const globs = list.match(/(?:\{[^}]*\}|[^,])+/g) ?? [];
  return globs.map((glob) => glob.trim()).filter((glob) => glob !== '');
}

function createError(problem: string, cause?: unknown): CliError {
  return new CliError('config', `its front matter ${problem}`, {
    hint: 'Put the globs of applyTo in quotes, between two lines of ---.',
    cause,
  });
}

/**
 * The root of the git repository around a folder, or the folder itself outside of one. A repository that is the home folder holds
 * somebody's settings, and what lies below it is not one project with it.
 */
function findRoot(cwd: string, home: string): string {
  for (const folder of listAncestors(cwd)) {
    if (folder === home && cwd !== home) return cwd;
    if (existsSync(join(folder, '.git'))) return folder;
  }
  return cwd;
}

/** The folder, and all above it up to `last`. */
function listAncestors(folder: string, last?: string): string[] {
  const above = dirname(folder);
  return folder === last || above === folder ? [folder] : [folder, ...listAncestors(above, last)];
}
