import { isObject, type JsonObject } from '../../json-value.ts';
import { mapMembers, withFields } from '../body.ts';
import { mergeTop } from './merged-schema.ts';
import { mapSchemas } from './schema-nodes.ts';

// Tool schemas come from everywhere, and each backend refuses something else in them. Everything here returns the same object if there is
// nothing to mend, so that a caller's own bytes can go on.

/** A schema that every backend takes: an object, with no union at the top; objects have `properties`, and arrays `items`. */
export function fitSchema(schema: JsonObject): JsonObject {
  const merged = mergeTop(schema);
  return repairNode(merged.type === 'object' ? merged : { ...merged, type: 'object' }, 0);
}

const maxDepth = 64;

function repairNode(node: JsonObject, depth: number): JsonObject {
  if (depth > maxDepth) return node;
  const given = withoutArrayEnum(depth > 0 ? withFields(node, { $schema: undefined }) : node);
  const repaired = mapMembers(given, (value, key) =>
    mapSchemas(key, value, (child) => repairNode(child, depth + 1)),
  );
  const lacksProperties = hasType(node, 'object') && !isObject(node.properties);
  // Also beside `prefixItems`: without `items`, anything may follow them.
  const lacksItems = hasType(node, 'array') && (given.items === undefined || given.items === null);
  if (!lacksProperties && !lacksItems) return repaired;
  return {
    ...repaired,
    ...(lacksProperties ? { properties: {} } : {}),
    ...(lacksItems ? { items: {} } : {}),
  };
}

/** An `enum` of an array is meant for its items. Gemini refuses the whole request for it, without a reason. */
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
