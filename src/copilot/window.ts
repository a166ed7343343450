import type { Model } from './model.ts';

/** What a model can take in, in tokens; undefined where the list of models does not tell. */
export function findWindow({ contextTokens, promptTokens }: Model): number | undefined {
  if (contextTokens === undefined || promptTokens === undefined) return promptTokens ?? contextTokens;
  return Math.min(contextTokens, promptTokens);
}
