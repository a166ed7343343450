import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isIgnored, isIgnoredIn } from '../attachments/list-files.ts';
import type { ToolKind } from '../config/setting-choices.ts';
import { isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { advise, flag, type Sentence } from '../hint.ts';
import { reachesHidden } from '../is-inside.ts';
import { type PromptText, stdinMark } from '../prompt-text.ts';
import { createSchemaChecker, type SchemaChecker } from '../schema/schema-checker.ts';
import { parseTemplate } from '../templates/parse-template.ts';
import { renderTemplate, usesStdin } from '../templates/template.ts';
import { findTemplate, readTemplate } from '../templates/template-folder.ts';
import { toOneLine } from '../terminal-text.ts';
import { loadSchema } from './follow-schema.ts';
import { type Reading, readNamedFile } from './named-file.ts';

/** A prompt that is kept in a file: one of the person's own by its name, or any by its path. */
export type PromptFile = {
  source: string;
  /** Whether `source` is a path in any case. */
  isPath: boolean;
  /** `name=value`, as they were given. */
  values: readonly string[];
};

/** A prompt file that was read, and to which stdin is still to be given. */
export type OpenPrompt = {
  model: string | undefined;
  checker: SchemaChecker | undefined;
  /** What the model may use to answer it. */
  use: readonly ToolKind[] | undefined;
  /** The words after the prompt and its values. */
  words: readonly string[];
  /** Whether the body has a place for stdin. */
  usesStdin: boolean;
  /** What the person should hear of it. */
  notices: readonly string[];
  /** Throws CliError `usage` for values that do not fit. */
  render(stdin: string | undefined): {
    /** The body with its values, all of it data. */
    prompt: PromptText;
    system: string | undefined;
  };
};

export type LoadedPrompt = Omit<OpenPrompt, 'render'> & ReturnType<OpenPrompt['render']>;

export type PromptFileOptions = Reading & {
  cwd: string;
  templatesFolder: string;
  /** The words after it. */
  words: readonly string[];
  /** Whether a flag names another schema than the file's own. */
  hasSchema: boolean;
};

/** Throws CliError `usage` for what is not there or values that do not fit, `config` for a file that cannot be read as a prompt. */
export async function loadPromptFile(
  promptFile: PromptFile,
  { stdin, ...options }: PromptFileOptions & { stdin: string | undefined },
): Promise<LoadedPrompt> {
  const { render, ...opened } = await openPromptFile(promptFile, options);
  return { ...render(stdin), ...opened };
}

/** The same for a prompt file that is rendered several times. */
export async function openPromptFile(
  { source, isPath, values }: PromptFile,
  { cwd, templatesFolder, words, hasSchema, ...reading }: PromptFileOptions,
): Promise<OpenPrompt> {
  const file = resolve(cwd, source);
  const hint = 'Check the path of the prompt.';
  const isOwn = !isPath && !/[/\\.]/.test(source);
  const template = isOwn
    ? await readTemplate(findTemplate(templatesFolder, source))
    : {
        ...(await parseTemplate(await readNamedFile(file, { name: source, hint, ...reading }), file)),
        source,
      };
  const typed = takeValues(
    words,
    template.inputs.map((input) => input.name),
  );
  const given = [...typed.values, ...values.map(splitValue)];
  const hasPlace = usesStdin(template);
  const render: OpenPrompt['render'] = (stdin) => {
    const { prompt, system } = renderTemplate(template, {
      ...Object.fromEntries(given),
      ...(stdin !== undefined && stdin !== '' && (hasPlace || !words.includes(stdinMark)) && { stdin }),
    });
    return { prompt, system };
  };
  const { schema, path, model, use } = template;
  const checker =
    schema === undefined || hasSchema
      ? undefined
      : 'path' in schema
        ? await loadSchema(await toSchemaPath(schema.path, path, { ...reading, isOwn }), reading)
        : await createSchemaChecker(
            schema.text,
            `the schema in ${join(dirname(path), template.name)}`,
            reading.signal,
          );
  const notices = describeRepeated(given);
  return { words: typed.words, usesStdin: hasPlace, model, checker, use, notices, render };
}

/**
 * The model sees the schema, and a template may have come with a repository. So no link may lead it out of the folder of the template or of the
 * template's own target, and a template that is named by its path may not choose among what is hidden from that folder or ignored by git.
 */
async function toSchemaPath(
  path: string,
  template: string,
  { isOwn, ...reading }: Omit<Reading, 'configFolder'> & { isOwn: boolean },
): Promise<string> {
  const name = advise`Name a JSON Schema in ${template}, or pass one with ${flag('--schema')}.`;
  const refuse = (what: string, hint: Sentence = name): CliError =>
    new CliError('config', `the schema ${path} ${what}`, { hint });
  if (isCredentialFile(path)) throw refuse('looks like a file of secrets');
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    // Reading it will report that it is missing.
    return path;
  }
  const folders = [realpathSync(dirname(template)), dirname(realpathSync(template))];
  const around = folders.filter((folder) => real.startsWith(join(folder, sep)));
  const [folder] = around;
  if (folder === undefined)
    throw refuse('is a link that leads out of the folder of the template', `Put it beside ${template}.`);
  if (isCredentialFile(real)) throw refuse(`is a link to ${real}, which looks like a file of secrets`);
  if (isOwn) return real;
  const isHidden = (from: string, to: string): boolean => reachesHidden('', relative(from, to));
  if (isHidden(dirname(template), path) || around.every((one) => isHidden(one, real)))
    throw refuse('is hidden');
  const loading = { ...reading, isFolder: false };
  const isLeftOut = [isIgnored(path, loading), isIgnored(real, loading), isIgnoredIn(folder, real, loading)];
  if ((await Promise.all(isLeftOut)).some(Boolean)) throw refuse('is ignored by git');
  return real;
}

/** Leading `name=value` words are values if the prompt has an input of that name, as in the chat. */
function takeValues(
  words: readonly string[],
  names: readonly string[],
): { values: [string, string][]; words: readonly string[] } {
  const isValue = (word: string): boolean => names.some((name) => word.startsWith(`${name}=`));
  const end = words.findIndex((word) => !isValue(word));
  const count = end === -1 ? words.length : end;
  return { values: words.slice(0, count).map(splitValue), words: words.slice(count) };
}

/** The most characters of a value in a notice. */
const maxShown = 40;

/** A value that is given once more takes the place of the one before it, as a script may want. */
function describeRepeated(given: readonly (readonly [string, string])[]): string[] {
  const last = new Map(given);
  const names = new Set(given.flatMap(([name, value]) => (last.get(name) === value ? [] : [name])));
  return [...names].map((name) => {
    const value = toOneLine(last.get(name) ?? '');
    const shown = value.length > maxShown ? `${value.slice(0, maxShown)}…` : value;
    return `${name} has more than one value, and "${shown}" is used.`;
  });
}

function splitValue(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new CliError('usage', `--param is name=value, not "${pair}"`);
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
