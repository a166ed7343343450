import { CliError } from '../errors.ts';
import { isObject } from '../json-value.ts';

export type FrontMatter = {
  /** The globs of `applyTo`; none where it has none. */
  appliesTo: string[];
  body: string;
};

/** `applyTo` of a file of instructions, and the text below it. Throws CliError `config` that names the file. */
export async function parseFrontMatter(text: string, path: string): Promise<FrontMatter> {
  if (!/^---[ \t]*\r?\n/.test(text)) return { appliesTo: [], body: text };
  const block = /^---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|$)(.*)$/ms.exec(text);
  const [, head = '', body = ''] = block ?? [];
  if (!block) throw createError(path, 'has no second line of ---');
  return { appliesTo: readApplyTo(await parseYaml(head, path), path), body: body.replace(/^\s*\n/, '') };
}

async function parseYaml(head: string, path: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(quoteGlob(head), { logLevel: 'error' });
  } catch (error) {
    throw createError(path, 'is no YAML', error);
  }
}

/** Editors take `applyTo: **` without quotes, though a star means something else in YAML. */
function quoteGlob(head: string): string {
  return head.replace(
    /^(applyTo:[ \t]*)(\*[^\r\n]*?)[ \t]*$/m,
    (_, key, glob) => `${key}${JSON.stringify(glob)}`,
  );
}

function readApplyTo(fields: unknown, path: string): string[] {
  if (fields === null || fields === undefined) return [];
  if (!isObject(fields)) throw createError(path, 'is no list of fields');
  const { applyTo = [] } = fields;
  const lists = Array.isArray(applyTo) ? applyTo : [applyTo];
  if (!lists.every((item) => typeof item === 'string'))
    throw createError(path, 'has an applyTo that is no text');
  return lists.flatMap(splitGlobs);
}

/** At commas, but not at those inside of braces. */
function splitGlobs(list: string): string[] {
  const globs = list.match(/(?:\{[^}]*\}|[^,])+/g) ?? [];
  return globs.map((glob) => glob.trim()).filter((glob) => glob !== '');
}

function createError(path: string, problem: string, cause?: unknown): CliError {
  return new CliError('config', `the front matter of ${path} ${problem}`, {
    hint: 'Put the globs of applyTo in quotes, between two lines of ---.',
    cause,
  });
}
