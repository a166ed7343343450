import { isObject, type JsonObject, toText, toTexts } from '../../json-value.ts';
import { findReferred } from './schema-nodes.ts';

/** OpenAI and Anthropic refuse a whole request for one of these at the top of a tool's schema. */
const refusedWords = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref'];
const maxDepth = 8;

/**
 * A schema without unions at the top: the properties of all branches stand side by side, required is what every branch requires, and the
 * description says which belong together. The same object if there is none.
 */
export function mergeTop(schema: JsonObject): JsonObject {
  return mergeNode(schema, schema, 0);
}

function mergeNode(node: JsonObject, root: JsonObject, depth: number): JsonObject {
  if (!refusedWords.some((word) => node[word] !== undefined)) return node;
  const bare = Object.fromEntries(Object.entries(node).filter(([word]) => !refusedWords.includes(word)));
  if (depth > maxDepth) return bare;
  const toBranches = (value: unknown): JsonObject[] =>
    (Array.isArray(value) ? value : []).filter(isObject).map((branch) => mergeNode(branch, root, depth + 1));
  const referred = typeof node.$ref === 'string' ? findReferred(root, node.$ref) : undefined;
  const parts = [...toBranches(referred && [referred]), ...toBranches(node.allOf)];
  const all = parts.reduce(addPart, bare);
  const unions = [node.anyOf, node.oneOf].map(toBranches).map((branches) => branches.filter(mayBeObject));
  return unions.reduce(addUnion, all);
}

function mayBeObject({ type }: JsonObject): boolean {
  return type === undefined || [type].flat().includes('object');
}

/** What is said of the value in addition. */
function addPart(schema: JsonObject, part: JsonObject): JsonObject {
  return compactSchema({
    ...part,
    ...schema,
    properties: joinProperties(schema.properties, part.properties, 'allOf'),
    required: [...new Set([...toTexts(schema.required), ...toTexts(part.required)])],
    description: schema.description ?? part.description,
  });
}

/** What may be said of the value instead of another thing. */
function addUnion(schema: JsonObject, branches: readonly JsonObject[]): JsonObject {
  const [first, ...others] = branches;
  if (!first) return schema;
  const shared = toTexts(first.required).filter((name) =>
    others.every(({ required }) => toTexts(required).includes(name)),
  );
  const properties = branches.reduce<unknown>(
    (known, branch) => joinProperties(known, branch.properties, 'anyOf'),
    schema.properties,
  );
  const areClosed = branches.every(({ additionalProperties }) => additionalProperties === false);
  const definitions = Object.assign({}, ...branches.map(({ $defs }) => $defs ?? {}), schema.$defs ?? {});
  return compactSchema({
    ...schema,
    properties,
    required: [...new Set([...toTexts(schema.required), ...shared])],
    ...(areClosed && schema.additionalProperties === undefined && { additionalProperties: false }),
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
    description: describeGroups(schema, branches),
  });
}

/** A property of both is said by both. Names such as `op` with one value each become one with several. */
function joinProperties(one: unknown, other: unknown, word: 'anyOf' | 'allOf'): JsonObject {
  const joined: JsonObject = { ...(isObject(one) ? one : {}) };
  for (const [name, value] of Object.entries(isObject(other) ? other : {})) {
    const known = Object.hasOwn(joined, name) ? joined[name] : undefined;
    joined[name] = known === undefined || isSame(known, value) ? value : joinTwo(known, value, word);
  }
  return joined;
}

function joinTwo(one: unknown, other: unknown, word: 'anyOf' | 'allOf'): unknown {
  const values = word === 'anyOf' ? [listValues(one), listValues(other)] : [];
  const [first, second] = values;
  if (first && second && isObject(one) && isObject(other)) {
    const { const: _, ...rest } = { ...other, ...one };
    return { ...rest, enum: [...new Set([...first, ...second])] };
  }
  const known =
    isObject(one) && Object.keys(one).length === 1 && Array.isArray(one[word]) ? one[word] : [one];
  return known.some((item) => isSame(item, other)) ? one : { [word]: [...known, other] };
}

function listValues(schema: unknown): unknown[] | undefined {
  if (!isObject(schema)) return undefined;
  if (schema.const !== undefined) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

const maxGroups = 20;

function describeGroups(
  { description, required }: JsonObject,
  branches: readonly JsonObject[],
): string | undefined {
  const common = toTexts(required);
  const groups = branches
    .map((branch) => {
      const names = toTexts(branch.required).filter((name) => !common.includes(name));
      return names.length > 0 ? names : Object.keys(isObject(branch.properties) ? branch.properties : {});
    })
    .filter((names) => names.length > 0)
    .map((names) => names.join(' and '));
  const distinct = [...new Set(groups)].slice(0, maxGroups);
  const words = toText(description);
  if (distinct.length < 2) return words;
  return [words, `Give the fields of one of these groups: ${distinct.join('; ')}.`].filter(Boolean).join(' ');
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function compactSchema(schema: JsonObject): JsonObject {
  const { required, description, ...rest } = schema;
  return {
    ...rest,
    ...(toTexts(required).length > 0 && { required }),
    ...(description !== undefined && { description }),
  };
}
