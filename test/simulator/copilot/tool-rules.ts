import { isRecord, type JsonRecord, toArray, toRecord, toRecords, toText } from '../json.ts';
import { type Reply, toPlainReply } from '../reply.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { refuseBody } from './service-error.ts';

const maxTools = 128;
export const toolNamePattern = /^[a-zA-Z0-9_-]{1,64}$/;

/** A function tool of any dialect: its place in the body, its name and its schema. */
export type FunctionTool = { path: string; name: string; schema: unknown };

/** Whether a model answers malformed tools with nothing but "Bad Request". */
function isGemini({ model }: ModelCall): boolean {
  return model.vendor === 'Google';
}

function isOpenai({ model }: ModelCall): boolean {
  return model.vendor.includes('OpenAI');
}

export const refuseManyTools: Rule = (call) => {
  const count = toArray(call.body.tools).length;
  if (count <= maxTools) return undefined;
  if (isGemini(call)) return toPlainReply(400, 'Bad Request');
  const expected = `Expected an array with maximum length ${maxTools}, but got an array with length ${count} instead.`;
  return refuseBody(`Invalid 'tools': array too long. ${expected}`, 'tools');
};

/** protocol: tool_choice without tools is refused by some backends. */
export const refuseLoneToolChoice: Rule = ({ body, model }) => {
  const isStrict = model.vendor.includes('OpenAI') || model.vendor === 'xAI';
  if (!isStrict || body.tool_choice === undefined || toArray(body.tools).length > 0) return undefined;
  return refuseBody("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice');
};

export const refuseChatTools: Rule = (call) =>
  refuseTools(
    toRecords(call.body.tools).map((tool, index) => {
      const definition = toRecord(tool.function);
      return {
        path: `tools[${index}].function`,
        name: toText(definition.name),
        schema: definition.parameters,
      };
    }),
    call,
  );

export const refuseResponsesTools: Rule = (call) =>
  refuseTools(
    toRecords(call.body.tools)
      .map((tool, index) => ({ tool, path: `tools[${index}]` }))
      .filter(({ tool }) => tool.type === 'function')
      .map(({ tool, path }) => ({ path, name: toText(tool.name), schema: tool.parameters })),
    call,
  );

function refuseTools(tools: FunctionTool[], call: ModelCall): Reply | undefined {
  const twins = refuseTwins(tools, call);
  if (twins !== undefined) return twins;
  for (const tool of tools) {
    const problem = findToolProblem(tool, call);
    if (problem !== undefined) return isGemini(call) ? toPlainReply(400, 'Bad Request') : problem;
  }
  return undefined;
}

function findToolProblem({ path, name, schema }: FunctionTool, call: ModelCall): Reply | undefined {
  if (!toolNamePattern.test(name)) {
    const expected = "Expected a string that matches the pattern '^[a-zA-Z0-9_-]{1,64}$'.";
    return refuseBody(`Invalid '${path}.name': string does not match pattern. ${expected}`, `${path}.name`);
  }
  // Functions without parameters at all are fine.
  const problem = schema === undefined ? undefined : findSchemaProblem(schema, call);
  if (problem === undefined) return undefined;
  return refuseBody(`Invalid schema for function '${name}': ${problem}`, `${path}.parameters`);
}

/** field report: Claude and Gemini take a name once. */
function refuseTwins(tools: FunctionTool[], call: ModelCall): Reply | undefined {
  const isStrict = isGemini(call) || call.model.vendor === 'Anthropic';
  const isUnique = new Set(tools.map(({ name }) => name)).size === tools.length;
  if (!isStrict || isUnique) return undefined;
  return isGemini(call) ? toPlainReply(400, 'Bad Request') : refuseBody('tools: Tool names must be unique.');
}

/** What is wrong with a JSON schema anywhere in it, in the service's words. */
function findSchemaProblem(schema: unknown, call: ModelCall): string | undefined {
  if (!isRecord(schema)) return 'schema must be of type "object"';
  const isClaude = call.model.vendor === 'Anthropic';
  if (isClaude && hasUnionAtTop(schema))
    return 'input_schema does not support oneOf, allOf, or anyOf at the top level';
  if (isOpenai(call) && (hasUnionAtTop(schema) || schema.enum !== undefined || schema.not !== undefined))
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";
  if (schema.type !== 'object') return 'schema must be of type "object"';
  return findNestedProblem(schema, call);
}

/** field report: nor do OpenAI and Anthropic take it where it says nothing of importance. */
export function hasUnionAtTop(schema: JsonRecord): boolean {
  return ['anyOf', 'oneOf', 'allOf'].some((word) => schema[word] !== undefined);
}

function findNestedProblem(schema: JsonRecord, call: ModelCall): string | undefined {
  if (schema.type === 'object' && !isRecord(schema.properties)) return 'object schema missing properties';
  if (schema.type === 'array' && schema.items === undefined) return 'array schema missing items';
  // protocol: Gemini knows no enum on arrays, and no references; Kimi knows those to $defs only.
  if (isGemini(call) && schema.type === 'array' && schema.enum !== undefined) return 'enum on an array';
  if (isGemini(call) && schema.$ref !== undefined) return 'a reference';
  const isForeign = schema.$ref !== undefined && !toText(schema.$ref).startsWith('#/$defs/');
  if (call.model.vendor === 'Fireworks' && isForeign) return 'references must start with #/$defs/';
  const lists = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => toRecords(schema[word]));
  const maps = ['properties', '$defs', 'definitions'].flatMap((word) =>
    Object.values(toRecord(schema[word])),
  );
  return [...maps, schema.items, ...lists]
    .filter(isRecord)
    .map((child) => findNestedProblem(child, call))
    .find((problem) => problem !== undefined);
}
