import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFolder } from './folder.ts';
import { writeScript } from './write-script.ts';

/** A folder for `SystemRoot`. Its `taskkill.exe` writes down its words, and ends the process that they name and its children. */
export function createWindowsFolder(): { root: string; readWords: () => string } {
  const root = createFolder();
  mkdirSync(join(root, 'System32'));
  const log = join(root, 'words');
  // The process first: it could end by itself once its children have.
  const script = `echo "$@" > '${log}'; kill -9 "$2" $(ps -o pid= --ppid "$2")`;
  writeScript(join(root, 'System32'), 'taskkill.exe', script);
  return { root, readWords: () => readFileSync(log, 'utf8').trim() };
}
