import type { Pair, ParsedNode } from 'yaml';
import type { CliError } from './errors.ts';

/** The text between two lines of `---` at the beginning, and the text after them. */
export type FrontMatterText = {
  yaml: string;
  /** Undefined without a second line of `---`. */
  body: string | undefined;
};

/** Undefined if the text does not begin with a line of `---`. The body is unchanged. */
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

/** A node of front matter, with its position, so that errors name the line. */
export type FrontMatterField = {
  /** The text as written: `1.10` stays `1.10`. Undefined unless it is a text, a number or a truth value. */
  text: string | undefined;
  /** `key:` with nothing after it. */
  isEmpty: boolean;
  value: unknown;
  /** The fields below, in order. Undefined unless the node is a mapping. */
  fields: Map<string, FrontMatterField> | undefined;
  /** An error that names the line. */
  createError: (reason: string) => CliError;
};

export type FieldsOptions = {
  /** Whether warnings of the parser, such as an unknown tag, are errors. */
  isStrict: boolean;
  /** `line` counts from 1. */
  createError: (line: number, reason: string) => CliError;
};

/** The root of the YAML; undefined if it is empty. Throws the error of `createError`. Loads the parser, which few commands need. */
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
    // Aliases that multiply, or endless nesting.
    problem = { offset: 0, reason: `its front matter cannot be read: ${(error as Error).message}` };
  }
  throw fail(problem.offset, problem.reason);
}
