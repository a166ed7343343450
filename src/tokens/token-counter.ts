import { setImmediate as nextTurn } from 'node:timers/promises';

export type Encoding = 'o200k_base' | 'cl100k_base';

const encodings: readonly Encoding[] = ['o200k_base', 'cl100k_base'];

/** The encoding that the catalogue names for a model; the newer one if it names none that is known. */
export function toEncoding(name: string | undefined): Encoding {
  return encodings.find((encoding) => encoding === name) ?? 'o200k_base';
}

export type TokenCounter = {
  /** How many tokens a text has, in time that grows with its length. */
  count(text: string): number;
  /** The same in steps of some milliseconds, for whoever has to listen to a signal meanwhile. */
  countWindows(text: string): Iterable<number>;
  /** Counts long texts in such steps, so that `count` knows them afterwards. Throws the reason of the signal. */
  prepare(texts: Iterable<string>, signal: AbortSignal): Promise<void>;
};

/** Up to here a piece is counted whole; merging its bytes takes time that grows with the square of its length. */
const longestExact = 256;
/** Longer pieces are not words of any language; cutting them costs about a token a slice. */
const sliceLength = 128;
/** Shorter texts are counted within some milliseconds. */
const shortestPrepared = 16_384;
const longestKept = 32;
const mostKept = 50_000;

/** What looks like a control token in a text is text. */
const plainText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

/** The counter for the encoding that the catalogue names for a model. */
export function loadTokenCounter(tokenizer: string | undefined): Promise<TokenCounter> {
  return createTokenCounter(toEncoding(tokenizer));
}

/** Loads the one encoding, which takes a tenth of a second or two. The same as the library, but for pieces over 256 characters. */
export async function createTokenCounter(encoding: Encoding): Promise<TokenCounter> {
  const { countTokens, pieces } = await loadEncoding(encoding);
  const kept = new Map<string, number>();

  /** Texts say the same words again and again, and long runs repeat themselves. */
  function countWord(word: string): number {
    const known = kept.get(word);
    if (known !== undefined) return known;
    const count = countTokens(word, plainText);
    if (kept.size >= mostKept) kept.clear();
    kept.set(word, count);
    return count;
  }

  function countPiece(piece: string): number {
    if (piece.length <= longestKept) return countWord(piece);
    if (piece.length <= longestExact) return countTokens(piece, plainText);
    let count = 0;
    for (const slice of cutSlices(piece, sliceLength)) count += countWord(slice);
    return count;
  }

  function* countWindows(text: string): Generator<number> {
    for (const window of cutWindows(text)) {
      let count = 0;
      for (const [piece] of window.matchAll(pieces)) count += countPiece(piece);
      yield count;
    }
  }

  const prepared = new Map<string, number>();

  return {
    countWindows,
    count(text) {
      const known = text.length < shortestPrepared ? undefined : prepared.get(text);
      if (known !== undefined) return known;
      let total = 0;
      for (const count of countWindows(text)) total += count;
      return total;
    },
    async prepare(texts, signal) {
      for (const text of texts) {
        if (text.length < shortestPrepared || prepared.has(text)) continue;
        let total = 0;
        for (const count of countWindows(text)) {
          total += count;
          await nextTurn();
          signal.throwIfAborted();
        }
        prepared.set(text, total);
      }
    },
  };
}

/** The same counter, which counts a text once. It keeps all texts. */
export function rememberCounts({ count }: Pick<TokenCounter, 'count'>): Pick<TokenCounter, 'count'> {
  const counted = new Map<string, number>();
  return {
    count(text) {
      const known = counted.get(text) ?? count(text);
      counted.set(text, known);
      return known;
    },
  };
}

/** The library's own count, and its expression for the pieces of which no token spans two. */
async function loadEncoding(encoding: Encoding) {
  const { O200K_TOKEN_SPLIT_REGEX, CL100K_TOKEN_SPLIT_REGEX } = await import(
    'gpt-tokenizer/encodingParams/constants'
  );
  const isO200k = encoding === 'o200k_base';
  const { countTokens, setMergeCacheSize } = isO200k
    ? await import('gpt-tokenizer/encoding/o200k_base')
    : await import('gpt-tokenizer/encoding/cl100k_base');
  // Once the library's own memory is full, each new entry takes it longer than the last.
  setMergeCacheSize(0);
  return { countTokens, pieces: isO200k ? O200K_TOKEN_SPLIT_REGEX : CL100K_TOKEN_SPLIT_REGEX };
}

/** Where every encoding ends a piece anyway: after a letter or a digit, before white space or punctuation, but for `'s` and the like. */
const boundary = /(?<=[\p{L}\p{N}])(?!')(?=[\s\p{P}])/gu;

const windowLength = 32_768;

/**
 * A long text in windows, since a regular expression runs out of stack on millions of like characters. A window ends where that
 * changes no count, if there is such a place within the length of another window.
 */
function* cutWindows(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > 2 * windowLength) {
    const end = findCut(text, start + windowLength);
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

/** Slices of a text, none of which ends inside a character. */
function* cutSlices(text: string, length: number): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = toCharacterStart(text, start + length);
    yield text.slice(start, end);
    start = end;
  }
}

function findCut(text: string, from: number): number {
  const reach = text.slice(from - 2, from + windowLength);
  boundary.lastIndex = 2;
  const found = boundary.exec(reach);
  return found ? from - 2 + found.index : toCharacterStart(text, from);
}

/** The index itself, or the next one if it stands between the two halves of a character. */
function toCharacterStart(text: string, index: number): number {
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  return isBetween(before, 0xd800, 0xdbff) && isBetween(after, 0xdc00, 0xdfff) ? index + 1 : index;
}

function isBetween(code: number, lowest: number, highest: number): boolean {
  return code >= lowest && code <= highest;
}
