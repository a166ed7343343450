/** How far a request is over the window of a model. */
export type Overflow = { tokens: number; limit: number };

/** `limit` comes before `tokens` in some sentences. */
type Wording = { pattern: RegExp; tokens: number; limit: number };

/** The sentences of Copilot and of the makers behind it that tell both numbers. */
const wordings: Wording[] = [
  { pattern: /prompt token count of ([\d,]+) exceeds the limit of ([\d,]+)/i, tokens: 1, limit: 2 },
  { pattern: /([\d,]+) tokens? > ([\d,]+) maximum/i, tokens: 1, limit: 2 },
  {
    pattern: /input token count \(?([\d,]+)\)? exceeds the maximum[^\d]{0,60}([\d,]+)/i,
    tokens: 1,
    limit: 2,
  },
  {
    pattern:
      /maximum context length is ([\d,]+) tokens?[^\d]{0,80}(?:resulted in|requested)[^\d]{0,20}([\d,]+)/i,
    tokens: 2,
    limit: 1,
  },
  { pattern: /exceeded model token limit: ([\d,]+) \(requested: ([\d,]+)/i, tokens: 2, limit: 1 },
];

const otherWords =
  /exceeds the context window|prompt is too long|input is too long for|maximum context length|context_length_exceeded|too many tokens|input token count[^.]{0,60}exceeds/i;

/** Whether words of the service say that a conversation does not fit the model. */
export function isOverflow(words: string): boolean {
  return otherWords.test(words) || readOverflow(words) !== undefined;
}

/** The numbers in such words, if they tell both. */
export function readOverflow(words: string): Overflow | undefined {
  for (const { pattern, tokens, limit } of wordings) {
    const found = pattern.exec(words);
    if (found) return { tokens: toCount(found[tokens]), limit: toCount(found[limit]) };
  }
  return undefined;
}

function toCount(digits = ''): number {
  return Number(digits.replaceAll(',', ''));
}
