import type { Context } from '../context.ts';

/**
 * What a command does, once its flags are read: `registerX` in `<name>.ts` declares the flags, `runX` in `<name>-run.ts` does the work.
 * They are two files because the first is loaded at every start, for the help, and the second when a command is used.
 */
export type Run<Options> = (context: Context, options: Options) => Promise<void>;
