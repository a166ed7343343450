import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { PromptText } from '../prompt-text.ts';
import { findNearestName } from './file-errors.ts';
import {
  expandHome,
  findExisting,
  lastPunctuation,
  looksLikePath,
  type MentionPlace,
} from './find-mentions.ts';

/** How many names of a folder are compared. */
const maxCompared = 2_000;

/** A shorter word is like too many names. It may be the beginning of one. */
const minLength = 4;
/** A single letter begins too many. */
const minBeginning = 2;

/**
 * A mention of the prompt that names nothing and that was probably meant to: it looks like a path, is like a name in its folder, or is all
 * of the prompt. `meant` is the path that is like it.
 */
export function findMistyped(
  prompt: PromptText,
  place: MentionPlace,
): { name: string; meant: string | undefined } | undefined {
  for (const name of findExisting(prompt, place).missing) {
    const meant = findMeant(name, place);
    if (meant !== undefined || looksLikePath(name, place) || isAlone(name, prompt)) return { name, meant };
  }
  return undefined;
}

function findMeant(path: string, { cwd, home }: MentionPlace): string | undefined {
  const name = basename(path);
  if (name.length < minBeginning) return undefined;
  const folder = dirname(path);
  const find = name.length < minLength ? findBegun : findNearestName;
  const nearest = find(name, resolve(cwd, expandHome(folder, home)), maxCompared);
  return nearest === undefined ? undefined : folder === '.' ? nearest : join(folder, nearest);
}

/** The first name in a folder that begins so: what the menu behind `@` offers, whether it is open or not. */
function findBegun(name: string, folder: string, mostCompared: number): string | undefined {
  try {
    const names = readdirSync(folder).slice(0, mostCompared);
    return names.find((one) => one.toLowerCase().startsWith(name.toLowerCase()));
  } catch {
    return undefined;
  }
}

/** A word for the model stands in a sentence. The name of a package and an address may stand alone. */
function isAlone(name: string, { text }: PromptText): boolean {
  return text.trim().replace(lastPunctuation, '') === `@${name}` && !/[@/]/.test(name);
}
