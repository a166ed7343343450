import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { countEdits } from '../nearest.ts';
import { findSpan, isTyped, type PromptText } from '../prompt-text.ts';
import type { NamedResources } from './named-resources.ts';

/**
 * A path in quotes behind an `@`. Quotes that are not closed hold the rest of the line, so no word of a path with spaces becomes a mention of
 * its own.
 */
const quotedPath = /@"(?:([^\s"][^"\n]*)"|((?:[^\s"][^"\n]*)?)$)/my;

/** What may stand before the first `@` of a word. */
const wordStart = /[\s([{"'`]/;
/** The end of a word, or an `@` that begins another mention in it, as in `@a.md,@b.md`: that of a handle, a version or a package stands behind a name. */
const mentionStop = /\s|(?<![\p{L}\p{M}\p{N}_/\\@])@|$/gu;

const wholeWord = /\S*/y;

/** Follows a path in a sentence, but may also end a file's name. */
const punctuation = /[.,;:!?)\]}"'`>…]$/;
export const lastPunctuation = /[.,;:!?)\]}"'`>…(]+$/;
/** Stands between two mentions of a word. */
const joint = /[^\p{L}\p{M}\p{N}_/\\]$/u;
const lastJoint = /[^\p{L}\p{M}\p{N}_/\\]+$/u;

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

/**
 * Finds `@path` and `@"path with spaces"`, also several in a word. The `@` and what follows it must be typed, see `isMention`. `\@` and e-mail
 * addresses are text.
 */
export function findMentions(prompt: PromptText, exists: (path: string) => boolean): Mentions {
  const found = new Set<string>();
  const missing = new Set<string>();
  const unclosed = new Set<string>();
  const isOurs = ({ at, end, quotes }: Mention, path: string): boolean =>
    isMention(prompt, at, quotes ? end : at + 1 + path.length) && exists(path);

  function look(mention: Mention): void {
    const { at, end, path, quotes, isJoined } = mention;
    if (quotes === 'open') {
      const name = isMention(prompt, at, end) && [path, path.trimEnd()].find(exists);
      if (name) found.add(name);
      else if (isTyped(prompt, at, at + 1) && path !== '') unclosed.add(path.trimEnd());
      return;
    }
    const name = findName(mention, isOurs);
    const word = quotes === 'closed' ? path : path.replace(isJoined ? lastJoint : lastPunctuation, '');
    if (name !== undefined) found.add(name);
    else if (end - at <= maxPathLength && isMention(prompt, at, end) && /^[^@]/.test(word)) missing.add(word);
  }

  for (const { whole, mentions } of listWords(prompt)) {
    const name = mentions.length > 1 && whole && findName(whole, isOurs);
    if (name) found.add(name);
    else mentions.forEach(look);
  }
  return { found: [...found], missing: [...missing], unclosed: [...unclosed] };
}

/** The mention that the text ends with and that may go on. */
type OpenMention = { isQuoted: boolean; path: string };

/**
 * A word that holds several mentions is taken whole unless it begins with quotes: what comes behind it may go on with a name that is all of it.
 */
export function findLastMention(text: string): OpenMention | undefined {
  return findOpenMentions(text)[0];
}

/** The word that the text ends with as one mention, and the last one of several in it. */
export function findOpenMentions(text: string): OpenMention[] {
  for (let at = text.indexOf('@'); at !== -1; ) {
    const { whole, mentions } = readWord(text, at) ?? {};
    const last = mentions?.at(-1);
    const open = [whole, last].filter((one) => one?.end === text.length && one.quotes !== 'closed');
    if (open[0] && last?.quotes !== 'closed') {
      const isBegun = open[0].quotes || !open[0].path.startsWith('"');
      return open.flatMap((one) =>
        one && isBegun ? { isQuoted: one.quotes === 'open', path: one.path } : [],
      );
    }
    at = text.indexOf('@', Math.max(at + 1, last?.end ?? 0));
  }
  return [];
}

/** `at` is the place of its `@`, `end` that behind its path and its quotes. Another one of the same word may follow. */
type Mention = { at: number; end: number; path: string; quotes?: 'closed' | 'open'; isJoined?: boolean };
/** Several mentions may also be one name, unless they begin with quotes. */
type Word = { whole: Mention | undefined; mentions: Mention[] };

/** Looks at typed text alone, in linear time: it may have gaps of one letter. */
function* listWords({ text, typed }: PromptText): Generator<Word> {
  let at = -1;
  let end = 0;
  for (const [start, spanEnd] of typed) {
    for (let from = Math.max(start, end); from < spanEnd; from = at + 1) {
      if (at < from) at = text.indexOf('@', from);
      if (at === -1) return;
      if (at >= spanEnd) break;
      const word = readWord(text, at);
      const last = word?.mentions.at(-1);
      if (!word || !last) continue;
      end = last.end;
      yield word;
      at = Math.max(at, end - 1);
    }
  }
}

/** The mentions of a word. Undefined if its `@` begins none. */
function readWord(text: string, at: number): Word | undefined {
  if (at > 0 && !wordStart.test(text.charAt(at - 1))) return undefined;
  const mentions: Mention[] = [];
  for (let next: number | undefined = at; next !== undefined; ) {
    const mention = readMention(text, next, mentions.at(-1)?.end);
    const stop = findStop(text, mention.end);
    next = text[stop] === '@' ? stop : undefined;
    mentions.push({ ...mention, isJoined: next !== undefined });
  }
  if (mentions[0]?.quotes) return { whole: undefined, mentions };
  wholeWord.lastIndex = at + 1;
  const [path = ''] = wholeWord.exec(text) ?? [];
  const whole = { at, end: at + 1 + path.length, path };
  return { whole, mentions: address.test(whole.path) ? [whole] : mentions };
}

/** In `"@"` the second quote closes the first one. In `@"a"@"b"` the quote before the second `@` is that of the first name. */
function readMention(text: string, at: number, lastEnd: number | undefined): Mention {
  if (text[at - 1] !== '"' || at === lastEnd) {
    quotedPath.lastIndex = at;
    const [all = '', closed, open = ''] = quotedPath.exec(text) ?? [];
    const end = at + all.length;
    if (all) return { at, end, path: closed ?? open, quotes: closed === undefined ? 'open' : 'closed' };
  }
  const end = findStop(text, at + 1);
  return { at, end, path: text.slice(at + 1, end) };
}

function findStop(text: string, from: number): number {
  mentionStop.lastIndex = from;
  return mentionStop.exec(text)?.index ?? text.length;
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

/** The longest beginning that is ours. Only punctuation is removed from the end of a word, and nothing from a path in quotes. */
function findName(mention: Mention, isOurs: (mention: Mention, path: string) => boolean): string | undefined {
  const { at, end, quotes, isJoined } = mention;
  if (end - at > maxPathLength) return undefined;
  for (let { path } = mention; path !== ''; path = path.slice(0, -1)) {
    if (isOurs(mention, path)) return path;
    if (quotes || !(isJoined ? joint : punctuation).test(path)) return undefined;
  }
  return undefined;
}
