import type { Context } from '../context.ts';

/** Runs a command. `registerX` in `<name>.ts` declares flags and loads at every start; `runX` in `<name>-run.ts` loads on use. */
export type Run<Options> = (context: Context, options: Options) => Promise<void>;
