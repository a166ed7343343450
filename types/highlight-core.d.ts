// What we use of highlight.js. Its own types bring the whole DOM along, after which `name` or `event` pass anywhere as variables.

/** A language, which nobody but the highlighter looks into. */
export type Grammar = (highlighter: Highlighter) => object;

/** What a place in a text is inside of. The outermost has no parent. */
export type Mode = { parent?: Mode };

/** Hears of the parts of a text in their order. */
export interface Emitter {
  addText(text: string): void;
  startScope(scope: string): void;
  endScope(): void;
  openNode(scope: string): void;
  closeNode(): void;
  __addSublanguage(emitter: Emitter, language: string): void;
  finalize(): void;
  toHTML(): string;
}

export type Result = {
  illegal: boolean;
  errorRaised?: Error;
  _emitter: Emitter;
  _top?: Mode;
};

export type Highlighter = {
  newInstance(): Highlighter;
  configure(options: { __emitter: new () => Emitter }): void;
  registerLanguage(name: string, grammar: Grammar): void;
  getLanguage(name: string): object | undefined;
  highlight(code: string, options: { language: string; ignoreIllegals: boolean }): Result;
};

declare const core: Highlighter;

// biome-ignore lint/style/noDefaultExport: the package exports it so.
export default core;
