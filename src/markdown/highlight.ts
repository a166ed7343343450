import core, { type Emitter, type Mode } from 'highlight.js/lib/core';
import type { ThemeRole } from '../terminal/theme.ts';
import { type Grammar, grammars } from './grammars.ts';
import { type Line, type Span, toSpan } from './line.ts';

/** Paints code line by line. A line depends only on the lines before it. */
export type LineHighlighter = {
  highlight(line: string): Line;
  /** A copy that continues on its own. */
  fork(): LineHighlighter;
};

/** In UTF-16 code units. Nobody reads longer lines, and some grammars are slow on them. */
const longestLine = 1_000;
/** The same for the lines that are read again before each line. */
const longestOpening = 240;

const byName = new Map(grammars.flatMap((grammar) => grammar.names.map((name) => [name, grammar])));

/** Undefined for a language without a grammar. */
export function createLineHighlighter(language: string): LineHighlighter | undefined {
  const grammar = byName.get(language.toLowerCase());
  return grammar && createHighlighterOf(grammar, undefined);
}

/**
 * What is open at the end of a line, such as a long comment. The lines that opened it are read again before each line inside, because the
 * highlighter cannot resume inside a text.
 */
type Opening = { text: string; modes: Modes };

/** The open modes of the highlighter, innermost first. Places with the same modes are alike. */
type Modes = readonly object[];

function createHighlighterOf(grammar: Grammar, before: Opening | undefined): LineHighlighter {
  let opening = before;
  return {
    highlight(line) {
      if (line.length > longestLine) return [toSpan(line)];
      const code = opening ? `${opening.text}\n${line}` : line;
      const { spans, modes } = highlightCode(grammar, code);
      const painted = opening ? dropStart(spans, opening.text.length + 1) : spans;
      opening = toOpening(opening, line, modes);
      return painted;
    },
    fork: () => createHighlighterOf(grammar, opening),
  };
}

/** Keeps the lines while nothing opens or closes. Otherwise adds this line, or keeps it alone if they grow too long. */
function toOpening(before: Opening | undefined, line: string, modes: Modes): Opening | undefined {
  if (modes.length === 0) return undefined;
  if (before && isSame(before.modes, modes)) return before;
  const text = before ? `${before.text}\n${line}` : line;
  if (text.length <= longestOpening) return { text, modes };
  return line.length <= longestOpening ? { text: line, modes } : before;
}

function isSame(one: Modes, other: Modes): boolean {
  return one.length === other.length && one.every((mode, at) => mode === other[at]);
}

function dropStart(spans: Span[], length: number): Span[] {
  let left = length;
  const rest: Span[] = [];
  for (const span of spans) {
    if (span.text.length > left) rest.push(left > 0 ? { ...span, text: span.text.slice(left) } : span);
    left = Math.max(0, left - span.text.length);
  }
  return rest;
}

/** Keeps compiled grammars: compiling one takes as long as painting a hundred lines. */
const engine = core.newInstance();

function highlightCode(grammar: Grammar, code: string): { spans: Span[]; modes: Modes } {
  const language = define(grammar);
  const result = engine.highlight(code, { language, ignoreIllegals: true });
  const emitter = result._emitter;
  if (!(emitter instanceof SpanEmitter) || result.errorRaised || result.illegal)
    return { spans: [toSpan(code)], modes: [] };
  return { spans: emitter.spans, modes: listModes(result._top) };
}

/** Defines embedded languages at the start, so that a document never depends on what was painted before. */
function define(grammar: Grammar): string {
  const [name = ''] = grammar.names;
  for (const each of [name, ...(grammar.embeds ?? [])]) {
    const part = byName.get(each);
    if (part && !engine.getLanguage(each)) engine.registerLanguage(each, part.define);
  }
  return name;
}

function listModes(top: Mode | undefined): Modes {
  const modes: object[] = [];
  for (let mode = top; mode?.parent; mode = mode.parent) {
    // Each start of a mode makes a new object, whose prototype is the mode in the grammar.
    modes.push(Object.getPrototypeOf(mode));
  }
  return modes;
}

/** `plain`: code inside a string looks like code. Undefined: like the text around it. */
type ScopeRole = ThemeRole | 'plain' | undefined;

/** Collects the highlighter's events as spans. */
class SpanEmitter implements Emitter {
  readonly spans: Span[] = [];
  readonly #scopes: ScopeRole[] = [];

  addText(text: string): void {
    const role = this.#scopes.findLast((each) => each !== undefined);
    if (text !== '') this.spans.push({ text, roles: role === undefined || role === 'plain' ? [] : [role] });
  }

  startScope(scope: string): void {
    this.#scopes.push(toRole(scope));
  }

  endScope(): void {
    this.#scopes.pop();
  }

  // The highlighter uses these names, too.
  openNode(scope: string): void {
    this.startScope(scope);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(emitter: Emitter): void {
    if (emitter instanceof SpanEmitter) this.spans.push(...emitter.spans);
  }

  finalize(): void {}

  toHTML(): string {
    return '';
  }
}

engine.configure({ __emitter: SpanEmitter });

const roles: Record<string, ScopeRole> = {
  addition: 'added',
  attr: 'variable',
  attribute: 'variable',
  built_in: 'type',
  bullet: 'list-mark',
  'char.escape': 'number',
  class: 'type',
  code: 'code',
  comment: 'comment',
  deletion: 'removed',
  doctag: 'comment',
  emphasis: 'emphasis',
  keyword: 'keyword',
  link: 'link',
  literal: 'number',
  meta: 'keyword',
  name: 'keyword',
  number: 'number',
  quote: 'comment',
  regexp: 'string',
  section: 'heading',
  'selector-attr': 'variable',
  'selector-class': 'type',
  'selector-id': 'type',
  'selector-pseudo': 'variable',
  'selector-tag': 'keyword',
  string: 'string',
  strong: 'strong',
  subst: 'plain',
  symbol: 'number',
  'template-tag': 'keyword',
  'template-variable': 'variable',
  title: 'function',
  'title.class': 'type',
  'title.class.inherited': 'type',
  type: 'type',
  variable: 'variable',
  'variable.constant': 'number',
  'variable.language': 'keyword',
};

function toRole(scope: string): ScopeRole {
  return roles[scope] ?? roles[scope.split('.', 1)[0] ?? ''];
}
