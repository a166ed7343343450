import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { countEdits } from '../nearest.ts';
import { findSpan, isTyped, type PromptText } from '../prompt-text.ts';
import type { NamedResources } from './named-resources.ts';

/**
 * An `@` at the start of a word, with a path in quotes or without spaces. Quotes that are not closed hold the rest of the line, so no word
 * of a path with spaces becomes a mention of its own. In `"@"` the second quote closes the first one.
 */
const mention = /(?:(?<=^|[\s([{'`])@"(?:([^\s"][^"\n]*)"|((?:[^\s"][^"\n]*)?)$)|(?<=^|[\s([{"'`])@(\S*))/gm;

/** Follows a path in a sentence, but may also end a file's name. */
const punctuation = /[.,;:!?)\]}"'`>…]$/;
export const lastPunctuation = /[.,;:!?)\]}"'`>…(]+$/;

const maxPathLength = 4096;

type Mentions = {
  /** Paths that exist, each once, in order. */
  found: string[];
  /** Words that look like paths but name nothing, without punctuation. They stay in the text. */
  missing: string[];
  /** Paths in quotes that are not closed, and that name nothing. */
  unclosed: string[];
};

/** The mentions that name something now. */
export function findExisting(prompt: PromptText, place: MentionPlace): Mentions {
  return findMentions(prompt, (name) => isFileThere(name, place) || place.resources?.has(name) === true);
}

/** Where names of mentions are looked up: in a folder, then among resources of others. */
export type MentionPlace = { cwd: string; home: string; resources?: NamedResources | undefined };

/** As the system finds it: `nothing/../../notes.md` is no file if there is no folder `nothing`. */
function isFileThere(path: string, { cwd, home }: MentionPlace): boolean {
  const name = expandHome(path, home);
  return existsSync(isAbsolute(name) ? name : `${cwd}${sep}${name}`) && existsSync(resolve(cwd, name));
}

/**
 * Quotes are written for a path with spaces. `@public` and `@Override` are words. So is a decorator that is called, such as
 * `@app.get("/items")`, an address, and the name of a package, unless a folder here has the name of its scope or nearly that.
 */
export function looksLikePath(name: string, { cwd }: Pick<MentionPlace, 'cwd'>): boolean {
  if (!/[./\\\s]/.test(name) || /^[\w.]+\(/.test(name) || address.test(name)) return false;
  const scope = packageName.exec(name)?.[1];
  return scope === undefined || listFolders(cwd).some((folder) => countEdits(scope, folder) <= 1);
}

/** A page, or somebody's e-mail address or handle. */
const address = /^(?:https?:\/\/\S+|[\p{L}\p{N}._%+-]*[\p{L}\p{N}_]@[^\s@/\\]+\.\p{L}{2,})$/iu;
/** `scope/name`, perhaps with a version. A dot in it would be that of a file. */
const packageName = /^([a-z\d][\w-]*)\/[a-z\d][a-z\d_-]*(?:@[\^~]?[\w.-]+)?$/;

function listFolders(cwd: string): string[] {
  try {
    const entries = readdirSync(cwd, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** No shell sees a prompt that is typed in the chat. */
export function expandHome(path: string, home: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(home, path.slice(1)) : path;
}

/** Finds `@path` and `@"path with spaces"`. The `@` and what follows it must be typed, see `isMention`. `\@` and e-mail addresses are text. */
export function findMentions(prompt: PromptText, exists: (path: string) => boolean): Mentions {
  const found = new Set<string>();
  const missing = new Set<string>();
  const unclosed = new Set<string>();
  for (const { closed, open, word, at, end } of listMentions(prompt)) {
    const isOurs = (path: string): boolean => isMention(prompt, at, at + 1 + path.length) && exists(path);
    if (open !== undefined) {
      const path = isMention(prompt, at, end) && [open, open.trimEnd()].find(exists);
      if (path) found.add(path);
      else if (isTyped(prompt, at, at + 1) && open !== '') unclosed.add(open.trimEnd());
      continue;
    }
    if (end - at > maxPathLength) continue;
    const path =
      closed === undefined
        ? findPath(word, isOurs)
        : isMention(prompt, at, end) && exists(closed)
          ? closed
          : undefined;
    const name = closed ?? word.replace(lastPunctuation, '');
    if (path !== undefined) found.add(path);
    else if (isMention(prompt, at, end) && name !== '' && !name.startsWith('@')) missing.add(name);
  }
  return { found: [...found], missing: [...missing], unclosed: [...unclosed] };
}

/** The mention that the text ends with and that may go on, as `findMentions` would read it. */
export function findLastMention(text: string): { isQuoted: boolean; path: string } | undefined {
  for (const { 0: all, 1: closed, 2: open, 3: word = '', index } of text.matchAll(mention)) {
    if (index + all.length < text.length) continue;
    if (closed !== undefined || word.startsWith('"')) return undefined;
    return { isQuoted: open !== undefined, path: open ?? word };
  }
  return undefined;
}

/** Looks at typed text alone, in linear time: it may have gaps of one letter. */
function* listMentions({ text, typed }: PromptText) {
  const search = new RegExp(mention, 'my');
  let at = -1;
  let end = 0;
  for (const [start, spanEnd] of typed) {
    for (let from = Math.max(start, end); from < spanEnd; from = at + 1) {
      if (at < from) at = text.indexOf('@', from);
      if (at === -1) return;
      if (at >= spanEnd) break;
      search.lastIndex = at;
      const match = search.exec(text);
      if (!match) continue;
      const [all, closed, open, word = ''] = match;
      end = at + all.length;
      yield { closed, open, word, at, end };
      at = Math.max(at, end - 1);
    }
  }
}

/** Whether a person typed it, or completed it. An `@`, a `/` or a `!` may be data behind the `@`: by themselves they begin nothing, and a completed name or a pasted path may have them. */
export function isMention(prompt: PromptText, start: number, end: number): boolean {
  const { text, typed } = prompt;
  if (!isTyped(prompt, start, start + 1)) return false;
  let at = start;
  for (let index = findSpan(prompt, start); at < end; index += 1) {
    const [from, to] = typed[index] ?? [end, end];
    if (from >= end) break;
    if (/[^@/!]/.test(text.slice(at, Math.max(at, from)))) return false;
    at = to;
  }
  return !/[^@/!]/.test(text.slice(at, end));
}

/** The longest beginning of the word that exists. Only punctuation is removed from its end. */
function findPath(word: string, exists: (path: string) => boolean): string | undefined {
  for (let path = word; path !== ''; path = path.slice(0, -1)) {
    if (exists(path)) return path;
    if (!punctuation.test(path)) return undefined;
  }
  return undefined;
}
