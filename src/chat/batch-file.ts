import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { CliError } from '../errors.ts';
import { isObject, type JsonObject, parseJson, toNumber, toObject } from '../json-value.ts';

/** Records in a file, one a line, in the order of the inputs. */
export type BatchFile = {
  /** How many inputs are done. */
  done: number;
  /** What their answers cost, in AI credits, as far as it is known. */
  spent: number;
  append(record: Record<string, unknown>): void;
  close(): void;
};

/**
 * Opens the file that a batch writes, and goes on where an earlier run of the same batch was stopped; a line that was torn is taken
 * away. Throws CliError `usage` where it belongs to other inputs, so that nothing is mixed up.
 */
export function openBatchFile(path: string, inputs: readonly string[]): BatchFile {
  const { done, spent } = checkRecords(path, inputs);
  let file: number;
  try {
    file = openSync(path, 'a', 0o600);
  } catch (error) {
    throw new CliError('usage', `${path} cannot be written`, { hint: 'Name another file.', cause: error });
  }
  return {
    done,
    spent,
    append(record) {
      try {
        writeFileSync(file, `${JSON.stringify(record)}\n`);
      } catch (error) {
        const { code = 'unknown error' } = error as { code?: string };
        throw new CliError('internal', `${path} cannot be written (${code})`, {
          hint: 'Check the disk, and run the same command again: it goes on where it stopped.',
          cause: error,
        });
      }
    },
    close: () => closeSync(file),
  };
}

function checkRecords(path: string, inputs: readonly string[]): { done: number; spent: number } {
  let spent = 0;
  const bytes = readBytes(path);
  const end = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const record = parseJson(line);
    if (isObject(record) && record.index === index && record.input === inputs[index]) {
      spent += readCost(record);
      continue;
    }
    throw new CliError('usage', `line ${index + 1} of ${path} belongs to another batch`, {
      hint: 'Name another file, or remove this one.',
    });
  }
  if (end < bytes.length) truncateSync(path, end);
  return { done: lines.length, spent };
}

function readCost(record: JsonObject): number {
  const { credits, credits_estimated: estimated } = toObject(record.usage);
  return toNumber(credits) ?? toNumber(estimated) ?? 0;
}

/** Pipes and devices hold nothing of an earlier run, and some of them never end. */
function readBytes(path: string): Buffer {
  try {
    const stat = statSync(path);
    return stat.isFile() || stat.isDirectory() ? readFileSync(path) : Buffer.alloc(0);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return Buffer.alloc(0);
    throw new CliError('usage', `${path} cannot be read`, { hint: 'Name another file.', cause: error });
  }
}
