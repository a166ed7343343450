import { createHash } from 'node:crypto';
import { createJsonFile, type JsonFile } from '../config/json-file.ts';
import { isObject, type JsonObject, toNumber, toText } from '../json-value.ts';
import type { Edit, FileFormat } from './setup.ts';

/** Our changes to one file, for undoing them. */
export type FileRecord = {
  path: string;
  format: FileFormat;
  /** The former bytes, in base64; undefined if there was no file. */
  before: string | undefined;
  /** The folder above it that was made for it; undefined if there was one. */
  madeFolder: string | undefined;
  mode: number | undefined;
  /** The SHA-256 of the written bytes. */
  after: string;
  edits: Edit[];
};

type SetupRecord = {
  list(client: string): FileRecord[];
  /** An empty list forgets the client. */
  replace(client: string, files: FileRecord[]): Promise<void>;
};

/** The file is readable for its owner alone, because it contains copies of other programs' settings. */
export function openSetupRecord(path: string): SetupRecord {
  const file: JsonFile = createJsonFile({ path, onNotice: () => {} });
  return {
    list: (client) => toRecords(file.read()[client]),
    replace: (client, files) =>
      file.update(({ [client]: _, ...others }) =>
        files.length === 0 ? others : { ...others, [client]: files.map(dropUndefined) },
      ),
  };
}

export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function dropUndefined(record: FileRecord): JsonObject {
  return JSON.parse(JSON.stringify(record));
}

function toRecords(value: unknown): FileRecord[] {
  return (Array.isArray(value) ? value : []).flatMap((entry) => {
    if (!isObject(entry) || !Array.isArray(entry.edits)) return [];
    const [path, after] = [toText(entry.path), toText(entry.after)];
    const format = (['json', 'toml', 'yaml'] as const).find((name) => name === entry.format);
    if (path === undefined || after === undefined || format === undefined) return [];
    const before = typeof entry.before === 'string' ? entry.before : undefined;
    return [
      {
        path,
        format,
        before,
        madeFolder: toText(entry.madeFolder),
        mode: toNumber(entry.mode),
        after,
        edits: entry.edits.filter(isEdit),
      },
    ];
  });
}

function isEdit(value: unknown): value is Edit {
  if (!isObject(value) || !Array.isArray(value.path)) return false;
  return value.kind === 'set' || (value.kind === 'list' && Array.isArray(value.items));
}
