/** The facts of the catalogue that a dialect needs to write an acceptable body. Unknown limits are undefined. */
export type ModelTraits = {
  id: string;
  maxOutputTokens: number | undefined;
  /** The efforts it accepts; empty if none. */
  efforts: readonly string[];
  /** Thinks by itself, and takes an effort and no budget (newer Claude). */
  adaptiveThinking: boolean;
  minThinkingBudget: number | undefined;
  maxThinkingBudget: number | undefined;
  vision: boolean;
  /** The most images in one request. */
  maxImages: number | undefined;
  structuredOutput: boolean;
  parallelToolCalls: boolean;
};

/** Whether the model is one of Anthropic's, which have no place for late system messages and cache from marks only. */
export function isClaude({ id }: Pick<ModelTraits, 'id'>): boolean {
  return /^claude/i.test(id);
}
