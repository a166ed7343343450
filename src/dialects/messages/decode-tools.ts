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
import { readCache } from './decode-parts.ts';

export function readTools(value: unknown): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  return readList(value, 'tools').map((tool, index) => readTool(tool, `tools.${index}`));
}

function readTool(value: unknown, path: string): ToolDefinition {
  const tool = readObject(value, path);
  const { type } = tool;
  if (type !== undefined && type !== null && type !== 'custom') {
    const names = [tool.name, type].filter((name) => typeof name === 'string');
    throw new DialectError(
      `the tool ${[...new Set(names)].join(', ')} is not one that the caller defines`,
      path,
    );
  }
  return compact({
    name: readString(tool.name, `${path}.name`),
    description: readOptionalString(tool.description, `${path}.description`),
    parameters: readObject(tool.input_schema, `${path}.input_schema`),
    strict: readOptionalFlag(tool.strict, `${path}.strict`),
    cache: readCache(tool.cache_control, `${path}.cache_control`),
  });
}

export function readToolChoice(value: unknown): { toolChoice?: ToolChoice; parallelToolCalls?: boolean } {
  if (value === undefined || value === null) return {};
  const choice = readObject(value, 'tool_choice');
  const isSingle = readOptionalFlag(
    choice.disable_parallel_tool_use,
    'tool_choice.disable_parallel_tool_use',
  );
  return {
    toolChoice: readChoice(choice),
    ...(isSingle === undefined ? {} : { parallelToolCalls: !isSingle }),
  };
}

function readChoice({ type, name }: Record<string, unknown>): ToolChoice {
  if (type === 'auto' || type === 'none') return type;
  if (type === 'any') return 'required';
  if (type === 'tool') return { name: readString(name, 'tool_choice.name') };
  throw new DialectError('must be auto, any, tool or none', 'tool_choice.type');
}
