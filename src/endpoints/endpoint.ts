import { checkHeaderValue, isReservedHeader, parseHeaders } from '../config/header-text.ts';
import { checkUrl } from '../config/setting-checks.ts';
import { type Ability, abilityNames } from '../copilot/ability.ts';
import type { DialectName } from '../dialects/chat-request.ts';
import { isObject, type JsonObject, toNumber, toText, toTexts } from '../json-value.ts';
import { maskSecrets } from '../redact.ts';
import { type Adaptation, parseAdaptation } from './adaptation.ts';
import { InvalidEndpoint, refuseUnknown } from './invalid-endpoint.ts';

/** A service of the person's own that answers for models, beside Copilot. */
export type Endpoint = {
  name: string;
  /** The base URL, as clients of the dialect take it; no slash at the end. */
  url: string;
  dialect: DialectName;
  key: KeySource | undefined;
  /** The header that carries the key. Undefined: the usual one of the dialect. */
  keyHeader: string | undefined;
  /** Added to each request; lower-case names. */
  headers: Record<string, string>;
  /** Models that the person named. Without any, the endpoint is asked for its list. */
  models: readonly GivenModel[];
  request: Adaptation;
  answer: Adaptation;
};

/** Where the key comes from: a variable, the output of a command, or our store of secrets. */
export type KeySource = { env: string } | { command: string } | { stored: true };

/** What the person says of a model. Limits are in tokens. */
export type GivenModel = {
  id: string;
  contextTokens: number | undefined;
  outputTokens: number | undefined;
  abilities: readonly Ability[] | undefined;
  efforts: readonly string[];
};

export const dialectNames = ['chat-completions', 'responses', 'messages'] as const;

/** Names by which people call Copilot's models: `copilot-gpt-5`, `github/gpt-5`. */
const takenNames = new Set(['copilot', 'github', 'github-copilot', 'githubcopilot']);

/** The error in the name of an endpoint, as words after the name; undefined if it is good. */
export function checkName(name: string): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
    return 'is not a name: use up to 32 lower-case letters, digits and dashes, a letter first';
  return takenNames.has(name) ? "is the name of Copilot's own models" : undefined;
}

const fields = [
  'url',
  'dialect',
  'key',
  'key_header',
  'headers',
  'models',
  'request',
  'answer',
] as const satisfies string[];

/** An entry of the file. Throws InvalidEndpoint, which names the place. */
export function parseEndpoint(name: string, value: unknown): Endpoint {
  if (!isObject(value)) throw new InvalidEndpoint('', 'is not an object');
  const problem = checkName(name);
  if (problem) throw new InvalidEndpoint('', problem);
  refuseUnknown(value, fields, '');
  return {
    name,
    url: parseUrl(value.url),
    dialect: parseDialect(value.dialect),
    key: value.key === undefined ? undefined : parseKey(value.key),
    keyHeader: value.key_header === undefined ? undefined : parseKeyHeader(value.key_header),
    headers: parseExtraHeaders(value.headers),
    models: parseModels(value.models),
    request: parseAdaptation(value.request, 'request'),
    answer: parseAdaptation(value.answer, 'answer'),
  };
}

export function parseUrl(value: unknown): string {
  const url = toText(value) ?? '';
  const problem = checkUrl(url);
  if (problem) throw new InvalidEndpoint('url', problem);
  return url.replace(/\/+$/, '');
}

export function parseDialect(value: unknown): DialectName {
  const dialect = dialectNames.find((known) => known === value);
  if (!dialect) throw new InvalidEndpoint('dialect', `must be one of ${dialectNames.join(', ')}`);
  return dialect;
}

function parseKey(value: unknown): KeySource {
  if (isObject(value) && Object.keys(value).length === 1) {
    const env = toText(value.env);
    const command = toText(value.command);
    if (env) return { env: checkVariable(env) };
    if (command) return { command };
    if (value.stored === true) return { stored: true };
  }
  throw new InvalidEndpoint('key', 'must be {"env": "VARIABLE"}, {"command": "COMMAND"} or {"stored": true}');
}

/** Tokens for GitHub and Copilot, which no other service may get. */
const githubVariables = ['GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN'];

/** The name of a variable. What is not one may be the key itself, so the error does not repeat it. */
function checkVariable(name: string): string {
  const isLikeKey = maskSecrets(name) !== name || /^(?=.*\d)(?=.*[a-z])[a-z\d]{32,}$/i.test(name);
  if (!/^[A-Z_][A-Z0-9_]*$/i.test(name) || isLikeKey)
    throw new InvalidEndpoint(
      'key.env',
      'is not the name of a variable; for the key itself, use --key, which asks for it and keeps it apart',
    );
  if (githubVariables.includes(name.toUpperCase()))
    throw new InvalidEndpoint('key.env', `must not be ${name}: its token is for GitHub, not for an endpoint`);
  return name;
}

export function parseKeyHeader(value: unknown): string {
  const name = (toText(value) ?? '').toLowerCase();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
    throw new InvalidEndpoint('key_header', 'is not the name of a header');
  if (name !== 'authorization' && isReservedHeader(name))
    throw new InvalidEndpoint('key_header', `must not be ${name}, which the transport sets`);
  return name;
}

/** Headers that hold secrets have a place of their own: the file is not a place for a key. */
const secretHeader = /key|token|auth|secret|cookie|password/i;

/** Throws InvalidEndpoint for a header that the transport sets, or that would carry a key. */
export function parseExtraHeaders(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new InvalidEndpoint('headers', 'is not an object of names and values');
  for (const [name, text] of Object.entries(value)) {
    if (secretHeader.test(name) || (typeof text === 'string' && maskSecrets(text) !== text))
      throw new InvalidEndpoint(
        `headers.${name}`,
        'would carry a secret: give it with --key, and the name of its header with --key-header',
      );
    const problem = typeof text === 'string' ? checkHeaderValue(text) : 'is not a text';
    if (problem) throw new InvalidEndpoint(`headers.${name}`, problem);
  }
  try {
    return parseHeaders(JSON.stringify(value));
  } catch (error) {
    throw new InvalidEndpoint('headers', (error as Error).message);
  }
}

const modelFields = ['id', 'context_tokens', 'output_tokens', 'abilities', 'efforts'];

function parseModels(value: unknown): GivenModel[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new InvalidEndpoint('models', 'is not a list');
  return value.map((entry, index) => parseModel(entry, `models.${index}`));
}

function parseModel(entry: unknown, path: string): GivenModel {
  const given: JsonObject = typeof entry === 'string' ? { id: entry } : isObject(entry) ? entry : {};
  refuseUnknown(given, modelFields, path);
  const id = toText(given.id)?.trim();
  if (!id || id.length > 200)
    throw new InvalidEndpoint(path, 'is not the id of a model, nor an object with one');
  const abilities = given.abilities === undefined ? undefined : toTexts(given.abilities);
  const unknown = abilities?.find((name) => !abilityNames.some((known) => known === name));
  if (unknown !== undefined)
    throw new InvalidEndpoint(
      `${path}.abilities`,
      `knows no ${unknown}: there are ${abilityNames.join(', ')}`,
    );
  return {
    id,
    contextTokens: parseLimit(given.context_tokens, `${path}.context_tokens`),
    outputTokens: parseLimit(given.output_tokens, `${path}.output_tokens`),
    abilities: abilities && abilityNames.filter((name) => abilities.includes(name)),
    efforts: toTexts(given.efforts),
  };
}

function parseLimit(value: unknown, path: string): number | undefined {
  if (value === undefined) return undefined;
  const limit = toNumber(value);
  if (limit === undefined || !Number.isInteger(limit) || limit < 1)
    throw new InvalidEndpoint(path, 'is not a count of tokens');
  return limit;
}
