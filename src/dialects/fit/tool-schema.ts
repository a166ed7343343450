import { isObject, type JsonObject } from '../../json-value.ts';

const maxDepth = 64;

/**
 * A tool's parameters as every backend accepts them: an object with `properties`, arrays with `items`, no `$schema`. Copilot
 * answers 400 to "object schema missing properties" and "array schema missing items".
 */
export function repairSchema(schema: JsonObject): JsonObject {
  return repairNode({ ...schema, type: 'object' }, 0);
}

function repairNode(node: JsonObject, depth: number): JsonObject {
  if (depth > maxDepth) return node;
  const { $schema: _, ...rest } = withoutArrayEnum(node);
  const repaired = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, repairValue(key, value, depth + 1)]),
  );
  const lacksProperties = hasType(node, 'object') && !isObject(node.properties);
  // Beside `prefixItems`, too: there they say what may follow, which is anything unless something else is said.
  const lacksItems = hasType(node, 'array') && (node.items === undefined || node.items === null);
  return {
    ...repaired,
    ...(lacksProperties ? { properties: {} } : {}),
    ...(lacksItems ? { items: {} } : {}),
  };
}

/** What an array may be is meant of its items. Gemini refuses the whole request for it, without a word. */
function withoutArrayEnum(node: JsonObject): JsonObject {
  if (node.type !== 'array' || !Array.isArray(node.enum)) return node;
  const { enum: values, ...rest } = node;
  if (values.some(Array.isArray)) return rest;
  return { ...rest, items: { enum: values, ...(isObject(node.items) ? node.items : {}) } };
}

/** A type may be one of a list, as in `["array", "null"]`. */
function hasType({ type }: JsonObject, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

const maps = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);
const nodes = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
]);

/** Goes where schemas are, and not into values such as `default` or `enum`. */
function repairValue(key: string, value: unknown, depth: number): unknown {
  const repair = (item: unknown): unknown => (isObject(item) ? repairNode(item, depth) : item);
  if (maps.has(key) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, repair(item)]));
  }
  if (!nodes.has(key)) return value;
  return Array.isArray(value) ? value.map(repair) : repair(value);
}
