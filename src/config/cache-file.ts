import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseJson } from '../json-value.ts';
import { readFileNow } from '../read-file-now.ts';

/** A file that may vanish or break at any time: reading gives undefined then, and writing fails in silence. */
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
      const temporary = `${path}.${process.pid}.tmp`;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
        renameSync(temporary, path);
      } catch {
        removeSilently(temporary);
      }
    },
  };
}

function removeSilently(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // There is no folder to remove it from.
  }
}
