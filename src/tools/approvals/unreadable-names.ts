import type { Dirent } from 'node:fs';
import { isOddName } from '../../is-inside.ts';
import { UnknownPlacesError } from './disk.ts';
import { isUnreadable, listEntries } from './walk-path.ts';

/** Of a name that is not UTF-8: git and hg find something there, and Node something else or nothing. */
export class UnreadableNameError extends UnknownPlacesError {
  constructor(what: string) {
    super(`${what} is not UTF-8, so what it leads to cannot be looked at`);
  }
}

/** Throws UnreadableNameError if a text that names a place is not UTF-8. `what` begins a sentence. */
export function checkText(text: string, what: string): string {
  if (isOddName(text)) throw new UnreadableNameError(what);
  return text;
}

/** What is in a folder, where git or hg would follow each name. Throws UnreadableNameError. */
export function listReadable(folder: string): readonly Dirent[] {
  const entries = listEntries(folder);
  const odd = entries.find(isUnreadable);
  if (odd) throw new UnreadableNameError(`the name \`${odd.name}\` in this folder`);
  return entries;
}
