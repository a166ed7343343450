import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonObject } from '../json-value.ts';

/** The value that an answer holds, or what is wrong with it, a short sentence each. */
export type SchemaCheck = { value: unknown } | { problems: string[] };

export type Draft = '7' | '2020-12';

/** Without a text, only the schema is checked. */
export type SchemaOrder = { schema: JsonObject; draft: Draft; text: string | undefined };

/**
 * A job of `worker.ts`: a pattern in a schema, or a reference to itself, can keep ajv busy for years. Takes one schema, which is compiled
 * once. Throws if the schema cannot be used. Loads ajv, which takes a tenth of a second.
 */
export function createSchemaJob(): (order: SchemaOrder) => Promise<SchemaCheck | undefined> {
  let validate: Promise<ValidateFunction> | undefined;
  return async ({ schema, draft, text }) => {
    validate ??= compile(schema, draft);
    const compiled = await validate;
    return text === undefined ? undefined : checkText(text, compiled);
  };
}

function checkText(text: string, validate: ValidateFunction): SchemaCheck {
  const { value, problem } = parseAnswer(unwrapFence(text));
  if (problem !== undefined) return { problems: [problem] };
  if (validate(value)) return { value };
  return { problems: describeProblems(validate.errors ?? []) };
}

function parseAnswer(text: string): { value?: unknown; problem?: string } {
  if (text === '') return { problem: 'the answer is empty' };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `the answer is not JSON: ${(error as Error).message}` };
  }
}

async function compile(schema: JsonObject, draft: Draft): Promise<ValidateFunction> {
  const Checker = draft === '7' ? (await import('ajv')).Ajv : (await import('ajv/dist/2020.js')).Ajv2020;
  const formats = await import('ajv-formats');
  // Keywords and formats that ajv does not know are allowed by the standard.
  const ajv = new Checker({ allErrors: true, strict: false, logger: false });
  formats.default.default(ajv);
  try {
    const validate = ajv.compile(schema);
    // A reference that leads only to itself is found when a value follows it: before the answer is paid for.
    for (const value of [null, {}, [], '', 0, true]) validate(value);
    return validate;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error('it is nested too deeply, or refers to itself endlessly', { cause: error });
  }
}

const mostTold = 20;

/** What is wrong with an answer: a JSON pointer and a few words each, nothing twice, and no more than a model can use. */
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

/** What stands in the one code fence that a text consists of, or else the text; no white space around it. */
function unwrapFence(text: string): string {
  const trimmed = text.trim();
  const fence = /^(?:`{3,}|~{3,})/.exec(trimmed)?.[0];
  const firstEnd = trimmed.indexOf('\n');
  const lastStart = trimmed.lastIndexOf('\n');
  if (fence === undefined || firstEnd === -1 || trimmed.slice(lastStart + 1).trim() !== fence) return trimmed;
  return trimmed.slice(firstEnd, lastStart).trim();
}
