import { CliError } from '../errors.ts';
import { type FrontMatterField, parseFields, splitFrontMatter } from '../front-matter.ts';

export type FrontMatter = { fields: Map<string, FrontMatterField>; body: string };

/** Splits a template into its YAML between two lines of `---`, which need not be there, and its body. Throws CliError `config`. */
export async function parseFrontMatter(text: string, path: string): Promise<FrontMatter> {
  const [top = '', shebang] = /^\ufeff?(#!.*(?:\r\n|\n|\r|$))?/.exec(text) ?? [];
  const rest = text.slice(top.length);
  const split = splitFrontMatter(rest);
  if (!split) return { fields: new Map(), body: toBody(rest) };
  const { yaml, body } = split;
  const linesAbove = shebang === undefined ? 1 : 2;
  const createError = (line: number, reason: string): CliError =>
    new CliError('config', `${path}, line ${line}: ${reason}`, { hint: 'Correct the file.' });
  if (body === undefined) throw createError(linesAbove, 'its front matter has no end: a line of ---');
  const root = await parseFields(yaml, {
    isStrict: true,
    createError: (line, reason) => createError(linesAbove + line, reason),
  });
  if (root && !root.fields) throw root.createError('its front matter must be a list of keys and values');
  return { fields: root?.fields ?? new Map(), body: toBody(body) };
}

/** Blank lines around the body are for the reader of the file. */
function toBody(text: string): string {
  const body = text.replaceAll(/\r\n|\r/g, '\n').trimEnd();
  return body.replace(/^(?:[ \t]*\n)+/, '');
}
