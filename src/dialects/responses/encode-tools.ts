import { isObject, type JsonObject } from '../../json-value.ts';
import { compact } from '../body-reader.ts';
import type { ChatRequest, ToolDefinition } from '../chat-request.ts';

type ToolFields = {
  tools?: JsonObject[];
  tool_choice?: unknown;
  parallel_tool_calls?: boolean | undefined;
};

/** The tools that the service runs itself come along among the extras, and so does a choice of one of them. */
export function writeTools(request: ChatRequest, extras: JsonObject): ToolFields {
  const { toolChoice, parallelToolCalls } = request;
  const served = Array.isArray(extras.tools) ? extras.tools.filter(isObject) : [];
  const tools = [...(request.tools ?? []).map(writeTool), ...served];
  if (tools.length === 0) return {};
  return {
    tools,
    tool_choice: isObject(toolChoice)
      ? { type: 'function', name: toolChoice.name }
      : (toolChoice ?? extras.tool_choice),
    parallel_tool_calls: parallelToolCalls,
  };
}

/** `strict` is said always: left out, the service takes it as true and refuses most schemas. */
function writeTool({ name, description, parameters, strict = false }: ToolDefinition): JsonObject {
  return compact({ type: 'function', name, description, parameters, strict });
}
