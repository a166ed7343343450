import { setImmediate as nextTurn } from 'node:timers/promises';
import { cutSlices, cutWindows } from './text-cuts.ts';

export type Encoding = 'o200k_base' | 'cl100k_base';

const encodings: readonly Encoding[] = ['o200k_base', 'cl100k_base'];

/** The encoding that the catalogue names for a model; the newer one where it names none that is known. */
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
/** Longer pieces are no words of any language; cutting them costs about a token a slice. */
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
