import { createCutError } from '../copilot/check-answer.ts';
import { CliError } from '../errors.ts';
import { holdReply, readText, replayWithText } from '../output/whole-reply.ts';
import { createSchemaChecker, type SchemaChecker, toRepairPrompt } from '../schema/schema-checker.ts';
import type { RunEvent } from '../tools/rounds.ts';
import { type Reading, readNamedFile } from './named-file.ts';

/** Throws CliError `usage` if the file is missing, `config` if it is not a schema. */
export async function loadSchema(path: string, reading: Reading): Promise<SchemaChecker> {
  const text = await readNamedFile(path, { hint: 'Check the path of the schema.', ...reading });
  return createSchemaChecker(text, path, reading.signal);
}

/** For a model that has no field for a schema. */
export function toSchemaPrompt(schema: object): string {
  const text = JSON.stringify(schema, undefined, 2);
  return `Answer with a JSON value that follows this JSON Schema, and with nothing before or after it:\n\n${text}`;
}

/** Yields a value that follows the schema; asks once more with the errors. Throws CliError `schema` with the last answer, and `truncated` for one that was cut. */
export async function* followSchema(
  checker: SchemaChecker,
  ask: (repairPrompt: string | undefined) => AsyncIterable<RunEvent>,
): AsyncGenerator<RunEvent> {
  let repairPrompt: string | undefined;
  for (let round = 1; ; round += 1) {
    const events = yield* holdReply(ask(repairPrompt));
    const text = readText(events);
    const outcome = await checker.check(text);
    if ('json' in outcome) {
      yield* replayWithText(events, outcome.json);
      return;
    }
    const finish = events.findLast((event) => event.type === 'finish');
    if (finish?.reason === 'length')
      throw createCutError('the answer does not follow the schema', finish).withData({ text });
    if (round === 2) {
      throw new CliError('schema', `the answer does not follow the schema: ${outcome.problems.join('; ')}`, {
        hint: 'Word the prompt or the schema more simply, or ask another model.',
        details: { problems: outcome.problems },
        data: { text },
      });
    }
    repairPrompt = toRepairPrompt(outcome.problems);
  }
}
