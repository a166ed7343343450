import { isRecord } from '../json.ts';

const charactersPerToken = 4;
// Images and sealed thinking are not counted by their text.
const opaqueKeys = new Set([
  'data',
  'url',
  'image_url',
  'encrypted_content',
  'signature',
  'reasoning_opaque',
]);

export function countTokens(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

/** Tokens of everything textual in a body, at four characters each. */
export function estimateTokens(value: unknown): number {
  return countTokens(countCharacters(value));
}

export function countCharacters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countCharacters(item), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (opaqueKeys.has(key) ? 0 : countCharacters(item)),
    0,
  );
}

/** Tokens of what a model reads: the messages, the system prompt and the tools. */
export function estimatePromptTokens(body: Record<string, unknown>): number {
  const { messages, input, instructions, system, tools } = body;
  return estimateTokens([messages, input, instructions, system, tools]);
}
