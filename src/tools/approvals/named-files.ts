/** What a file names that a program opens. */
export type Named = {
  /** Undefined if it is not understood, or for another reason. */
  path: string | undefined;
  why?: string;
  /** A file of settings may also name another project of the repository. */
  isOfSettings?: true;
  /** Any text of the settings, which counts if it leads to a project. */
  isGuess?: true;
};

export const unclear: Named = { path: undefined };

/** In characters, of settings, and of code in front of what may name a file: nobody writes more, and no more is looked through. */
export const longestText = 1_000_000;
