/** An `@` where a word begins, with a path in quotes or without spaces. */
const mention = /(?<=^|[\s([{"'`])@(?:"([^"\n]+)"|(\S+))/g;

/** What a sentence puts after a path, and what may also end a file's name. */
const punctuation = /[.,;:!?)\]}"'`>…]$/;

const maxPathLength = 4096;

/**
 * The files that a prompt mentions as `@path` or `@"path with spaces"`, each once, in order. What does not exist is just text, and so are
 * `\@` and addresses of mail.
 */
export function findMentions(prompt: string, exists: (path: string) => boolean): { mentions: string[] } {
  const found = new Set<string>();
  for (const [, quoted, word = ''] of prompt.matchAll(mention)) {
    const path = quoted === undefined ? findPath(word, exists) : exists(quoted) ? quoted : undefined;
    if (path !== undefined) found.add(path);
  }
  return { mentions: [...found] };
}

/** The longest beginning of the word that exists, with less and less of the punctuation behind it. */
function findPath(word: string, exists: (path: string) => boolean): string | undefined {
  if (word.length > maxPathLength) return undefined;
  for (let path = word; path !== ''; path = path.slice(0, -1)) {
    if (exists(path)) return path;
    if (!punctuation.test(path)) return undefined;
  }
  return undefined;
}
