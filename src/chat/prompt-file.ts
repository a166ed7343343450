import { realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { ToolKind } from '../config/setting-choices.ts';
import { isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { type PromptText, stdinMark } from '../prompt-text.ts';
import { createSchemaChecker, type SchemaChecker } from '../schema/schema-checker.ts';
import { parseTemplate } from '../templates/parse-template.ts';
import { renderTemplate, usesStdin } from '../templates/template.ts';
import { findTemplate, readTemplate } from '../templates/template-folder.ts';
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
  { cwd, templatesFolder, words, ...reading }: PromptFileOptions,
): Promise<OpenPrompt> {
  const file = resolve(cwd, source);
  const hint = 'Check the path of the prompt.';
  const template =
    isPath || /[/\\.]/.test(source)
      ? await parseTemplate(await readNamedFile(file, { name: source, hint, ...reading }), file)
      : await readTemplate(findTemplate(templatesFolder, source));
  const typed = takeValues(
    words,
    template.inputs.map((input) => input.name),
  );
  const hasPlace = usesStdin(template);
  const render: OpenPrompt['render'] = (stdin) => {
    const { prompt, system } = renderTemplate(template, {
      ...Object.fromEntries(typed.values),
      ...Object.fromEntries(values.map(splitValue)),
      ...(stdin !== undefined && stdin !== '' && (hasPlace || !words.includes(stdinMark)) && { stdin }),
    });
    return { prompt, system };
  };
  const { schema, path, model, use } = template;
  const checker =
    schema === undefined
      ? undefined
      : 'path' in schema
        ? await loadSchema(toSchemaPath(schema.path, path), reading)
        : await createSchemaChecker(
            schema.text,
            `the schema in ${join(dirname(path), template.name)}`,
            reading.signal,
          );
  return { words: typed.words, usesStdin: hasPlace, model, checker, use, render };
}

/** The model sees the schema, so no link may lead it out of the folder of the template or of the template's own target. */
function toSchemaPath(path: string, template: string): string {
  if (isCredentialFile(path))
    throw new CliError('config', `the schema ${path} looks like a file of secrets`, {
      hint: advise`Name a JSON Schema in ${template}, or pass one with ${flag('--schema')}.`,
    });
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    // Reading it will report that it is missing.
    return path;
  }
  const folders = [realpathSync(dirname(template)), dirname(realpathSync(template))];
  if (folders.some((folder) => real.startsWith(join(folder, sep)))) return real;
  throw new CliError('config', `the schema ${path} is a link that leads out of the folder of the template`, {
    hint: `Put the schema itself beside ${template}.`,
  });
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

function splitValue(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new CliError('usage', `--param is name=value, not "${pair}"`);
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
