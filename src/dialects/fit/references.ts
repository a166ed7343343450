import type { JsonObject } from '../../json-value.ts';
import { mapMembers } from '../body.ts';
import { findReferred, mapSchemas } from './schema-nodes.ts';

/** Schemas that generators write have some hundreds of nodes; a small one can refer to itself a million times. */
const maxNodes = 2000;
const maxDepth = 32;

/** Which references a model's backend follows. Gemini follows none, and Kimi those to `$defs` only. */
export function followsReferences(model: string): (reference: string) => boolean {
  if (/^gemini/i.test(model)) return () => false;
  if (/^kimi/i.test(model)) return (reference) => reference.startsWith('#/$defs/');
  return () => true;
}

/**
 * Puts what a schema refers to in the place of references that the backend does not follow. A recursive one becomes an object of any kind.
 * The same object if there are none.
 */
export function inlineReferences(schema: JsonObject, isFollowed: (reference: string) => boolean): JsonObject {
  let count = 0;

  function visit(node: JsonObject, open: readonly string[]): JsonObject {
    count += 1;
    const reference = node.$ref;
    if (typeof reference === 'string' && !isFollowed(reference)) return resolve(node, reference, open);
    return mapMembers(node, (value, key) =>
      isDefinition(key) ? value : mapSchemas(key, value, (child) => visit(child, open)),
    );
  }

  function resolve(
    { $ref: _, ...beside }: JsonObject,
    reference: string,
    open: readonly string[],
  ): JsonObject {
    const referred = findReferred(schema, reference);
    const isEndless = open.includes(reference) || open.length > maxDepth || count > maxNodes;
    if (!referred || isEndless) return { type: 'object', properties: {}, ...beside };
    return { ...visit(referred, [...open, reference]), ...beside };
  }

  const inlined = visit(schema, []);
  const needsDefinitions = hasReference(inlined);
  return inlined === schema || needsDefinitions ? inlined : withoutDefinitions(inlined);
}

function isDefinition(key: string): boolean {
  return key === '$defs' || key === 'definitions';
}

function hasReference(node: JsonObject): boolean {
  let found = node.$ref !== undefined;
  for (const [key, value] of Object.entries(node)) {
    if (found || isDefinition(key)) continue;
    mapSchemas(key, value, (child) => {
      found ||= hasReference(child);
      return child;
    });
  }
  return found;
}

function withoutDefinitions({ $defs: _, definitions: __, ...rest }: JsonObject): JsonObject {
  return rest;
}
