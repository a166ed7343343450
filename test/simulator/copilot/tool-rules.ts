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
  const problem = schema === undefined ? undefined : findSchemaProblem(schema, isGemini(call));
  if (problem === undefined) return undefined;
  return refuseBody(`Invalid schema for function '${name}': ${problem}`, `${path}.parameters`);
}

/** What is wrong with a JSON schema anywhere in it, in the service's words. */
function findSchemaProblem(schema: unknown, forGemini: boolean): string | undefined {
  if (!isRecord(schema) || schema.type !== 'object') return 'schema must be of type "object"';
  return findNestedProblem(schema, forGemini);
}

function findNestedProblem(schema: JsonRecord, forGemini: boolean): string | undefined {
  if (schema.type === 'object' && !isRecord(schema.properties)) return 'object schema missing properties';
  if (schema.type === 'array' && schema.items === undefined) return 'array schema missing items';
  // protocol: Gemini knows no enum on arrays.
  if (forGemini && schema.type === 'array' && schema.enum !== undefined) return 'enum on an array';
  const children = [...Object.values(toRecord(schema.properties)), schema.items].filter(isRecord);
  return children
    .map((child) => findNestedProblem(child, forGemini))
    .find((problem) => problem !== undefined);
}
