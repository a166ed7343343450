import { isTyped, type PromptText } from '../prompt-text.ts';

/** An `@` at the start of a word, with a path in quotes or without spaces. */
const mention = /(?<=^|[\s([{"'`])@(?:"([^"\n]+)"|(\S+))/g;

/** Follows a path in a sentence, but may also end a file's name. */
const punctuation = /[.,;:!?)\]}"'`>…]$/;
const lastPunctuation = /[.,;:!?)\]}"'`>…(]+$/;

const maxPathLength = 4096;

type Mentions = {
  /** Paths that exist, each once, in order. */
  found: string[];
  /** Words that look like paths but name nothing, without punctuation. They stay in the text. */
  missing: string[];
};

/** Finds `@path` and `@"path with spaces"`. Every character must be typed. `\@` and e-mail addresses are text. */
export function findMentions(prompt: PromptText, exists: (path: string) => boolean): Mentions {
  const found = new Set<string>();
  const missing = new Set<string>();
  for (const { quoted, word, at, end } of listMentions(prompt)) {
    if (end - at > maxPathLength) continue;
    const isOurs = (path: string): boolean => isTyped(prompt, at, at + 1 + path.length) && exists(path);
    const path =
      quoted === undefined
        ? findPath(word, isOurs)
        : isTyped(prompt, at, end) && exists(quoted)
          ? quoted
          : undefined;
    const name = quoted ?? word.replace(lastPunctuation, '');
    if (path !== undefined) found.add(path);
    else if (isTyped(prompt, at, end) && name !== '' && !name.startsWith('@')) missing.add(name);
  }
  return { found: [...found], missing: [...missing] };
}

/** Starts from typed text, so a long text from elsewhere is not searched. */
function* listMentions({ text, typed }: PromptText) {
  for (const [start, spanEnd] of typed) {
    const search = new RegExp(mention);
    search.lastIndex = start;
    for (const match of text.matchAll(search)) {
      if (match.index >= spanEnd) break;
      const [all, quoted, word = ''] = match;
      yield { quoted, word, at: match.index, end: match.index + all.length };
    }
  }
}

/** The longest beginning of the word that exists. Only punctuation is removed from its end. */
function findPath(word: string, exists: (path: string) => boolean): string | undefined {
  for (let path = word; path !== ''; path = path.slice(0, -1)) {
    if (exists(path)) return path;
    if (!punctuation.test(path)) return undefined;
  }
  return undefined;
}
