import type { Pair, ParsedNode } from 'yaml';
import type { CliError } from './errors.ts';

/** What stands between two lines of `---` at the beginning of a text, and after them. */
export type FrontMatterText = {
  yaml: string;
  /** Undefined where the second line of `---` is missing. */
  body: string | undefined;
};

/** Undefined where a text does not begin with a line of `---`. The body is as it was written. */
export function splitFrontMatter(text: string): FrontMatterText | undefined {
  const start = /^---[^\S\r\n]*(?:\r\n|\n|\r|$)/.exec(text);
  if (!start) return undefined;
  const rest = text.slice(start[0].length);
  const end = /^---[^\S\r\n]*(?:\r\n|\n|\r|$)/m.exec(rest);
  return {
    yaml: rest.slice(0, end?.index),
    body: end ? rest.slice(end.index + end[0].length) : undefined,
  };
}

/** A node of front matter, with its place, so that what is wrong can be told by line. */
export type FrontMatterField = {
  /** The text as written, or undefined where it is no text, number or truth value. `1.10` stays `1.10`. */
  text: string | undefined;
  /** `key:` and nothing after it. */
  isEmpty: boolean;
  value: unknown;
  /** The fields below, in their order, or undefined where it is no mapping. */
  fields: Map<string, FrontMatterField> | undefined;
  /** An error that names the line. */
  createError: (reason: string) => CliError;
};

export type FieldsOptions = {
  /** Whether what the parser only warns of, such as an unknown tag, is an error. */
  isStrict: boolean;
  /** `line` counts from 1. */
  createError: (line: number, reason: string) => CliError;
};

/**
 * The root of the YAML; undefined where there is nothing in it. Throws what `createError` makes where it cannot be read. The parser is
 * loaded here, for few commands need it.
 */
export async function parseFields(
  yaml: string,
  { isStrict, createError }: FieldsOptions,
): Promise<FrontMatterField | undefined> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml');
  const counter = new LineCounter();
  const fail = (offset: number, reason: string): CliError =>
    createError(counter.linePos(offset).line, reason);

  function toField(node: ParsedNode | null, value: unknown, offset: number): FrontMatterField {
    const isText = isScalar(node) && node.value !== null;
    return {
      text: isText ? (node.source ?? String(node.value)) : undefined,
      isEmpty: value === null,
      value,
      fields: isMap(node) ? toFields(node.items, value) : undefined,
      createError: (reason) => fail(offset, reason),
    };
  }

  function toFields(
    pairs: Pair<ParsedNode, ParsedNode | null>[],
    value: unknown,
  ): Map<string, FrontMatterField> {
    const values = new Map(Object.entries(value as object));
    return new Map(
      pairs.map(({ key, value: child }) => {
        const name = isScalar(key) ? String(key.value) : '';
        return [name, toField(child, values.get(name), key.range[0])];
      }),
    );
  }

  let problem: { offset: number; reason: string };
  try {
    const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
    const [found] = [...document.errors, ...(isStrict ? document.warnings : [])];
    if (!found) {
      const { contents } = document;
      return contents === null ? undefined : toField(contents, document.toJS(), contents.range[0]);
    }
    problem = { offset: found.pos[0], reason: `its front matter is not YAML: ${found.message}` };
  } catch (error) {
    // Aliases that multiply, and nesting without an end.
    problem = { offset: 0, reason: `its front matter cannot be read: ${(error as Error).message}` };
  }
  throw fail(problem.offset, problem.reason);
}
