import { CliError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { createHelper } from '../off-thread/helper.ts';
import type { Draft, SchemaCheck, SchemaOrder } from './schema-job.ts';

export type SchemaChecker = {
  /** As the model sees it. */
  schema: JsonObject;
  /** The answer may be in a code fence. Throws CliError `schema` if the check takes too long. */
  check(text: string): Promise<SchemaCheck>;
};

/** Time limit for compiling a schema, and for checking an answer, in milliseconds. */
const maxMs = 20_000;

/**
 * Checks answers against a JSON Schema of draft 7, or of 2020-12, the default. Throws CliError `config`, naming `source`, if the schema
 * cannot be used. The signal ends all work of the checker.
 */
export async function createSchemaChecker(
  schemaText: string,
  source = 'the JSON Schema',
  signal?: AbortSignal,
): Promise<SchemaChecker> {
  const schema = parseSchema(schemaText, source);
  const draft = toDraft(schema, source);
  const helper = createHelper<SchemaOrder, SchemaCheck | undefined>({ job: 'check-schema', place: 'thread' });
  await helper.run({ schema, draft, text: undefined }, { signal, maxMs }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw createError(source, (error as Error).message, error);
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    schema,
    check(text) {
      const run = async (): Promise<SchemaCheck> => {
        const outcome = await helper.run({ schema, draft, text }, { signal, maxMs });
        return outcome ?? { problems: [] };
      };
      const checked = last.then(run).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw createUncheckedError(error);
      });
      // Checks run in a row, although several answers may arrive at once.
      last = checked.catch(() => {});
      return checked;
    },
  };
}

/** Asks a model again, after an answer with these problems. */
export function toRepairPrompt(problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return [
    `Your answer does not follow the JSON Schema:\n${list}`,
    'Answer again with the whole corrected JSON value, and with nothing before or after it.',
  ].join('\n\n');
}

function createUncheckedError(cause: unknown): CliError {
  return new CliError(
    'schema',
    `the answer cannot be checked against the schema: ${(cause as Error).message}`,
    {
      hint: 'Write the schema more simply: its patterns, and where it refers to itself.',
      cause,
    },
  );
}

function parseSchema(text: string, source: string): JsonObject {
  let schema: unknown;
  try {
    // Windows editors write a byte-order mark.
    schema = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliError('config', `${source} is not JSON: ${(error as Error).message}`, {
      hint: 'Correct the schema.',
      cause: error,
    });
  }
  if (!isObject(schema)) throw createError(source, 'it is not a JSON object');
  if (schema.$async === true)
    throw createError(source, 'it is asynchronous, which is not part of JSON Schema');
  return schema;
}

function toDraft({ $schema }: JsonObject, source: string): Draft {
  if ($schema === undefined) return '2020-12';
  const address = String($schema)
    .replace(/^https?:\/\//, '')
    .replace(/#$/, '');
  if (address === 'json-schema.org/draft/2020-12/schema') return '2020-12';
  if (address === 'json-schema.org/draft-07/schema') return '7';
  throw createError(source, `its $schema is ${String($schema)}; use draft-07 or draft/2020-12`);
}

function createError(source: string, reason: string, cause?: unknown): CliError {
  return new CliError('config', `${source} cannot be used: ${reason}`, {
    hint: 'Correct the schema.',
    cause,
  });
}
