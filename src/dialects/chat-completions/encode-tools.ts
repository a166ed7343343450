import type { ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { Context } from './encode-content.ts';

/** `tools`, and what may stand in a body only beside them. */
export function encodeTools({ request, notices }: Context): Record<string, unknown> {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) return {};
  if (tools.some(({ cache }) => cache))
    notices.add('Cache marks of tools are left out: in this dialect only messages have them.');
  return {
    tools: tools.map(encodeTool),
    tool_choice: encodeChoice(toolChoice),
    parallel_tool_calls: parallelToolCalls,
  };
}

function encodeTool({ name, description, parameters, strict }: ToolDefinition): object {
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters,
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

function encodeChoice(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}
