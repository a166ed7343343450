import { isObject, type JsonObject } from '../../json-value.ts';
import { compact } from '../body-reader.ts';
import type { ChatRequest, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { ModelTraits } from '../dialect.ts';
import { repairSchema } from '../tool-schema.ts';

type ToolFields = {
  tools: JsonObject[] | undefined;
  tool_choice: unknown;
  parallel_tool_calls: boolean | undefined;
};

export function encodeTools(
  request: ChatRequest,
  extras: JsonObject,
  traits: ModelTraits,
  notices: string[],
): ToolFields {
  // The tools that the service runs itself came along among the extras.
  const served = Array.isArray(extras.tools) ? extras.tools.filter(isObject) : [];
  const tools = [...(request.tools ?? []).map(encodeTool), ...served];
  return {
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: encodeToolChoice(request.toolChoice, extras, tools.length > 0, notices),
    parallel_tool_calls: encodeParallel(request, traits, notices),
  };
}

/** `strict` is said always: left out, the service takes it as true and refuses most schemas. */
function encodeTool({ name, description, parameters, strict = false }: ToolDefinition): JsonObject {
  return compact({ type: 'function', name, description, parameters: repairSchema(parameters), strict });
}

/** A choice without tools is a 400 at some models. */
function encodeToolChoice(
  choice: ToolChoice | undefined,
  extras: JsonObject,
  hasTools: boolean,
  notices: string[],
): unknown {
  const encoded = isObject(choice) ? { type: 'function', name: choice.name } : (choice ?? extras.tool_choice);
  if (encoded === undefined || hasTools) return encoded;
  notices.push('The tool choice was left out: there are no tools.');
  return undefined;
}

function encodeParallel(
  { parallelToolCalls }: ChatRequest,
  traits: ModelTraits,
  notices: string[],
): boolean | undefined {
  if (parallelToolCalls === undefined || traits.parallelToolCalls) return parallelToolCalls;
  notices.push(`Parallel tool calls were not mentioned: ${traits.id} makes one call at a time.`);
  return undefined;
}
