import { readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, posix, resolve } from 'node:path';
import { holdsSecret, isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { addFile, advise, attach, flag } from '../hint.ts';
import { checkFolderLink, checkLink } from './check-link.ts';
import { decodeText } from './decode-text.ts';
import {
  checkStill,
  createMissingFileError,
  createUnreadableFileError,
  isMissing,
  toLasting,
} from './file-errors.ts';
import { createFinder, type Finder, type Found, readFound, toRealPath } from './found.ts';
import { expandGlob, type HeldFiles, listFound } from './held-files.ts';
import type { Person } from './ignore-files.ts';
import {
  checkOutcomes,
  createEmptyFileError,
  type FileRemark,
  type LeftOutReason,
  type Outcome,
  tellRemarks,
} from './left-out.ts';
import { findListed, judgeListed } from './listed.ts';

export type TextFile = {
  /** The path or URL as the person gave it. */
  label: string;
  text: string;
  /** The folder or glob that contains the file. */
  holder?: string;
};

/** The name that stands for stdin. */
export const stdinFile = '-';

export type CollectOptions = {
  cwd: string;
  person: Person;
  /** What was found out about names before: those that are judged elsewhere, too. */
  finder?: Finder;
  /** Contains our own secrets. */
  configFolder?: string;
  /** Reads piped input. Without it, `-` is a file name. */
  readStdin?: (() => Promise<Uint8Array>) | undefined;
  /** Folders that were only mentioned: they may be empty. */
  mayBeEmpty?: readonly string[];
  /** Paths after one flag: a shell may have put a folder among the files. */
  lists?: readonly (readonly string[])[];
  /** Whether the command itself writes this file. */
  isOwn?: ((path: string) => Promise<boolean>) | undefined;
  /** Without it, URLs are refused. */
  fetchText?: (url: string) => Promise<string>;
  /** Called for each file and page that the person named, while it is read. */
  followReading?: <T>(label: string, reading: Promise<T>) => Promise<T>;
  onNotice: (sentence: string) => void;
  /** Called instead with what is sent of empty files, for callers that may send nothing at all. */
  onEmpty?: (sentence: string) => void;
  signal?: AbortSignal | undefined;
};

/** More would fit into no model. */
export const maxTotalBytes = 10 * 1024 * 1024;

/** git checks this many bytes to tell whether a file is binary. */
const beginningBytes = 8000;

/**
 * Without `holder` the person named this very file, or a shell did if `isListed`. A file that looks secret is attached only if the person named
 * it.
 */
type Source = {
  label: string;
  holder?: string;
  isSecret?: boolean;
  isOdd?: boolean;
  isListed?: boolean;
  found?: Found;
};

type Expanding = CollectOptions & { finder: Finder };

/** The content of a file, or the reason why it is left out. */
type Taken<T> = { value: T; isLegacy?: boolean } | { leftOut: LeftOutReason };

/**
 * The texts of files, folders, globs and URLs, each once, in the given order. Throws CliError `usage` for what is missing, not a text file,
 * an empty folder or an empty pipe, and `input_too_large` above 10 MB in total.
 */
export async function collectFiles(specs: readonly string[], options: CollectOptions): Promise<TextFile[]> {
  let bytesLeft = maxTotalBytes;
  const taken = await takeSources(specs, options, async (source) => {
    const read = await readSource(source, bytesLeft, options);
    if ('leftOut' in read) return read;
    const file = read.value;
    bytesLeft -= Buffer.byteLength(file.text);
    if (bytesLeft < 0) throw createTooLargeError();
    return { ...read, value: source.holder === undefined ? file : { ...file, holder: source.holder } };
  });
  tellEmpty(taken, options.onEmpty ?? options.onNotice);
  return taken;
}

export function isBlank({ text }: Pick<TextFile, 'text'>): boolean {
  return text.trim() === '';
}

/** Reports empty files. An empty file in a folder of others is usual, such as `__init__.py` and `.gitkeep`, and not reported. */
function tellEmpty(files: readonly TextFile[], onNotice: CollectOptions['onNotice']): void {
  const isHeldWithText = new Map<string, boolean>();
  for (const file of files) {
    const { label, holder } = file;
    if (holder !== undefined) {
      isHeldWithText.set(holder, (isHeldWithText.get(holder) ?? false) || !isBlank(file));
    } else if (isBlank(file)) {
      onNotice(
        isUrl(label)
          ? `${label} has no text: only its URL is sent.`
          : `${label} is empty: only its name is sent.`,
      );
    }
  }
  for (const [holder, hasText] of isHeldWithText)
    if (!hasText) onNotice(`${holder} has only empty files: only their names are sent.`);
}

/**
 * The files and URLs that would be read, each once, in the given order. Leaves out other than text and what is empty from folders, globs and
 * lists. Throws as `collectFiles` does, except for errors of one file, and CliError `usage` for an empty file that was named.
 */
export async function listLabels(specs: readonly string[], options: CollectOptions): Promise<string[]> {
  return takeSources(specs, options, async (source) => {
    const { label, holder, isListed = false, found } = source;
    if (holder === undefined && !isListed) {
      if (!isUrl(label) && isEmptyFile(resolve(options.cwd, label))) throw createEmptyFileError(label);
      return { value: label };
    }
    const read = await readSourceText(source, maxTotalBytes, options).catch((error: unknown) => {
      if (error instanceof CliError && error.code === 'input_too_large') return { value: undefined };
      throw error;
    });
    // Whoever reads it later reads what was listed.
    if (found) options.finder?.keep(found);
    if ('value' in read && read.value && isBlank(read.value)) return { leftOut: 'blank' };
    // The reader of the text file reports this.
    return 'leftOut' in read ? read : { value: label };
  });
}

/** A longer file is not looked into, in bytes: it is read when its turn comes. */
const longestEmpty = 64;

/** Whether there is nothing to ask about. What cannot be looked at is told when its turn comes. */
function isEmptyFile(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= longestEmpty && isBlank({ text: readFileSync(path, 'utf8') });
  } catch {
    return false;
  }
}

async function takeSources<T>(
  specs: readonly string[],
  options: CollectOptions,
  take: (source: Source) => Promise<Taken<T>>,
): Promise<T[]> {
  const { cwd, isOwn, onNotice, mayBeEmpty = [], lists = [], finder = createFinder(cwd) } = options;
  const taken = new Map<string, T>();
  const leftOut = new Map<string, LeftOutReason>();
  const takeSource = async (source: Source): Promise<Taken<T>> => {
    const { label, isSecret, isOdd } = source;
    if (isOdd) return { leftOut: 'odd' };
    if (!isUrl(label) && (await isOwn?.(resolve(cwd, label)))) return { leftOut: 'own' };
    if (isSecret) return { leftOut: 'secret' };
    return take(source);
  };
  const remarks = new Map<FileRemark, string[]>();
  const remark = (kind: FileRemark, label: string): void => {
    const labels = remarks.get(kind);
    if (labels) labels.push(label);
    else remarks.set(kind, [label]);
  };
  const outcomes: Outcome[] = [];
  const listed = findListed(specs, lists);
  for (const spec of specs) {
    const found = new Map<string, string>();
    outcomes.push({ spec, found });
    const isListed = listed.has(spec);
    const reason = isListed ? await judgeListed(spec, await finder.find(spec), options) : undefined;
    if (reason !== undefined) {
      found.set(resolve(cwd, spec), spec);
      leftOut.set(resolve(cwd, spec), reason);
      remark(reason, spec);
      continue;
    }
    if (basename(spec) === '.git' && !spec.endsWith('/') && (await checkFolder(await finder.find(spec))))
      throw createGitError(spec);
    for (const expanded of await expandSpec(spec, { ...options, finder })) {
      const source = { ...expanded, isListed };
      const id = isUrl(source.label) ? source.label : resolve(cwd, source.label);
      found.set(id, source.label);
      // A file that its folder left out may also be named.
      if (taken.has(id) || (source.holder !== undefined && leftOut.has(id))) continue;
      const result = await takeSource(source);
      if ('value' in result) {
        taken.set(id, result.value);
        if (result.isLegacy) remark('legacy', source.label);
      } else {
        leftOut.set(id, result.leftOut);
        if (result.leftOut !== 'own') remark(result.leftOut, source.label);
      }
    }
  }
  tellRemarks(remarks, onNotice);
  checkOutcomes(outcomes, new Set(taken.keys()), leftOut, { mayBeEmpty, lists, onNotice });
  return [...taken.values()];
}

async function readSource(
  source: Source,
  maxBytes: number,
  options: CollectOptions,
): Promise<Taken<TextFile>> {
  const { label, holder } = source;
  const { readStdin: read, followReading = (_, reading) => reading } = options;
  if (isUrl(label)) return { value: await followReading(withoutPassword(label), fetchFile(label, options)) };
  if (label === stdinFile && read) return { value: await readStdin(read) };
  if (holder !== undefined) return readSourceText(source, maxBytes, options);
  await checkLink(label, toFound(source), options);
  return followReading(label, readSourceText(source, maxBytes, options));
}

async function expandSpec(spec: string, options: Expanding): Promise<Source[]> {
  const { cwd, configFolder, signal, readStdin, person, finder } = options;
  if (isUrl(spec) || (spec === stdinFile && readStdin)) return [{ label: spec }];
  const found = await finder.find(spec);
  const isFolder = await checkFolder(found);
  if (isFolder === false) return [{ label: spec, found }];
  const listed = await (isFolder ? expandFolder : expandGlob)(spec, { finder, person, signal });
  if (!listed) throw createMissingFileError(spec, cwd);
  const { base, folder, files, odd } = listed;
  await checkFolderLink(base, folder, { cwd, person, signal });
  const toLabel = isFolder ? join : posix.join;
  const ours = await toRealPath(configFolder);
  const sources = files.map((file): Source => {
    const [path, target] = [join(folder.path, file), join(folder.target ?? folder.path, file)];
    // The folder itself may be a link to secrets.
    const isSecret = isCredentialFile(path, configFolder) || isCredentialFile(target, ours);
    return { label: toLabel(base, file), holder: spec, isSecret, found: { path, target } };
  });
  return [...sources, ...odd.map((name) => ({ label: toLabel(base, name), holder: spec, isOdd: true }))];
}

async function expandFolder(
  spec: string,
  { finder, ...loading }: Pick<Expanding, 'finder' | 'person'> & { signal: AbortSignal | undefined },
): Promise<HeldFiles> {
  const folder = await finder.find(spec);
  const { files, odd } = await listFound(folder, { label: spec, ...loading });
  if (files.length === 0) checkStill(spec, folder);
  return { base: spec, folder, files, odd };
}

async function readStdin(read: () => Promise<Uint8Array>): Promise<TextFile> {
  const bytes = await read();
  const decoded = decodeText(bytes);
  if (decoded?.text.trim() === '')
    throw new CliError('usage', 'stdin is empty', {
      hint: advise`Pipe something in, or leave ${flag('-f -')} out.`,
    });
  if (!decoded)
    throw new CliError('usage', 'stdin is not text', {
      hint: advise`If it is an image or a PDF, attach it with ${attach('-')}`,
    });
  return { label: 'stdin', text: decoded.text };
}

/** Undefined if the path does not exist. An existing path with brackets or stars is not a glob. */
async function checkFolder({ path, target = path }: Found): Promise<boolean | undefined> {
  try {
    return (await stat(target)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw createUnreadableFileError(path, error);
  }
}

async function fetchFile(url: string, { fetchText }: CollectOptions): Promise<TextFile> {
  if (!fetchText) throw new CliError('usage', 'pages cannot be fetched here', { hint: 'Save it to a file.' });
  return { label: withoutPassword(url), text: await fetchText(url) };
}

async function readSourceText(
  source: Source,
  maxBytes: number,
  { signal }: CollectOptions,
): Promise<Taken<TextFile>> {
  const { label, holder, isListed = false } = source;
  const named = holder === undefined;
  const found = toFound(source);
  const bytes = await readBytes(found, { named, maxBytes, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (named) throw createUnreadableFileError(label, error);
    return undefined;
  });
  if (!bytes) return { leftOut: 'unreadable' };
  const isCut = bytes.length > maxBytes;
  const decoded = decodeText(bytes, isCut);
  if (!decoded && named) throw createBinaryError(label);
  if (!decoded) return { leftOut: 'binary' };
  if ((!named || isListed) && holdsSecret(decoded.text)) return { leftOut: 'secret' };
  if (isCut) throw createTooLargeError();
  if (named && isBlank(decoded) && (await isPipe(found))) throw createEmptyPipeError(label);
  return { value: { label, text: decoded.text }, isLegacy: decoded.encoding === 'windows-1252' };
}

/** Of a source that is a file. */
function toFound({ label, found = { path: label, target: undefined } }: Source): Found {
  return found;
}

/** Reads only the beginning of a file that nobody named if it is binary. */
async function readBytes(
  found: Found,
  { named, maxBytes, signal }: { named: boolean; maxBytes: number; signal: AbortSignal | undefined },
): Promise<Buffer> {
  if (!named) {
    const start = await readFound(found, beginningBytes, signal);
    if (start.length <= Math.min(beginningBytes, maxBytes) || !decodeText(start, true)) return start;
  }
  return readFound(found, maxBytes, signal);
}

export function isUrl(spec: string): boolean {
  return /^https?:\/\//i.test(spec);
}

export function withoutPassword(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
}

function createBinaryError(label: string): CliError {
  return new CliError('usage', `${label} is not a text file`, {
    hint: advise`If it is an image or a PDF, attach it with ${attach(toLasting(label))}`,
  });
}

/** A shell's `.*` often finds nothing else. It never ends in a slash. */
function createGitError(spec: string): CliError {
  return new CliError('usage', `${spec} is the store of git, which is rarely meant`, {
    hint: advise`Nothing was sent. To send it: ${addFile(`${spec}/`)}`,
  });
}

/** A named pipe, or one that a shell made for `<(…)`. */
async function isPipe({ path, target = path }: Found): Promise<boolean> {
  return stat(target).then(
    (stats) => stats.isFIFO(),
    () => false,
  );
}

/** The program that should have written to the pipe has most likely failed. An empty file may be what the prompt is about. */
function createEmptyPipeError(label: string): CliError {
  return new CliError('usage', `${label} is a pipe without text`, {
    hint: 'Nothing was sent. Check the command that writes to it.',
  });
}

function createTooLargeError(): CliError {
  return new CliError('input_too_large', 'the files are more than 10 MB in all', {
    hint: 'Name fewer or smaller files.',
  });
}
