import type { ModelTraits } from '../model-traits.ts';

/** The state shared by all steps. */
export type Fitting = {
  traits: ModelTraits;
  /** What was left out or changed: one sentence each. */
  notices: Set<string>;
  /** The caller's name of each tool whose name had to be changed, by the new one. */
  toolNames: Map<string, string>;
  /** A tool was mended without a word: nothing is lost by it, but the request is another one. */
  isMended: boolean;
};
