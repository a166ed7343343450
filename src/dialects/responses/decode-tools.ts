import { isObject } from '../../json-value.ts';
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

/** What the service runs by itself: the caller never answers for it, so it can be handed on as it is. */
const servedTypes =
  /^(?:web_search|file_search|code_interpreter|image_generation|mcp|tool_search|programmatic_tool_calling)/;

export function readTools(value: unknown): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  const tools: ToolDefinition[] = [];
  for (const [index, tool] of readList(value, 'tools').entries()) {
    if (isToolOfCaller(tool)) tools.push(readTool(tool, `tools.${index}`));
  }
  return tools.length === 0 ? undefined : tools;
}

export function isToolOfCaller(tool: unknown): boolean {
  return !isObject(tool) || typeof tool.type !== 'string' || !servedTypes.test(tool.type);
}

function readTool(value: unknown, path: string): ToolDefinition {
  const tool = readObject(value, path);
  if (tool.type !== 'function')
    throw new DialectError(
      `a tool of the type "${tool.type}" cannot be carried: use a function`,
      `${path}.type`,
    );
  return compact({
    name: readString(tool.name, `${path}.name`),
    description: readOptionalString(tool.description, `${path}.description`),
    parameters: readObject(tool.parameters ?? { type: 'object', properties: {} }, `${path}.parameters`),
    strict: readOptionalFlag(tool.strict, `${path}.strict`),
  });
}

/** Undefined for the choices that only the service understands; those are among the extras. */
export function readToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  if (!isObject(value)) throw new DialectError('must be auto, none, required or an object', 'tool_choice');
  return value.type === 'function' ? { name: readString(value.name, 'tool_choice.name') } : undefined;
}
