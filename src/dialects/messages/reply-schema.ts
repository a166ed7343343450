import { isObject, type JsonObject } from '../../json-value.ts';

/** Keywords that Claude follows. It refuses a request with others, so they go into the description. */
const keptWords: ReadonlySet<string> = new Set(['type', 'title', 'const', 'default', '$ref', 'required']);
const formats: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);
/** Keywords that do not constrain the value, or that are expressed in another way. */
const droppedWords: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'additionalProperties',
  'unevaluatedProperties',
]);
const definitionWords = ['$defs', 'definitions'];
const maxDepth = 64;

/** A schema that this form cannot say; it never leaves this file. */
class InexpressibleError extends Error {
  override readonly name = 'InexpressibleError';
}

/**
 * A reply schema in the form that Claude accepts: closed objects, `anyOf` for `oneOf`, merged `allOf`, limits in the description. Undefined
 * for what this form cannot express without forbidding good answers: maps, tuples, recursion, a union at the top.
 */
export function toReplySchema(schema: JsonObject): JsonObject | undefined {
  try {
    refuseRecursion(schema);
    const closed = toNode(schema, 0);
    return closed.anyOf === undefined ? closed : undefined;
  } catch (error) {
    if (error instanceof InexpressibleError) return undefined;
    throw error;
  }
}

function toNode(given: unknown, depth: number): JsonObject {
  if (given === true) return {};
  if (!isObject(given) || depth > maxDepth) throw new InexpressibleError();
  const node = mergeAll(given, depth);
  if (node.prefixItems !== undefined || Array.isArray(node.items)) throw new InexpressibleError();
  const closed: JsonObject = {};
  const limits: string[] = [];
  for (const [word, value] of Object.entries(node)) {
    if (keptWords.has(word)) closed[word] = value;
    else if (word === 'anyOf' || word === 'oneOf') closed.anyOf = toList(value, depth);
    else if (word === 'items') closed.items = toNode(value, depth + 1);
    else if (word === 'properties' || definitionWords.includes(word)) closed[word] = toMap(value, depth);
    else if (word === 'format' && formats.has(value)) closed.format = value;
    else if (word === 'enum' && isPlainList(value)) closed.enum = value;
    else if (word !== 'description' && !droppedWords.has(word))
      limits.push(`${word}: ${JSON.stringify(value)}`);
  }
  const description = describe(node.description, limits);
  return { ...closed, ...closeObject(node), ...(description !== undefined && { description }) };
}

/** An object that lists no properties is open to all of them, and closed it would hold none. */
function closeObject(node: JsonObject): JsonObject {
  const { type, properties, required } = node;
  const mayBeObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
  if (!mayBeObject && properties === undefined) return {};
  const names = isObject(properties) ? Object.keys(properties) : [];
  const isClosed = node.additionalProperties === false;
  if (names.length === 0 && !isClosed) throw new InexpressibleError();
  if (Array.isArray(required) && required.some((name) => !names.includes(name)))
    throw new InexpressibleError();
  return { ...(properties === undefined && { properties: {} }), additionalProperties: false };
}

/** Closed one by one, the parts of `allOf` would forbid each other's properties. */
function mergeAll(node: JsonObject, depth: number): JsonObject {
  if (node.allOf === undefined) return node;
  if (!Array.isArray(node.allOf) || depth > maxDepth) throw new InexpressibleError();
  const { allOf, ...merged } = node;
  for (const part of allOf) {
    if (!isObject(part) || part.$ref !== undefined) throw new InexpressibleError();
    for (const [word, value] of Object.entries(mergeAll(part, depth + 1))) {
      const known = merged[word];
      if (known === undefined || JSON.stringify(known) === JSON.stringify(value)) merged[word] = value;
      else if (word === 'properties' && isObject(known) && isObject(value) && !sharesKeys(known, value))
        merged.properties = { ...known, ...value };
      else if (word === 'required' && Array.isArray(known) && Array.isArray(value))
        merged.required = [...new Set([...known, ...value])];
      else throw new InexpressibleError();
    }
  }
  return merged;
}

function sharesKeys(one: JsonObject, other: JsonObject): boolean {
  return Object.keys(one).some((key) => key in other);
}

function toList(value: unknown, depth: number): JsonObject[] {
  if (!Array.isArray(value)) throw new InexpressibleError();
  return value.map((item) => toNode(item, depth + 1));
}

function toMap(value: unknown, depth: number): JsonObject {
  if (!isObject(value)) throw new InexpressibleError();
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toNode(item, depth + 1)]));
}

function isPlainList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
}

function describe(description: unknown, limits: readonly string[]): string | undefined {
  const words = typeof description === 'string' ? description : '';
  const text = [words, limits.length > 0 ? `(${limits.join(', ')})` : ''].filter(Boolean).join(' ');
  return text === '' ? undefined : text;
}

/** Throws if a reference is recursive or leads out of the schema. */
function refuseRecursion(schema: JsonObject): void {
  const visit = (value: unknown, open: readonly string[]): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, open);
    if (!isObject(value)) return;
    for (const [word, item] of Object.entries(value)) {
      if (word === '$ref' && typeof item === 'string') follow(item, open);
      // Definitions are visited through their references.
      else if (!(definitionWords.includes(word) && value === schema)) visit(item, open);
    }
  };
  const follow = (reference: string, open: readonly string[]): void => {
    const [, word = '', name = ''] = /^#\/(\$defs|definitions)\/([^/~%]+)$/.exec(reference) ?? [];
    const definitions = schema[word];
    if (open.includes(reference) || open.length > maxDepth) throw new InexpressibleError();
    if (!isObject(definitions) || definitions[name] === undefined) throw new InexpressibleError();
    visit(definitions[name], [...open, reference]);
  };
  visit(schema, []);
}
