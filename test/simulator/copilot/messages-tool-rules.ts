import { type JsonRecord, toRecord, toRecords, toText } from '../json.ts';
import type { Reply } from '../reply.ts';
import { refuseAsClaude, refuseFlat } from './claude-error.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { refuseBody, refuseWithCode } from './service-error.ts';
import { hasUnionAtTop, refuseManyTools, toolNamePattern } from './tool-rules.ts';

// Tools that the caller runs; the service's own tools are refused.
const clientToolTypes = [
  'bash_20250124',
  'computer_20251124',
  'custom',
  'memory_20250818',
  'text_editor_20250728',
  'tool_search_tool_bm25_20251119',
  'tool_search_tool_regex_20251119',
];

const refuseServerTools: Rule = (call) => {
  for (const [index, tool] of toRecords(call.body.tools).entries()) {
    const refusal = refuseToolType(toText(tool.type) || 'custom', index);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

function refuseToolType(type: string, index: number): Reply | undefined {
  if (type.startsWith('web_search')) {
    return refuseWithCode('The use of the web search tool is not supported.', 'unsupported_value');
  }
  if (type.startsWith('web_fetch')) return refuseBody('rejected tool(s): web_fetch');
  if (clientToolTypes.includes(type)) return undefined;
  const expected = clientToolTypes.map((tag) => `'${tag}'`).join(', ');
  const problem = `Input tag '${type}' found using 'type' does not match any of the expected tags: ${expected}`;
  return refuseFlat(`tools.${index}: ${problem}`);
}

const refuseCustomTools: Rule = (call) => {
  for (const [index, tool] of toRecords(call.body.tools).entries()) {
    const isCustom = tool.type === undefined || tool.type === 'custom';
    const refusal = isCustom ? refuseCustomTool(tool, index, call) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

function refuseCustomTool(tool: JsonRecord, index: number, call: ModelCall): Reply | undefined {
  const path = `tools.${index}.custom`;
  if (!toolNamePattern.test(toText(tool.name))) {
    return refuseAsClaude(call, `${path}.name: String should match pattern '${toolNamePattern.source}'`);
  }
  const schema = toRecord(tool.input_schema);
  if (hasUnionAtTop(schema)) {
    const problem = 'input_schema does not support oneOf, allOf, or anyOf at the top level';
    return refuseAsClaude(call, `${path}.input_schema: ${problem}`);
  }
  if (schema.type === 'object') return undefined;
  return refuseAsClaude(call, `${path}.input_schema.type: Field required`);
}

const refuseTwins: Rule = (call) => {
  const names = toRecords(call.body.tools).map(({ name }) => toText(name));
  return new Set(names).size === names.length
    ? undefined
    : refuseAsClaude(call, 'tools: Tool names must be unique.');
};

export const messagesToolRules: Rule[] = [refuseManyTools, refuseServerTools, refuseCustomTools, refuseTwins];
