import { isRecord, toRecord } from '../json.ts';
import { refuseAsClaude } from './claude-error.ts';
import type { Rule } from './model-call.ts';

const place = 'output_config.format.schema';
const unsupported = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'contains',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
]);
const maps = ['properties', '$defs', 'definitions'];
const lists = ['anyOf', 'allOf'];

/** field report: Claude takes a schema of closed objects without limits, and refuses any other. */
export const refuseReplySchema: Rule = (call) => {
  const { type, schema } = toRecord(toRecord(call.body.output_config).format);
  if (type === undefined) return undefined;
  if (type !== 'json_schema')
    return refuseAsClaude(call, "output_config.format.type: Input should be 'json_schema'");
  const problem = isRecord(schema) ? findProblem(schema) : 'Field required';
  return problem === undefined ? undefined : refuseAsClaude(call, `${place}: ${problem}`);
};

function findProblem(node: unknown): string | undefined {
  if (!isRecord(node)) return undefined;
  const words = Object.keys(node).filter((word) => unsupported.has(word));
  if (words.length > 0) return `For '${node.type}' type, properties ${words.join(', ')} are not supported`;
  const isObject = node.type === 'object' || node.properties !== undefined;
  if (isObject && node.additionalProperties !== false)
    return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  const inner = [
    ...maps.flatMap((word) => Object.values(toRecord(node[word]))),
    ...lists.flatMap((word) => (Array.isArray(node[word]) ? node[word] : [])),
    node.items,
  ];
  for (const child of inner) {
    const problem = findProblem(child);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
