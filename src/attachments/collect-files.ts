import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { readFileStart } from '../file-start.ts';
import { decodeText } from './decode-text.ts';
import { createMissingFileError, createUnreadableFileError, isMissing } from './file-errors.ts';
import { expandGlob, listFiles } from './list-files.ts';

/** `label` is the path or the address as it was given. */
export type TextFile = { label: string; text: string };

export type CollectOptions = {
  cwd: string;
  /** The text of a page. Without it, addresses are refused. */
  fetchText?: (url: string) => Promise<string>;
  onNotice: (sentence: string) => void;
  signal?: AbortSignal | undefined;
};

/** What one prompt may carry; more would not fit into any model. */
const maxTotalBytes = 10 * 1024 * 1024;

/** What git looks at to tell whether a file is binary. */
const beginningBytes = 8000;

/** `named`: the person named this very file, and did not just happen to have it in a folder. */
type Source = { label: string; named: boolean };

/**
 * The texts that files, folders, globs and addresses stand for, each once, in the order given. Throws CliError `usage` for what is not
 * there or is no text, and `input_too_large` where it is more than 10 MB in all.
 */
export async function collectFiles(specs: readonly string[], options: CollectOptions): Promise<TextFile[]> {
  const files: TextFile[] = [];
  const seen = new Set<string>();
  let bytesLeft = maxTotalBytes;
  for (const spec of specs) {
    for (const source of await expandSpec(spec, options)) {
      const identity = isUrl(source.label) ? source.label : resolve(options.cwd, source.label);
      if (seen.has(identity)) continue;
      seen.add(identity);
      const file = isUrl(source.label)
        ? await fetchFile(source.label, options)
        : await readTextFile(source, bytesLeft, options);
      if (!file) continue;
      bytesLeft -= Buffer.byteLength(file.text);
      if (bytesLeft < 0) throw createTooLargeError();
      files.push(file);
    }
  }
  return files;
}

/** The files and addresses that would be read, each once, in the order given. Throws what `collectFiles` throws before it reads. */
export async function listLabels(specs: readonly string[], options: CollectOptions): Promise<string[]> {
  const labels = new Map<string, string>();
  for (const spec of specs) {
    for (const { label } of await expandSpec(spec, options)) {
      const identity = isUrl(label) ? label : resolve(options.cwd, label);
      if (!labels.has(identity)) labels.set(identity, label);
    }
  }
  return [...labels.values()];
}

async function expandSpec(spec: string, { cwd, signal }: CollectOptions): Promise<Source[]> {
  if (isUrl(spec)) return [{ label: spec, named: true }];
  const isFolder = await checkFolder(resolve(cwd, spec));
  if (isFolder === false) return [{ label: spec, named: true }];
  const labels = isFolder ? await expandFolder(spec, cwd, signal) : await expandGlob(spec, cwd, signal);
  if (!labels) throw createMissingFileError(spec, cwd);
  return labels.map((label) => ({ label, named: false }));
}

async function expandFolder(spec: string, cwd: string, signal: AbortSignal | undefined): Promise<string[]> {
  const found = await listFiles(resolve(cwd, spec), { label: spec, signal });
  if (found.length === 0) {
    throw new CliError('usage', `there is no file to take in ${spec}`, {
      hint: 'What git ignores and hidden files count only where they are named.',
    });
  }
  return found.map((file) => join(spec, file));
}

/** Undefined where there is nothing. A path with brackets or stars that exists is that path, and no glob. */
async function checkFolder(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw createUnreadableFileError(path, error);
  }
}

async function fetchFile(url: string, { fetchText }: CollectOptions): Promise<TextFile> {
  if (!fetchText) throw new CliError('usage', 'pages cannot be fetched here', { hint: 'Save it to a file.' });
  return { label: withoutPassword(url), text: await fetchText(url) };
}

async function readTextFile(
  { label, named }: Source,
  maxBytes: number,
  { cwd, onNotice, signal }: CollectOptions,
): Promise<TextFile | undefined> {
  const path = resolve(cwd, label);
  const bytes = await readBytes(path, { named, maxBytes, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (named) throw createUnreadableFileError(label, error);
    onNotice(`${label} is left out: it cannot be read.`);
    return undefined;
  });
  if (!bytes) return undefined;
  const isCut = bytes.length > maxBytes;
  const decoded = decodeText(bytes, isCut);
  if (!decoded && named) throw createBinaryError(label);
  if (!decoded) {
    onNotice(`${label} is left out: it is no text.`);
    return undefined;
  }
  if (isCut) throw createTooLargeError();
  if (decoded.encoding === 'windows-1252') onNotice(`${label} is not UTF-8, and is read as Windows-1252.`);
  return { label, text: decoded.text };
}

/** Of a file that just happens to be in a folder, only the beginning where that shows that it is binary. */
async function readBytes(
  path: string,
  { named, maxBytes, signal }: { named: boolean; maxBytes: number; signal: AbortSignal | undefined },
): Promise<Buffer> {
  if (!named) {
    const start = await readFileStart(path, beginningBytes, signal);
    if (start.length <= Math.min(beginningBytes, maxBytes) || !decodeText(start, true)) return start;
  }
  return readFileStart(path, maxBytes, signal);
}

function isUrl(spec: string): boolean {
  return /^https?:\/\//i.test(spec);
}

function withoutPassword(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
}

function createBinaryError(label: string): CliError {
  return new CliError('usage', `${label} is no text`, {
    hint: `If it is an image or a PDF, attach it with -a ${label}`,
  });
}

function createTooLargeError(): CliError {
  return new CliError('input_too_large', 'the files are more than 10 MB in all', {
    hint: 'Name fewer or smaller files.',
  });
}
