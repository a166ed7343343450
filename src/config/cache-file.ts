import { dirname } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { parseJson } from '../json-value.ts';
import { readFileNow } from '../read-file-now.ts';
import { writeAtomically } from '../write-atomically.ts';

/** A file that may vanish or break at any time. Reading gives undefined then, and writing fails silently. */
export type CacheFile = {
  read(): unknown;
  write(value: unknown): void;
};

export function createCacheFile(path: string): CacheFile {
  return {
    read() {
      try {
        return parseJson(readFileNow(path).toString('utf8'));
      } catch {
        return undefined;
      }
    },
    write(value) {
      try {
        ensureFolder(dirname(path), 0o700);
        writeAtomically(path, JSON.stringify(value), { mode: 0o600 });
      } catch {
        // A lost cache is fetched again.
      }
    },
  };
}
