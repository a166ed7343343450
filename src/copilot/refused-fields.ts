import { CliError } from '../errors.ts';
import { isObject, toText } from '../json-value.ts';

/**
 * A part of a body that a model refuses. `path` is such as `tools.0.custom.defer_loading`; the field goes on as `name` if there is one.
 * With a `type`, it is each item of that type in the list at the path, as a hosted tool.
 */
export type Refusal = { path: string; name?: string; type?: string };

/** What the models of this process have refused on each endpoint, so that each is asked for it once. */
export type RefusalMemory = {
  /** Whether the model has sent nobody from this endpoint to another one. */
  answersOn(model: string, endpoint: string): boolean;
  leave(model: string, endpoint: string): void;
  list(model: string, endpoint: string): readonly Refusal[];
  learn(model: string, endpoint: string, refusals: readonly Refusal[]): void;
};

/** No catalogue has so many models, and no client so many fields; both come from outside. */
const maxModels = 500;
const maxRefusals = 50;

export function createRefusalMemory(): RefusalMemory {
  const known = new Map<string, Refusal[]>();
  const left = new Set<string>();
  return {
    answersOn: (model, endpoint) => !left.has(`${endpoint} ${model}`),
    leave(model, endpoint) {
      if (left.size < maxModels) left.add(`${endpoint} ${model}`);
    },
    list: (model, endpoint) => known.get(`${endpoint} ${model}`) ?? [],
    learn(model, endpoint, refusals) {
      const key = `${endpoint} ${model}`;
      const all = [...(known.get(key) ?? []), ...refusals].slice(-maxRefusals);
      if (known.has(key) || known.size < maxModels) known.set(key, all);
    },
  };
}

/** In `path` each step is a name or a number, joined by dots or in brackets. */
const path = String.raw`[a-z_$][\w$]*(?:\.[\w$]+|\[\d+\])*`;

/** The words of OpenAI, Anthropic, Google and others for a field that a model does not take. The group holds the field, or its value. */
const sentences = [
  new RegExp(`(${path}): Extra inputs are not permitted`, 'gi'),
  /(?:unsupported|unknown|unrecognized) (?:parameter|value|field|argument|name)s?:? \\?['"`]([^'"`\\]+)/gi,
  new RegExp(`unrecognized request arguments? supplied: (${path}(?:, ${path})*)`, 'gi'),
  /['"`]([^'"`]+)['"`] is (?:not supported|unsupported|not permitted|not allowed)/gi,
];
const advice = /\buse ['"`](\w+)['"`] instead/i;
const hostedTool = /invalid value: '([\w-]+)'\. supported values are:/i;
const toolType = /^tools[.[]\d+\]?\.type$/;

/** Without these, there is nothing to ask. */
const neededFields = new Set(['model', 'messages', 'input', 'stream']);
/** Without these, a part of a request is no such part. */
const neededSteps = new Set([
  ...['role', 'type', 'name', 'content', 'text', 'source', 'data', 'media_type', 'image_url', 'url'],
  ...['function', 'parameters', 'input_schema', 'tool_calls', 'arguments', 'input', 'output'],
  ...['tool_call_id', 'tool_use_id', 'call_id'],
]);

/** Fields that models lack together, so that a refusal names only the first of them. */
const families = [
  [
    'temperature',
    'top_p',
    'presence_penalty',
    'frequency_penalty',
    'logprobs',
    'top_logprobs',
    'logit_bias',
    'stop',
  ],
  ['eager_input_streaming', 'input_examples', 'allowed_callers'],
];

/** What of the body a refusal names. Empty for a refusal that is about something else, or about what no request can lack. */
export function findRefusals(error: CliError, body: unknown, endpoint: string): Refusal[] {
  const words = error.said ?? error.message;
  const param = toText(error.details.param);
  const hosted = hostedTool.exec(words)?.[1];
  if (hosted !== undefined) return param && toolType.test(param) ? [{ path: 'tools', type: hosted }] : [];
  const named = sentences.flatMap((sentence) =>
    [...words.matchAll(sentence)].flatMap(([, names = '']) => names.split(/, ?/)),
  );
  if (named.length === 0) return [];
  const canGo = (candidate: string): boolean =>
    hasField(body, candidate) && !isNeeded(candidate, endpoint, advice.test(words));
  const found = [...new Set(named.map(toDots))].filter(canGo);
  // Some sentences name the value, and the field only beside them.
  const paths = found.length > 0 || param === undefined ? found : [toDots(param)].filter(canGo);
  const name = advice.exec(words)?.[1];
  if (paths.length === 1 && name !== undefined) return paths.map((given) => ({ path: given, name }));
  const relatives = /unsupported value/i.test(words) ? [] : paths.flatMap(listFamily).filter(canGo);
  return [...new Set([...paths, ...relatives])].map((given) => ({ path: given }));
}

/** The words of Ollama, vLLM, OpenRouter and others for a model that calls no tools. */
const noTools =
  /\b(?:does not|doesn't|do not|cannot|no endpoints? found that) (?:support|use|take)s? (?:tools?|functions?|tool[ -](?:use|calls?|calling)|function[ -](?:calls?|calling))\b|\btool (?:use|calling|choice) is not supported\b|\b(?:tools|functions) are not supported\b/i;

/** Whether a service refused a request because its model calls no tools. */
export function refusesTools(error: unknown): boolean {
  if (!(error instanceof CliError)) return false;
  return error.details.status === 400 || error.details.status === 404 || error.details.status === 422
    ? noTools.test(error.said ?? error.message)
    : false;
}

function toDots(given: string): string {
  return given.trim().replaceAll(/\[(\d+)\]/g, '.$1');
}

function isNeeded(given: string, endpoint: string, isRenamed: boolean): boolean {
  const steps = given.split('.');
  const last = steps.at(-1) ?? '';
  if (steps.length === 1) {
    if (last === 'max_tokens' && endpoint === '/v1/messages') return true;
    return !isRenamed && neededFields.has(last);
  }
  // A message may have a name, a tool must.
  return neededSteps.has(last) && !(last === 'name' && /^(?:messages|input)\.\d+\.name$/.test(given));
}

function listFamily(given: string): string[] {
  const start = given.lastIndexOf('.') + 1;
  const family = families.find((names) => names.includes(given.slice(start))) ?? [];
  return family.map((name) => given.slice(0, start) + name);
}

/** The body without what is refused, and the names of what it had of it, without those that go on by another name. */
export function withoutRefused(
  body: unknown,
  refusals: readonly Refusal[],
): { body: unknown; lost: string[] } {
  const said = refusals.filter((refusal) => hasRefused(body, refusal));
  const lost = said.filter(({ name }) => name === undefined).map(({ path: given, type }) => type ?? given);
  return { body: said.reduce(withoutOne, body), lost: [...new Set(lost)] };
}

export function toRefusedNotice(model: string, names: readonly string[]): string {
  return `Left out, because ${model} does not take it: ${names.join(', ')}.`;
}

function hasRefused(body: unknown, { path: given, type }: Refusal): boolean {
  if (type === undefined) return hasField(body, given);
  const list = isObject(body) ? body[given] : undefined;
  return Array.isArray(list) && list.some((item) => isObject(item) && item.type === type);
}

function withoutOne(body: unknown, { path: given, name, type }: Refusal): unknown {
  if (type !== undefined) return isObject(body) ? withoutTools(body, type) : body;
  const bare = withoutStep(body, given.split('.'));
  if (name === undefined || !isObject(body) || !isObject(bare)) return bare;
  return { [name]: body[given], ...bare };
}

/** Without tools, no tool choice. */
function withoutTools(body: Record<string, unknown>, type: string): unknown {
  const { tools, tool_choice, ...rest } = body;
  const kept = Array.isArray(tools) ? tools.filter((tool) => !isObject(tool) || tool.type !== type) : [];
  if (kept.length === 0) return rest;
  const isChosen = isObject(tool_choice) && tool_choice.type === type;
  return { ...rest, tools: kept, ...(tool_choice !== undefined && !isChosen && { tool_choice }) };
}

/** Follows a path as `withoutStep` does. */
function hasField(value: unknown, given: string): boolean {
  return hasStep(value, given.split('.'));
}

function hasStep(value: unknown, [step = '', ...rest]: string[]): boolean {
  if (Array.isArray(value)) {
    const steps = /^\d+$/.test(step) ? rest : [step, ...rest];
    return steps.length > 0 && value.some((item) => hasStep(item, steps));
  }
  if (!isObject(value)) return false;
  if (rest.length === 0) return value[step] !== undefined && value[step] !== null;
  return step in value ? hasStep(value[step], rest) : hasStep(value, rest);
}

/**
 * Removes a field. `tools.0.custom.defer_loading` is removed from every tool, because the service names only the first. Unknown path steps
 * name a variant of their parent.
 */
function withoutStep(value: unknown, [step = '', ...rest]: string[]): unknown {
  if (Array.isArray(value)) {
    const steps = /^\d+$/.test(step) ? rest : [step, ...rest];
    return steps.length === 0 ? value : value.map((item) => withoutStep(item, steps));
  }
  if (!isObject(value)) return value;
  if (rest.length > 0)
    return step in value ? { ...value, [step]: withoutStep(value[step], rest) } : withoutStep(value, rest);
  const { [step]: _, ...others } = value;
  return others;
}
