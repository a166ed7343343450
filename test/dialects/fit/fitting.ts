import type { Fitting } from '../../../src/dialects/fit/fitting.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';

/** Takes whatever can be said, and thinks neither by itself nor within a budget. */
export const able: ModelTraits = {
  id: 'able',
  maxOutputTokens: 64_000,
  efforts: [],
  adaptiveThinking: false,
  minThinkingBudget: undefined,
  maxThinkingBudget: undefined,
  vision: true,
  maxImages: undefined,
  structuredOutput: true,
  parallelToolCalls: true,
};

export function createFitting(traits: Partial<ModelTraits> = {}): Fitting {
  return { traits: { ...able, ...traits }, notices: new Set(), toolNames: new Map(), isMended: false };
}
