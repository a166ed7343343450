import { basename, dirname, extname, join } from 'node:path';
import { checkTools, parseToolKinds } from '../config/setting-choices.ts';
import { CliError } from '../errors.ts';
import { type FrontMatterField, parseFields, splitFrontMatter } from '../front-matter.ts';
import { suggest } from '../nearest.ts';
import { isVariableName, listVariables, stdinName, type Template, type TemplateInput } from './template.ts';

const templateKeys = ['description', 'model', 'system', 'schema', 'use', 'inputs'];
const inputKeys = ['description', 'default', 'required'];

type Fields = Map<string, FrontMatterField>;

/** Reads a prompt template, and executes nothing in it. Throws CliError `config` that names the line. */
export async function parseTemplate(text: string, path: string): Promise<Template> {
  const { fields, body } = await splitTemplate(text, path);
  checkKeys(fields, templateKeys);
  const system = readText(fields, 'system');
  const schema = readSchema(fields.get('schema'), path);
  const declared = readInputs(fields.get('inputs'));
  return {
    name: basename(path, extname(path)),
    path,
    ...definedOnly({
      description: readText(fields, 'description'),
      model: readText(fields, 'model'),
      system,
    }),
    ...(schema && { schema }),
    ...readUse(fields.get('use')),
    inputs: [...declared, ...listUndeclared(`${system ?? ''}\n${body}`, declared)],
    body,
  };
}

/** Variables in the text without a declaration. They have no default, and so are required. */
function listUndeclared(text: string, declared: TemplateInput[]): TemplateInput[] {
  const known = new Set([stdinName, ...declared.map(({ name }) => name)]);
  const names = listVariables(text).filter((name) => !known.has(name));
  return names.map((name) => ({ name, required: true }));
}

/** An input is `name:` (required), `name: its default`, or a mapping. */
function readInputs(field: FrontMatterField | undefined): TemplateInput[] {
  if (!field || field.isEmpty) return [];
  if (!field.fields) throw field.createError('inputs must be names, each with a default or more below it');
  return [...field.fields].map(([name, input]) => readInput(name, input));
}

function readInput(name: string, input: FrontMatterField): TemplateInput {
  if (!isVariableName(name)) {
    throw input.createError(
      `${name} is not a name for an input: use letters, digits, _ and -, and begin with a letter`,
    );
  }
  if (name === stdinName) throw input.createError('stdin is not an input: it is always there');
  if (input.text !== undefined) return { name, default: input.text, required: false };
  if (input.isEmpty) return { name, required: true };
  if (!input.fields) throw input.createError(`the input ${name} must be a default, or keys and values`);
  return readInputFields(name, input.fields);
}

function readInputFields(name: string, fields: Fields): TemplateInput {
  checkKeys(fields, inputKeys);
  const description = readText(fields, 'description');
  const byDefault = readText(fields, 'default');
  const required = fields.get('required');
  if (required && typeof required.value !== 'boolean')
    throw required.createError('required is true or false');
  if (required?.value === true && byDefault !== undefined) {
    throw required.createError(`the input ${name} has a default, so it cannot be required`);
  }
  return {
    name,
    ...definedOnly({ description, default: byDefault }),
    required: required ? required.value === true : byDefault === undefined,
  };
}

/** A schema's path must be in the template's folder, because somebody else's template must not choose among our files. */
function readSchema(field: FrontMatterField | undefined, path: string): Template['schema'] {
  if (!field || field.isEmpty) return undefined;
  if (field.fields) return { text: JSON.stringify(field.value) };
  const file = typeof field.value === 'string' ? field.value.replaceAll('\\', '/') : '';
  if (file === '') throw field.createError('schema must be a JSON Schema, or the path of one');
  if (/^(?:[A-Za-z]:|\/|~)/.test(file) || file.split('/').includes('..')) {
    throw field.createError(`the schema ${file} must be in the folder of the template, or below it`);
  }
  return { path: join(dirname(path), file) };
}

function readUse(field: FrontMatterField | undefined): Pick<Template, 'use'> {
  if (!field || field.isEmpty) return {};
  const kinds = parseToolKinds(field.text ?? '');
  if (!kinds) throw field.createError(`use ${checkTools(field.text ?? '')}`);
  return { use: kinds };
}

function readText(fields: Fields, key: string): string | undefined {
  const field = fields.get(key);
  if (!field || field.isEmpty) return undefined;
  if (field.text === undefined) {
    throw field.createError(`${key} must be text, in quotes if it begins with a brace or a bracket`);
  }
  return field.text;
}

function checkKeys(fields: Fields, known: readonly string[]): void {
  for (const [key, field] of fields) {
    if (known.includes(key)) continue;
    throw field.createError(`${key || 'this'} is not one of ${known.join(', ')}${suggest(key, known)}`);
  }
}

function definedOnly<T extends Record<string, string | undefined>>(texts: T): { [K in keyof T]?: string } {
  const entries = Object.entries(texts).filter(([, text]) => text !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: string };
}

type TemplateText = { fields: Map<string, FrontMatterField>; body: string };

/** Splits a template into optional YAML between two lines of `---`, and its body. Throws CliError `config`. */
async function splitTemplate(text: string, path: string): Promise<TemplateText> {
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

/** Blank lines around the body are for readers of the file. */
function toBody(text: string): string {
  const body = text.replaceAll(/\r\n|\r/g, '\n').trimEnd();
  return body.replace(/^(?:[ \t]*\n)+/, '');
}
