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

/** Said of a history with other models' thinking, whose seals are valid for those models only. */
export const foreignThinkingNotice = 'Thinking of another model is left out.';

/** Said of calls of Claude that were made without thinking: it cannot begin to think before the next prompt. */
export const lateThinkingNotice =
  'Thinking is left out: Claude cannot begin it between tool calls. It thinks again at the next prompt.';
