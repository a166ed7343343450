import { CliError } from '../errors.ts';
import { type FrontMatterField, parseFields, splitFrontMatter } from '../front-matter.ts';

export type FrontMatter = {
  /** The globs of `applyTo`; none where it has none. */
  appliesTo: string[];
  body: string;
};

/** `applyTo` of a file of instructions, and the text below it. Throws CliError `config` that names the file. */
export async function parseFrontMatter(text: string, path: string): Promise<FrontMatter> {
  const split = splitFrontMatter(text);
  if (!split) return { appliesTo: [], body: text };
  const { yaml, body } = split;
  if (body === undefined) throw createError(path, 'has no second line of ---');
  const root = await parseFields(quoteGlob(yaml), {
    isStrict: false,
    createError: (line, reason) => createError(path, 'is no YAML', `line ${line}: ${reason}`),
  });
  return { appliesTo: readApplyTo(root, path), body: body.replace(/^\s*\n/, '') };
}

/** Editors take `applyTo: **` without quotes, though a star means something else in YAML. */
function quoteGlob(head: string): string {
  return head.replace(
    /^(applyTo:[ \t]*)(\*[^\r\n]*?)[ \t]*$/m,
    (_, key, glob) => `${key}${JSON.stringify(glob)}`,
  );
}

function readApplyTo(root: FrontMatterField | undefined, path: string): string[] {
  if (!root || root.isEmpty) return [];
  if (!root.fields) throw createError(path, 'is no list of fields');
  const field = root.fields.get('applyTo');
  if (!field) return [];
  const applyTo = field.value;
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
