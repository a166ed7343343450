import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';

type Entry = { path: string } & ({ link: string } | { content?: Uint8Array; mode: number });

/** What is in a folder, kept to be written again elsewhere: to make a repository anew takes a process for each step. */
export function readTree(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const place = join(entry.parentPath, entry.name);
    const path = relative(folder, place);
    if (entry.isSymbolicLink()) return { path, link: readlinkSync(place) };
    const { mode } = statSync(place);
    return entry.isDirectory() ? { path, mode } : { path, mode, content: readFileSync(place) };
  });
}

export function writeTree(entries: readonly Entry[], folder: string): void {
  for (const entry of entries) {
    const place = join(folder, entry.path);
    if ('link' in entry) symlinkSync(entry.link, place);
    else if (entry.content === undefined) mkdirSync(place, { mode: entry.mode });
    else {
      writeFileSync(place, entry.content, { mode: entry.mode });
      chmodSync(place, entry.mode);
    }
  }
}
