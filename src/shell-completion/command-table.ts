/**
 * The tree of commands as the completion reads it: scripts/completion-table.ts writes it at build time from the tree of commander, which need
 * not load then. What is left out of the help is hidden.
 */
export type CommandTable = {
  name: string;
  about: string;
  hidden?: true;
  /** The command that runs where none is named. */
  silent?: string;
  flags: FlagEntry[];
  arguments: ArgumentEntry[];
  commands: CommandTable[];
};

/** A few fixed values, or the placeholder of the help that stands for many, such as `model`. */
export type ValueEntry = { choices?: readonly string[]; placeholder?: string };

export type FlagEntry = ValueEntry & {
  long?: string;
  short?: string;
  about: string;
  hidden?: true;
  /** Whether it has a value; an optional one may be left out. */
  takes?: 'required' | 'optional';
  /** It may be given again. */
  repeats?: true;
};

export type ArgumentEntry = ValueEntry & { variadic?: true };
