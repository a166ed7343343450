import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { CliError } from '../errors.ts';

/** A node of the front matter, read with its place, so that what is wrong can be told by line. */
export type FrontMatterField = {
  /** The text as written, or undefined where it is no text, number or truth value. `1.10` stays `1.10`. */
  text: string | undefined;
  /** `key:` and nothing after it. */
  isEmpty: boolean;
  value: unknown;
  /** The fields below, in their order, or undefined where it is no mapping. */
  fields: Map<string, FrontMatterField> | undefined;
  /** A CliError `config` that names the file and the line. */
  createError: (reason: string) => CliError;
};

export type FrontMatter = { fields: Map<string, FrontMatterField>; body: string };

/** Splits a template into its YAML between two lines of `---`, which need not be there, and its body. */
export function parseFrontMatter(text: string, path: string): FrontMatter {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const start = lines[0]?.startsWith('#!') ? 1 : 0;
  if (!isFence(lines[start])) return { fields: new Map(), body: toBody(lines.slice(start)) };
  const length = lines.slice(start + 1).findIndex(isFence);
  if (length === -1) throw createError(path, start + 1, 'its front matter has no end: a line of ---');
  const end = start + 1 + length;
  return {
    fields: readYaml(lines.slice(start + 1, end).join('\n'), path, start + 1),
    body: toBody(lines.slice(end + 1)),
  };
}

function isFence(line: string | undefined): boolean {
  return line?.trimEnd() === '---';
}

/** Blank lines around the body are for the reader of the file. */
function toBody(lines: string[]): string {
  const body = lines.join('\n').trimEnd();
  return body.replace(/^(?:[ \t]*\n)+/, '');
}

function readYaml(yaml: string, path: string, linesBefore: number): Map<string, FrontMatterField> {
  const counter = new LineCounter();
  const toLine = (offset: number): number => linesBefore + counter.linePos(offset).line;
  const fail = (offset: number, reason: string): CliError => createError(path, toLine(offset), reason);

  function toField(node: ParsedNode | null | undefined, value: unknown, offset: number): FrontMatterField {
    const isText = isScalar(node) && node.value !== null;
    return {
      text: isText ? (node.source ?? String(node.value)) : undefined,
      isEmpty: value === null,
      value,
      fields: isMap(node) ? toFields(node, value) : undefined,
      createError: (reason) => fail(offset, reason),
    };
  }

  function toFields(node: ParsedNode | null, value: unknown): Map<string, FrontMatterField> {
    if (!isMap(node)) throw fail(node?.range[0] ?? 0, 'its front matter must be a list of keys and values');
    const values = new Map(Object.entries(value as object));
    return new Map(
      node.items.map((pair) => {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        const child = pair.value as ParsedNode | null;
        return [key, toField(child, values.get(key), (pair.key as ParsedNode).range[0])];
      }),
    );
  }

  try {
    const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw fail(problem.pos[0], `its front matter is no YAML: ${problem.message}`);
    if (document.contents === null) return new Map();
    return toFields(document.contents, document.toJS());
  } catch (error) {
    if (error instanceof CliError) throw error;
    // Aliases that multiply, and nesting without an end.
    throw fail(0, `its front matter cannot be read: ${(error as Error).message}`);
  }
}

function createError(path: string, line: number, reason: string): CliError {
  return new CliError('config', `${path}, line ${line}: ${reason}`, { hint: 'Correct the file.' });
}
