import { isObject, type JsonObject, toObject, toText } from '../json-value.ts';
import { InvalidEndpoint, refuseUnknown } from './invalid-endpoint.ts';

/**
 * Changes to a body, in this order. A path is names joined by dots, such as `options.num_ctx`; a number is a place in a list, and `*` is
 * every place in it and every name in an object.
 */
export type Adaptation = {
  /** The new name of the field at each path, beside its old one. A field that is there already stays. */
  rename: Readonly<Record<string, string>>;
  /** The paths of fields to remove. */
  drop: readonly string[];
  /** The values of fields that a body lacks. */
  default: JsonObject;
  /** The values of fields, whatever a body has. */
  set: JsonObject;
  /** The names of models, by the names that a body has in `model`. */
  models: Readonly<Record<string, string>>;
};

export const noChanges: Adaptation = { rename: {}, drop: [], default: {}, set: {}, models: {} };

const fields = ['rename', 'drop', 'default', 'set', 'models'];
const maxRules = 200;

/** Throws InvalidEndpoint, which names the place in the entry. */
export function parseAdaptation(value: unknown, path: string): Adaptation {
  if (value !== undefined && !isObject(value)) throw new InvalidEndpoint(path, 'is not an object');
  const given = toObject(value);
  refuseUnknown(given, fields, path);
  return {
    rename: parseTexts(given.rename, `${path}.rename`, checkNewName),
    drop: parsePaths(given.drop, `${path}.drop`),
    default: parseValues(given.default, `${path}.default`),
    set: parseValues(given.set, `${path}.set`),
    models: parseTexts(given.models, `${path}.models`),
  };
}

/** What a person has written of it; the rest is empty. */
export function toAdaptationJson(adaptation: Adaptation): JsonObject {
  const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(adaptation).filter(([, value]) => !isEmpty(value)));
}

export function isUnchanging(adaptation: Adaptation): boolean {
  return Object.keys(toAdaptationJson(adaptation)).length === 0;
}

/** The changed body. The given one stays as it is. */
export function adapt(body: unknown, { rename, drop, default: defaults, set, models }: Adaptation): unknown {
  let adapted = body;
  for (const [path, name] of Object.entries(rename)) adapted = renameField(adapted, split(path), name);
  for (const path of drop) adapted = dropField(adapted, split(path));
  for (const [path, value] of Object.entries(defaults)) adapted = setField(adapted, split(path), value, true);
  for (const [path, value] of Object.entries(set)) adapted = setField(adapted, split(path), value, false);
  return Object.keys(models).length === 0 ? adapted : renameModel(adapted, models);
}

/** The wrappers in which events of a stream have the answer that names the model. */
const wrappers = ['message', 'response'];

function renameModel(body: unknown, models: Adaptation['models']): unknown {
  if (!isObject(body)) return body;
  const given = body.model;
  const named = typeof given === 'string' && Object.hasOwn(models, given) ? { model: models[given] } : {};
  const inner = wrappers.flatMap((name) =>
    isObject(body[name]) ? [[name, renameModel(body[name], models)]] : [],
  );
  return { ...body, ...named, ...Object.fromEntries(inner) };
}

function split(path: string): string[] {
  return path.split('.');
}

/** Applies a change to each holder of the last step of a path. Names that lead out of the data lead nowhere. */
function atHolder(
  value: unknown,
  [step = '', ...rest]: readonly string[],
  change: (holder: JsonObject | unknown[], last: string) => unknown,
): unknown {
  if (Array.isArray(value)) {
    if (rest.length === 0) return change(value, step);
    return value.map((item, index) => (isAt(step, index) ? atHolder(item, rest, change) : item));
  }
  if (!isObject(value)) return value;
  if (rest.length === 0) return change(value, step);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      step === '*' || step === name ? atHolder(item, rest, change) : item,
    ]),
  );
}

function isAt(step: string, index: number): boolean {
  return step === '*' || step === String(index);
}

function renameField(body: unknown, path: readonly string[], name: string): unknown {
  return atHolder(body, path, (holder, last) => {
    if (Array.isArray(holder) || !Object.hasOwn(holder, last) || last === name) return holder;
    const { [last]: value, ...others } = holder;
    return Object.hasOwn(others, name) ? others : { ...others, [name]: value };
  });
}

function dropField(body: unknown, path: readonly string[]): unknown {
  return atHolder(body, path, (holder, last) => {
    if (Array.isArray(holder)) return holder.filter((_, index) => !isAt(last, index));
    return Object.fromEntries(Object.entries(holder).filter(([name]) => last !== '*' && name !== last));
  });
}

function setField(body: unknown, path: readonly string[], value: unknown, isDefault: boolean): unknown {
  return atHolder(withHolders(body, path), path, (holder, last) => {
    if (Array.isArray(holder))
      return holder.map((item, index) => (isAt(last, index) && !isDefault ? value : item));
    if (last === '*' || (isDefault && holder[last] !== undefined && holder[last] !== null)) return holder;
    return { ...holder, [last]: value };
  });
}

/** Makes the objects on the way to a field, so that `options.num_ctx` can be set where there are no options. */
function withHolders(value: unknown, [step = '', ...rest]: readonly string[]): unknown {
  if (rest.length === 0 || !isObject(value) || step === '*') return value;
  const inner = Object.hasOwn(value, step) ? value[step] : {};
  return { ...value, [step]: withHolders(inner, rest) };
}

function parseTexts(
  value: unknown,
  path: string,
  check: (text: string) => string | undefined = () => undefined,
): Record<string, string> {
  const pairs = readPairs(value, path).map(([name, given]) => {
    const text = toText(given);
    const problem = text === undefined || text === '' ? 'is not a text' : check(text);
    if (problem !== undefined) throw new InvalidEndpoint(`${path}.${name}`, problem);
    return [name, text];
  });
  return Object.fromEntries(pairs);
}

function checkNewName(name: string): string | undefined {
  if (unsafeNames.has(name)) return 'is not allowed as a name';
  return name.includes('.') ? 'is one name, without the path before it' : undefined;
}

function parseValues(value: unknown, path: string): JsonObject {
  for (const [name] of readPairs(value, path)) checkPath(name, path);
  return toObject(value);
}

function readPairs(value: unknown, path: string): [string, unknown][] {
  if (value === undefined) return [];
  if (!isObject(value)) throw new InvalidEndpoint(path, 'is not an object');
  const pairs = Object.entries(value);
  if (pairs.length > maxRules) throw new InvalidEndpoint(path, `has more than ${maxRules} entries`);
  for (const [name] of pairs) if (!path.endsWith('.models')) checkPath(name, path);
  return pairs;
}

function parsePaths(value: unknown, path: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new InvalidEndpoint(path, 'is not a list of paths');
  if (value.length > maxRules) throw new InvalidEndpoint(path, `has more than ${maxRules} entries`);
  for (const item of value) checkPath(item, path);
  return value;
}

const unsafeNames = new Set(['__proto__', 'constructor', 'prototype']);

function checkPath(given: string, path: string): void {
  const steps = split(given);
  if (steps.some((step) => step === '' || unsafeNames.has(step)) || steps.length > 20)
    throw new InvalidEndpoint(path, `has no path "${given.slice(0, 80)}": paths are names joined by dots`);
}
