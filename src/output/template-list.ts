import type { CliError } from '../errors.ts';
import { stdinName, type Template, usesStdin } from '../templates/template.ts';
import type { Column } from './table.ts';

/** A file of the folder, with its template or its error. */
export type ListedTemplate = {
  name: string;
  path: string;
  template?: Template;
  error?: CliError;
};

export const templateColumns: Column<ListedTemplate>[] = [
  { title: 'NAME', read: ({ name }) => name },
  { title: 'DESCRIPTION', read: describe, isFlexible: true },
  { title: 'MODEL', read: ({ template }) => template?.model ?? '' },
  { title: 'VARIABLES', read: ({ template }) => (template ? describeVariables(template) : '') },
  { title: 'PATH', read: ({ path }) => path },
];

/** Leaves out the path, which has its own column. */
function describe({ template, error, path }: ListedTemplate): string {
  if (error) return `cannot be used: ${error.message.replace(`${path}, `, '')}`;
  return template?.description ?? '';
}

/** Optional variables are in brackets, as in the help of a command. */
function describeVariables(template: Template): string {
  const names = template.inputs.map(({ name, required }) => (required ? name : `[${name}]`));
  return [...names, ...(usesStdin(template) ? [stdinName] : [])].join(' ');
}

/** One of `templates list --json`. */
export function toListedJson({ name, path, template, error }: ListedTemplate): Record<string, unknown> {
  return {
    name,
    path,
    description: template?.description ?? null,
    model: template?.model ?? null,
    variables: template ? toVariablesJson(template) : null,
    uses_stdin: template ? usesStdin(template) : null,
    error: error ? { code: error.code, message: error.message } : null,
  };
}

/** `templates show --json`. */
export function toTemplateJson(template: Template): Record<string, unknown> {
  const { name, path, description, model, system, schema, body } = template;
  return {
    name,
    path,
    description: description ?? null,
    model: model ?? null,
    system: system ?? null,
    schema: schema && 'text' in schema ? JSON.parse(schema.text) : null,
    schema_path: schema && 'path' in schema ? schema.path : null,
    variables: toVariablesJson(template),
    uses_stdin: usesStdin(template),
    body,
  };
}

function toVariablesJson({ inputs }: Template): Record<string, unknown>[] {
  return inputs.map(({ name, description, default: byDefault, required }) => ({
    name,
    description: description ?? null,
    default: byDefault ?? null,
    required,
  }));
}
