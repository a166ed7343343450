import { isObject, type JsonObject } from '../../json-value.ts';
import {
  compact,
  readList,
  readObject,
  readOptionalFlag,
  readOptionalString,
  readString,
} from '../body-reader.ts';
import type { ToolChoice, ToolDefinition } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';

export function readTools(value: unknown): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  return readList(value, 'tools').map((tool, index) => readTool(tool, `tools.${index}`));
}

/** Cursor writes them flat, as the Responses API has them. */
function readTool(value: unknown, path: string): ToolDefinition {
  const tool = readObject(value, path);
  const type = readOptionalString(tool.type, `${path}.type`) ?? 'function';
  if (type !== 'function') throw new DialectError(`tools of the type ${type} are not supported here`, path);
  const isNested = tool.function !== undefined && tool.function !== null;
  const place = isNested ? `${path}.function` : path;
  return readFunction(isNested ? readObject(tool.function, place) : tool, place);
}

function readFunction(definition: JsonObject, path: string): ToolDefinition {
  // Some callers write tools as Anthropic has them.
  const { parameters = definition.input_schema } = definition;
  return compact({
    name: readString(definition.name, `${path}.name`),
    description: readOptionalString(definition.description, `${path}.description`),
    parameters:
      parameters === undefined || parameters === null
        ? { type: 'object', properties: {} }
        : readObject(parameters, `${path}.parameters`),
    strict: readOptionalFlag(definition.strict, `${path}.strict`),
  });
}

export function readToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const choice = isObject(value) ? value : { type: value };
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type;
    case 'function': {
      const named = isObject(choice.function) ? choice.function : choice;
      return { name: readString(named.name, 'tool_choice.function.name') };
    }
    default:
      throw new DialectError('must be auto, none, required or a function', 'tool_choice');
  }
}
