import type { ToolChoice, ToolDefinition } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { repairSchema } from '../tool-schema.ts';
import type { Context } from './encode-content.ts';

const maxTools = 128;
const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;

/** `tools`, and what may stand in a body only beside them. */
export function encodeTools(context: Context): Record<string, unknown> {
  const { request, notices } = context;
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    if (toolChoice !== undefined || parallelToolCalls !== undefined)
      notices.add('How to choose tools is left out: there are none.');
    return {};
  }
  if (tools.length > maxTools) {
    throw new DialectError(`there are ${tools.length} tools, and Copilot takes at most ${maxTools}`, 'tools');
  }
  if (tools.some(({ cache }) => cache))
    notices.add('Cache marks of tools are left out: in this dialect only messages have them.');
  return {
    tools: tools.map(encodeTool),
    ...(toolChoice === undefined ? {} : { tool_choice: encodeChoice(toolChoice) }),
    ...encodeParallel(context),
  };
}

function encodeTool({ name, description, parameters, strict }: ToolDefinition, index: number): object {
  if (!namePattern.test(name)) {
    throw new DialectError(
      `the tool name ${JSON.stringify(name)} must have 1 to 64 letters, digits, underscores or hyphens`,
      `tools.${index}.name`,
    );
  }
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: repairSchema(parameters),
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

function encodeChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}

function encodeParallel({ request, traits, notices }: Context): { parallel_tool_calls?: boolean } {
  const { parallelToolCalls } = request;
  if (parallelToolCalls === undefined) return {};
  if (traits.parallelToolCalls) return { parallel_tool_calls: parallelToolCalls };
  if (parallelToolCalls) notices.add(`${traits.id} calls one tool at a time.`);
  return {};
}
