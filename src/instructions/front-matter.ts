import { CliError } from '../errors.ts';
import { type FrontMatterField, parseFields, splitFrontMatter } from '../front-matter.ts';

export type FrontMatter = {
  /** The globs of `applyTo`; none where it has none. */
  appliesTo: string[];
  body: string;
};

/** Of some lines; what reads it need not be quick. */
const longestYaml = 8192;

/** `applyTo` of a file of instructions, and the text below it. Throws CliError `config` for others. */
export async function parseFrontMatter(text: string): Promise<FrontMatter> {
  const split = splitFrontMatter(text);
  if (!split) return { appliesTo: [], body: text };
  const { yaml, body } = split;
  if (yaml.length > longestYaml) throw createError('is too long');
  if (body === undefined) throw createError('has no second line of ---');
  const root = await parseFields(quoteGlob(yaml), {
    isStrict: false,
    createError: (line, reason) => createError(`is not YAML (line ${line})`, reason),
  });
  return { appliesTo: readApplyTo(root), body: body.replace(/^\s*\n/, '') };
}

/** Editors take `applyTo: **` without quotes, though a star means something else in YAML. */
function quoteGlob(head: string): string {
  return head.replace(
    /^(applyTo:[ \t]*)(\*[^\r\n]*?)[ \t]*$/m,
    (_, key, glob) => `${key}${JSON.stringify(glob)}`,
  );
}

function readApplyTo(root: FrontMatterField | undefined): string[] {
  if (!root || root.isEmpty) return [];
  if (!root.fields) throw createError('is not a list of fields');
  const field = root.fields.get('applyTo');
  if (!field) return [];
  const applyTo = field.value;
  const lists = Array.isArray(applyTo) ? applyTo : [applyTo];
  if (!lists.every((item) => typeof item === 'string'))
    throw createError('has an applyTo that is not a text');
  return lists.flatMap(splitGlobs);
}

/** At commas, but not at those inside of braces. */
function splitGlobs(list: string): string[] {
  const globs = list.match(/(?:\{[^}]*\}|[^,])+/g) ?? [];
  return globs.map((glob) => glob.trim()).filter((glob) => glob !== '');
}

function createError(problem: string, cause?: unknown): CliError {
  return new CliError('config', `its front matter ${problem}`, {
    hint: 'Put the globs of applyTo in quotes, between two lines of ---.',
    cause,
  });
}
