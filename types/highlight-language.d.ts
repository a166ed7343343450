import type { Grammar } from './highlight-core.d.ts';

declare const grammar: Grammar;

// biome-ignore lint/style/noDefaultExport: the package exports it so.
export default grammar;
