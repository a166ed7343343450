import type { ErrorObject, ValidateFunction } from 'ajv';
import { layOutJson, listTokens } from '../json-text.ts';
import type { JsonObject } from '../json-value.ts';
import { withoutThinking } from '../thinking-in-text.ts';

/** The value of an answer as its author wrote it, but for white space, or its problems, each in a short sentence. */
export type SchemaCheck = { json: string } | { problems: string[] };

export type Draft = '7' | '2020-12';

/** Without a text, only the schema is checked. */
export type SchemaOrder = { schema: JsonObject; draft: Draft; text: string | undefined };

/** A job of `worker.ts`, because a pattern or a circular reference can keep ajv busy for years. Throws if the schema cannot be used. */
export function createSchemaJob(): (order: SchemaOrder) => Promise<SchemaCheck | undefined> {
  let validate: Promise<ValidateFunction> | undefined;
  return async ({ schema, draft, text }) => {
    validate ??= compile(schema, draft);
    const compiled = await validate;
    return text === undefined ? undefined : checkText(text, compiled);
  };
}

function checkText(text: string, validate: ValidateFunction): SchemaCheck {
  const answer = unwrapFence(withoutThinking(text));
  const { value, problem } = parseAnswer(answer);
  if (problem !== undefined) return { problems: [problem] };
  try {
    if (validate(value)) return { json: toOwnText(answer, value) };
    return { problems: describeProblems(validate.errors ?? []) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (measureDepth(answer) > usualDepth)
      return { problems: ['the answer is nested too deeply to be checked'] };
    throw new Error(
      'the schema refers to itself endlessly there, or has a pattern that needs too much memory',
      {
        cause: error,
      },
    );
  }
}

/** V8 can check deeper values than these, and has no room for much deeper ones. */
const usualDepth = 500;

function measureDepth(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of listTokens(json)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function parseAnswer(text: string): { value?: unknown; problem?: string } {
  if (text === '') return { problem: 'the answer is empty' };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `the answer is not JSON: ${(error as Error).message}` };
  }
}

/** A parser rounds long numbers. If a name comes twice, only its last value was checked, and only that is handed on. */
function toOwnText(answer: string, value: unknown): string {
  const parsed = JSON.stringify(value, undefined, 2);
  return countTokens(parsed) === countTokens(answer) ? layOutJson(answer, 2) : parsed;
}

function countTokens(json: string): number {
  let count = 0;
  for (const _ of listTokens(json)) count += 1;
  return count;
}

async function compile(schema: JsonObject, draft: Draft): Promise<ValidateFunction> {
  const Checker = draft === '7' ? (await import('ajv')).Ajv : (await import('ajv/dist/2020.js')).Ajv2020;
  const formats = await import('ajv-formats');
  // The standard allows unknown keywords and formats.
  const ajv = new Checker({ allErrors: true, strict: false, logger: false });
  formats.default.default(ajv);
  try {
    const validate = ajv.compile(schema);
    // A circular reference shows only when a value is checked. Find it before the answer is paid for.
    for (const value of [null, {}, [], '', 0, true]) validate(value);
    return validate;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error('it is nested too deeply, or refers to itself endlessly', { cause: error });
  }
}

const mostTold = 20;

/** The problems of an answer, each a JSON pointer and a few words, without repeats and no more than a model can use. */
export function describeProblems(errors: readonly ErrorObject[]): string[] {
  const sentences = [...new Set(errors.map(describeProblem))];
  if (sentences.length <= mostTold) return sentences;
  return [...sentences.slice(0, mostTold), `and ${sentences.length - mostTold} more problems`];
}

function describeProblem({ instancePath, keyword, message = 'is not valid', params }: ErrorObject): string {
  const place = instancePath || 'the answer';
  switch (keyword) {
    case 'enum':
      return `${place} must be one of ${toList(params.allowedValues)}`;
    case 'const':
      return `${place} must be ${toText(params.allowedValue)}`;
    case 'additionalProperties':
      return `${place} must not have the property ${toText(params.additionalProperty)}`;
    case 'unevaluatedProperties':
      return `${place} must not have the property ${toText(params.unevaluatedProperty)}`;
    default:
      return `${place} ${message}`;
  }
}

function toList(values: unknown): string {
  const all = Array.isArray(values) ? values : [];
  const more = all.length > mostTold ? ', …' : '';
  return all.slice(0, mostTold).map(toText).join(', ') + more;
}

function toText(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** The content of the one code fence in a text, or else the text, trimmed. */
function unwrapFence(text: string): string {
  const trimmed = text.trim();
  const fence = /^(?:`{3,}|~{3,})/.exec(trimmed)?.[0];
  const firstEnd = trimmed.indexOf('\n');
  const lastStart = trimmed.lastIndexOf('\n');
  if (fence === undefined || firstEnd === -1 || trimmed.slice(lastStart + 1).trim() !== fence) return trimmed;
  return trimmed.slice(firstEnd, lastStart).trim();
}
