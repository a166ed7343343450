import type { ValidateFunction } from 'ajv';
import { CliError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { describeProblems } from './problems.ts';
import { unwrapFence } from './unwrap-fence.ts';

export type SchemaCheck = { value: unknown } | { problems: string[] };

export type SchemaChecker = {
  /** As the model is to see it. */
  schema: JsonObject;
  /** The value that an answer holds, or what is wrong with it, a short sentence each. The answer may stand in one code fence. */
  check(text: string): SchemaCheck;
};

type Draft = '7' | '2020-12';

/**
 * Checks answers against a JSON Schema of draft 7 or 2020-12, which is also taken where `$schema` says nothing. Loads ajv, which takes a
 * tenth of a second. Throws CliError `config` where the schema cannot be used; `source` is what that calls it.
 */
export async function createSchemaChecker(
  schemaText: string,
  source = 'the JSON Schema',
): Promise<SchemaChecker> {
  const schema = parseSchema(schemaText, source);
  const validate = await compile(schema, toDraft(schema, source), source);
  return { schema, check: (text) => checkText(text, validate) };
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

function parseSchema(text: string, source: string): JsonObject {
  let schema: unknown;
  try {
    // Windows editors begin files with a byte-order mark.
    schema = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliError('config', `${source} is not JSON: ${(error as Error).message}`, {
      hint: 'Correct the schema.',
      cause: error,
    });
  }
  if (!isObject(schema)) throw createError(source, 'it is not a JSON object');
  if (schema.$async === true)
    throw createError(source, 'it is asynchronous, which is no part of JSON Schema');
  return schema;
}

function toDraft({ $schema }: JsonObject, source: string): Draft {
  if ($schema === undefined) return '2020-12';
  const address = String($schema)
    .replace(/^https?:\/\//, '')
    .replace(/#$/, '');
  if (address === 'json-schema.org/draft/2020-12/schema') return '2020-12';
  if (address === 'json-schema.org/draft-07/schema') return '7';
  throw createError(source, `its $schema is ${String($schema)}, and draft-07 and draft/2020-12 are known`);
}

async function compile(schema: JsonObject, draft: Draft, source: string): Promise<ValidateFunction> {
  const Checker = draft === '7' ? (await import('ajv')).Ajv : (await import('ajv/dist/2020.js')).Ajv2020;
  const formats = await import('ajv-formats');
  // Keywords and formats that ajv does not know are allowed by the standard.
  const ajv = new Checker({ allErrors: true, strict: false, logger: false });
  formats.default.default(ajv);
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw createError(source, (error as Error).message, error);
  }
}

function createError(source: string, reason: string, cause?: unknown): CliError {
  return new CliError('config', `${source} cannot be used: ${reason}`, {
    hint: 'Correct the schema.',
    cause,
  });
}
