import type { ModelTraits } from '../model-traits.ts';

/** The state shared by all steps. */
export type Fitting = {
  traits: ModelTraits;
  /** What was left out or changed: one sentence each. */
  notices: Set<string>;
  /** The caller's name of each tool whose name had to be changed, by the new one. */
  toolNames: Map<string, string>;
  /** A tool goes by another name: nothing is lost by it, but only a translation gives the caller its name back. */
  isMended: boolean;
};
