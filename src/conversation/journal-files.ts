import { createHash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { CliError } from '../errors.ts';
import { readFileNow } from '../read-file-now.ts';
import type { LoadPart, Part, StoredPart, StorePart } from './journal-record.ts';
import { forEachPiece } from './lines-file.ts';

/**
 * Keeps images and documents outside the journals, each once. Mention a file before checking that it exists: a deleting process looks for
 * mentions.
 */
export type JournalFiles = {
  /** The journal's form of a part. Writes nothing yet. */
  store: StorePart;
  /** Writes the file of a part, unless it exists. Call this after the journal mentions the file. */
  keep(part: StoredPart): void;
  load: LoadPart;
  /** Removes the files that no journal mentions. `listMentioned` reads the journals. */
  remove(files: readonly string[], listMentioned: () => Set<string>): void;
};

/** For a conversation that is not kept: parts stay in memory. */
export const unkept: JournalFiles = {
  store: (part) => part as unknown as StoredPart,
  keep: () => {},
  load: (part) => part as unknown as Part,
  remove: () => {},
};

/** The name of a file while we check whether another process began to use it. */
const asideEnding = '.removed';
/** The name of a file that is not whole yet. */
const partEnding = '.part';

export function createJournalFiles(folder: string): JournalFiles {
  const toPath = (file: string): string => join(folder, file);
  /** Parts in memory can be shown to a model without their file. */
  const known = new WeakMap<StoredPart, { part: Part; data: string }>();

  function name(
    part: Part,
    data: string,
    stored: (file: string) => StoredPart,
    mediaType: string,
  ): StoredPart {
    const named = stored(
      `${toHash(Buffer.from(data, 'base64'))}.${mediaType.replace(/^.*\//, '').replaceAll(/[^a-z0-9]/gi, '')}`,
    );
    known.set(named, { part, data });
    return named;
  }

  return {
    store(part) {
      if (part.type === 'text') return part;
      if (part.type === 'image') {
        // Images by URL are refused earlier.
        if ('url' in part.source) return { type: 'text', text: part.source.url };
        const { mediaType, data } = part.source;
        return name(part, data, (file) => ({ type: 'image', mediaType, file }), mediaType);
      }
      const { mediaType, data, title } = part;
      const fields = { mediaType, ...(title !== undefined && { title }) };
      return name(part, data, (file) => ({ type: 'document', file, ...fields }), mediaType);
    },
    keep(stored) {
      const data = known.get(stored)?.data;
      if (stored.type === 'text' || data === undefined) return;
      const path = toPath(stored.file);
      const bytes = Buffer.from(data, 'base64');
      // An earlier one may have been cut by a full disk.
      if (statSync(path, { throwIfNoEntry: false })?.size === bytes.length) return;
      ensureFolder(folder, 0o700);
      writeWhole(path, bytes);
    },
    load(part) {
      if (part.type === 'text') return part;
      const kept = known.get(part);
      if (kept) return kept.part;
      const { mediaType } = part;
      try {
        const bytes = readFileNow(toPath(part.file));
        if (!part.file.startsWith(toHash(bytes)))
          return { type: 'text', text: `[an attachment that is damaged: ${part.file}]` };
        const data = bytes.toString('base64');
        if (part.type === 'image') return { type: 'image', source: { mediaType, data } };
        return { type: 'document', mediaType, data, ...(part.title !== undefined && { title: part.title }) };
      } catch {
        return { type: 'text', text: `[an attachment that is no longer there: ${part.file}]` };
      }
    },
    remove(files, listMentioned) {
      const mentioned = listMentioned();
      const unused = files.filter((file) => !mentioned.has(file) && existsSync(toPath(file)));
      if (unused.length === 0) return;
      for (const file of unused) renameSync(toPath(file), toPath(file + asideEnding));
      const mentionedNow = listMentioned();
      // Includes files of a process that was killed at this point.
      for (const aside of readdirSync(folder).filter((file) => isOwn(file, asideEnding))) {
        const file = aside.slice(0, -asideEnding.length);
        if (mentionedNow.has(file)) renameSync(toPath(aside), toPath(file));
        else rmSync(toPath(aside), { force: true });
      }
      for (const left of readdirSync(folder).filter((file) => isOwn(file, partEnding))) {
        const { mtimeMs = Number.POSITIVE_INFINITY } =
          statSync(toPath(left), { throwIfNoEntry: false }) ?? {};
        if (Date.now() - mtimeMs > writingMs) rmSync(toPath(left), { force: true });
      }
    },
  };
}

/** The folder may be a link to one with files of others. */
function isOwn(file: string, ending: string): boolean {
  return /^[\da-f]{32}/.test(file) && file.endsWith(ending);
}

/** More than any process needs to write a file, in milliseconds. */
const writingMs = 60_000;

/** The beginning of the name of a file, by what it holds. */
function toHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const part = `${path}.${process.pid}${partEnding}`;
  try {
    writeFileSync(part, bytes, { mode: 0o600 });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** The files that a journal mentions. Searches the raw text, so that lines of newer versions count, too. */
export function listJournalFiles(path: string): string[] {
  const files = new Set<string>();
  const addMentioned = (piece: Buffer): void => {
    const mentions = piece.toString('latin1').matchAll(/"file":"([0-9a-f]{32}\.[a-z0-9]*)"/gi);
    for (const [, file = ''] of mentions) files.add(file);
  };
  try {
    forEachPiece(path, addMentioned);
  } catch (error) {
    // A named pipe or a device under the name of a journal mentions nothing.
    if (!(error instanceof CliError)) throw error;
  }
  return [...files];
}

/** Lists the files that any journal mentions. Later calls read only the journals that grew. */
export function createMentionReader(listJournals: () => string[]): () => Set<string> {
  const known = new Map<string, { size: number; files: string[] }>();

  function readFiles(path: string): string[] {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const last = known.get(path);
    if (last?.size === size) return last.files;
    const files = listJournalFiles(path);
    known.set(path, { size, files });
    return files;
  }

  return () => new Set(listJournals().flatMap(readFiles));
}
