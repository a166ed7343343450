import type { ChatRequest, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { toCacheField } from './cache-marks.ts';
import type { Tool, ToolChoiceField } from './wire.ts';

type ToolFields = { tools?: Tool[]; tool_choice?: ToolChoiceField };

/** A choice without tools is refused, so the one goes with the other. */
export function writeTools(request: ChatRequest, traits: ModelTraits, notices: Set<string>): ToolFields {
  const { tools = [] } = request;
  if (tools.length === 0) return {};
  const isStrictLost = !traits.structuredOutput && tools.some(({ strict }) => strict);
  if (isStrictLost) notices.add(`Strict tools are left to be loose: ${traits.id} has no structured output.`);
  const choice = writeChoice(request);
  return {
    tools: tools.map((tool) => writeTool(tool, traits.structuredOutput)),
    ...(choice ? { tool_choice: choice } : {}),
  };
}

function writeTool(
  { name, description, parameters, strict, cache }: ToolDefinition,
  canBeStrict: boolean,
): Tool {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: parameters,
    ...(strict && canBeStrict ? { strict } : {}),
    ...toCacheField(cache),
  };
}

function writeChoice({ toolChoice, parallelToolCalls }: ChatRequest): ToolChoiceField | undefined {
  const isSingle = parallelToolCalls === false && toolChoice !== 'none';
  if (toolChoice === undefined && !isSingle) return undefined;
  return { ...toChoiceField(toolChoice), ...(isSingle ? { disable_parallel_tool_use: true } : {}) };
}

function toChoiceField(choice: ToolChoice = 'auto'): ToolChoiceField {
  if (typeof choice === 'object') return { type: 'tool', name: choice.name };
  return { type: choice === 'required' ? 'any' : choice };
}
