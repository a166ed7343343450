import type { Edit } from './setup.ts';

/** Changes texts of one format, and leaves comments and layout as they were. */
export type Editor = {
  /** What the text says; undefined where it says nothing. Throws FileFault where it cannot be read. */
  parse(text: string): unknown;
  /** The text with the edit in it. The text has been parsed before. */
  edit(text: string, edit: Edit): string;
};

/** A text that is not what its name says. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  /** Counts from 1; undefined where it is about the whole. */
  readonly line: number | undefined;

  constructor(reason: string, line?: number) {
    super(reason);
    this.line = line;
  }
}
