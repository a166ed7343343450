import { basename, dirname, join, resolve } from 'node:path';
import type { PromptText } from '../prompt-text.ts';
import { findNearestName } from './file-errors.ts';
import { expandHome, findExisting, looksLikePath, type MentionPlace } from './find-mentions.ts';

/** How many names of a folder are compared. */
const maxCompared = 2_000;

/** A shorter word is like too many names. */
const minLength = 4;

/**
 * A mention of the prompt that names nothing and that was probably meant to: it looks like a path, or is like a name in its folder. `meant`
 * is the path that is like it.
 */
export function findMistyped(
  prompt: PromptText,
  place: MentionPlace,
): { name: string; meant: string | undefined } | undefined {
  for (const name of findExisting(prompt, place).missing) {
    const meant = findMeant(name, place);
    if (meant !== undefined || looksLikePath(name)) return { name, meant };
  }
  return undefined;
}

function findMeant(path: string, { cwd, home }: MentionPlace): string | undefined {
  const name = basename(path);
  if (name.length < minLength) return undefined;
  const folder = dirname(path);
  const nearest = findNearestName(name, resolve(cwd, expandHome(folder, home)), maxCompared);
  return nearest === undefined ? undefined : folder === '.' ? nearest : join(folder, nearest);
}
