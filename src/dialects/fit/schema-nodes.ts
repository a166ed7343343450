import { isObject, type JsonObject } from '../../json-value.ts';
import { mapMembers, mapObjects } from '../body.ts';

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

/** Visits the schemas in a member of a schema, not values such as `default` or `enum`. The same value if nothing changes. */
export function mapSchemas(key: string, value: unknown, change: (node: JsonObject) => JsonObject): unknown {
  if (maps.has(key) && isObject(value))
    return mapMembers(value, (item) => (isObject(item) ? change(item) : item));
  if (!nodes.has(key)) return value;
  return isObject(value) ? change(value) : mapObjects(value, change);
}

/** What a reference such as `#/$defs/item` means in a schema. Undefined if there is no such part, or it is elsewhere. */
export function findReferred(root: JsonObject, reference: string): JsonObject | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let part: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = decode(step);
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined;
    part = (part as JsonObject)[name];
  }
  return isObject(part) ? part : undefined;
}

function decode(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
