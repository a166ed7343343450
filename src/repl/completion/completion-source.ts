import type { Candidate } from '../state.ts';

/** Gives the candidates for what was typed, the best first. */
export type FindCandidates = (query: string) => readonly Candidate[];

/** Where candidates come from. */
export type CompletionSource = {
  /** The same for as long as one opened source serves what is typed. */
  key: string;
  /** Rejects where there are none to be had. */
  open(): FindCandidates | Promise<FindCandidates>;
};
