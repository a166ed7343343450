import type { AnsweredToolCall } from '../simulator/answer/answer.ts';
import { toRecord } from '../simulator/json.ts';
import type { OfferedTool } from './model-request.ts';

/** How one tool is called for a deed. */
export type ToolUse = { tool: string; call: (path: string, text: string) => Record<string, unknown> };

/** A call of the first of these tools that the agent has offered. Throws if it has offered none of them. */
export function callOffered(
  tools: readonly OfferedTool[],
  uses: readonly ToolUse[],
  path: string,
  text = '',
): AnsweredToolCall {
  for (const { tool: name, call } of uses) {
    const tool = tools.find((offered) => offered.name === name);
    if (tool !== undefined) return { name, arguments: JSON.stringify(call(path, text)) };
  }
  throw new Error(
    `the agent offers none of ${uses.map(({ tool }) => tool).join(', ')}, but ${tools.map(({ name }) => name).join(', ')}`,
  );
}

/** The text of a patch, as a tool of one string takes it, whatever its field is called. */
export function callWithText(tool: OfferedTool, text: string): AnsweredToolCall {
  if (tool.type === 'custom') return { name: tool.name, arguments: text };
  const [field = 'input'] = Object.keys(toRecord(tool.schema.properties));
  return { name: tool.name, arguments: JSON.stringify({ [field]: text }) };
}

/** A patch in the form of Codex that adds a file. */
export function toPatch(path: string, text: string): string {
  return [
    '*** Begin Patch',
    `*** Add File: ${path}`,
    ...text.split('\n').map((line) => `+${line}`),
    '*** End Patch',
  ].join('\n');
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
