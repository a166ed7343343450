import type { ToolDefinition } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { isObject, parseJson, toObject, toText } from '../json-value.ts';
import { readNamedFile } from './named-file.ts';

/** Tools from a JSON file, a list in the form of either API. Throws CliError `usage` where there is none, `config` where it is wrong. */
export async function loadTools(path: string, signal: AbortSignal): Promise<ToolDefinition[]> {
  const value = parseJson(await readNamedFile(path, { hint: 'Check the path of the tools.', signal }));
  const list = isObject(value) ? value.tools : value;
  if (!Array.isArray(list)) throw createError(path, 'it is not a JSON list of tools');
  return list.map((entry, index) => readTool(entry, path, index));
}

/** `{type, function: {name, …}}`, `{name, parameters}` or `{name, input_schema}`. */
function readTool(entry: unknown, path: string, index: number): ToolDefinition {
  const outer = toObject(entry);
  const fields = isObject(outer.function) ? outer.function : outer;
  const name = toText(fields.name);
  const parameters = fields.parameters ?? fields.input_schema ?? {};
  if (name === undefined) throw createError(path, `tool ${index} has no name`);
  if (!isObject(parameters)) throw createError(path, `the parameters of ${name} are no JSON Schema`);
  const description = toText(fields.description);
  return { name, parameters, ...(description !== undefined && { description }) };
}

function createError(path: string, reason: string): CliError {
  return new CliError('config', `${path} cannot be used: ${reason}`, {
    hint: 'Write [{"name": "read", "description": "…", "parameters": {"type": "object", "properties": {}}}]',
  });
}
