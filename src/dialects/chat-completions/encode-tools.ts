import type { ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { Context } from './encode-content.ts';

/** `tools`, and what may stand in a body only beside them. */
export function writeTools({ request, notices }: Context): Record<string, unknown> {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) return {};
  if (tools.some(({ cache }) => cache))
    notices.add('Cache marks of tools are left out: in this dialect only messages have them.');
  return {
    tools: tools.map(writeTool),
    tool_choice: writeChoice(toolChoice),
    parallel_tool_calls: parallelToolCalls,
  };
}

function writeTool({ name, description, parameters, strict }: ToolDefinition): object {
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

function writeChoice(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}
