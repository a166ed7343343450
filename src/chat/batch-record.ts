import { createHash } from 'node:crypto';
import { CliError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { advise, flag } from '../hint.ts';
import { isObject, type JsonObject, parseJson, toNumber, toObject } from '../json-value.ts';

/** One thing that a batch asks about: a line of stdin, or a file by its path. */
export type BatchItem = { input: string };

/** The options that decide a batch's answers, beside the item. Each record has them. */
export type Asked = Readonly<Record<string, string | number | undefined>>;

/** The names of `Asked` in JSON, and in words. */
const askedNames: Record<string, string> = {
  each: 'the kind of batch',
  prompt: 'the prompt',
  before_item: 'the text before "-"',
  template: 'the prompt template',
  system: 'the system prompt',
  model: 'the model',
  effort: '--effort',
  max_tokens: '--max-tokens',
  schema: 'the schema',
  extract: '--extract',
  context: 'what --file and --attach add',
};

/** A record of an earlier run. */
export type StoredRecord = {
  /** The line in the file, without its ending. */
  line: string;
  index: number;
  input: string;
  /** The hash of the file that was asked about, if it was a file. */
  sha256: string | undefined;
  isReply: boolean;
  /** Whether its answer stops at the output limit. */
  isCut: boolean;
  /** The cost in AI credits, as far as known. */
  cost: number;
  asked: JsonObject;
  /** Its place, for people. */
  place: string;
};

const longestVerbatim = 200;

/** A value of `Asked` for a text of any length: the text if it is short, else its hash. */
export function toAskedText(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= longestVerbatim) return text;
  return `sha256:${hashText(text)}`;
}

export function hashText(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Throws CliError `usage` if the line is not a batch record or lacks `asked`. `path` is the file's name in the error. */
export function parseRecord(line: string, path: string, lineNumber: number): StoredRecord {
  const record = parseJson(line);
  const place = `line ${lineNumber} of ${path}`;
  const hint = advise`Name another file with ${flag('-o')}, or remove ${path}.`;
  if (!isObject(record) || typeof record.index !== 'number' || typeof record.input !== 'string')
    throw new CliError('usage', `${place} is not an answer of a batch`, { hint });
  if (!isObject(record.asked)) {
    throw new CliError('usage', `${place} does not say what was asked, so it may belong to another prompt`, {
      hint,
    });
  }
  return {
    line,
    index: record.index,
    input: record.input,
    sha256: typeof record.sha256 === 'string' ? record.sha256 : undefined,
    isReply: record.type === 'reply',
    isCut: record.finish_reason === 'length',
    cost: readCost(record),
    asked: record.asked,
    place,
  };
}

/** Includes the cost of earlier tries. */
function readCost(record: JsonObject): number {
  const { credits, credits_estimated: estimated } = toObject(record.usage);
  return (toNumber(credits) ?? toNumber(estimated) ?? 0) + (toNumber(record.credits_before) ?? 0);
}

/** Compares the `asked` values of records with the present ones, undefined included. Throws CliError `usage` with the difference. */
export function checkAsked(records: readonly StoredRecord[], asked: Asked, path: string): void {
  const unknown = (stored: JsonObject): string[] =>
    Object.keys(stored).filter((name) => !(name in askedNames));
  for (const { asked: stored, place } of records) {
    const different = [...Object.keys(asked), ...unknown(stored)].filter(
      (name) => stored[name] !== asked[name],
    );
    if (different.length === 0) continue;
    const sentences = different.map((name) => describeDifference(name, stored[name], asked[name]));
    throw new CliError('usage', `${place} answers a different request: ${sentences.join('; ')}`, {
      hint: advise`Name another file with ${flag('-o')}, or remove ${path}.`,
      details: { different },
    });
  }
}

function describeDifference(name: string, before: unknown, now: unknown): string {
  const isShort = (value: unknown): boolean => !String(value).startsWith('sha256:');
  const toWords = (value: unknown): string =>
    value === undefined ? 'not given' : typeof value === 'string' ? `"${value}"` : String(value);
  const what = askedNames[name] ?? name;
  return isShort(before) && isShort(now)
    ? `${what} was ${toWords(before)} and is now ${toWords(now)}`
    : `${what} has changed`;
}

/**
 * The record of each item, if any. Answers follow their text if lines move; each of several equal lines keeps its own. Throws CliError
 * `usage` if an answered line is missing, because its answer would be lost.
 */
export function matchRecords(
  records: readonly StoredRecord[],
  items: readonly BatchItem[],
  path: string,
): (StoredRecord | undefined)[] {
  const matched: (StoredRecord | undefined)[] = items.map(() => undefined);
  const isInPlace = ({ index, input }: StoredRecord): boolean => items[index]?.input === input;
  // A later record of the same line is from a later try.
  for (const record of records) if (isInPlace(record)) matched[record.index] = record;
  const moved = groupBy(
    records.filter((record) => !isInPlace(record)),
    ({ input }) => input,
  );
  for (const [index, { input }] of items.entries()) {
    if (matched[index]?.isReply) continue;
    const left = moved.get(input) ?? [];
    const at = left.findIndex(({ isReply }) => isReply || !matched[index]);
    if (at !== -1) [matched[index]] = left.splice(at, 1);
  }
  const inputs = new Set(items.map(({ input }) => input));
  for (const { input, isReply, sha256, place } of [...moved.values()].flat()) {
    if (!isReply || (sha256 !== undefined && inputs.has(input))) continue;
    const kind = sha256 === undefined ? 'a line' : 'a file';
    const name = input.length > 60 ? `${input.slice(0, 60)}…` : input;
    throw new CliError('usage', `${place} answers ${kind} that is not in this batch: ${name}`, {
      hint: advise`Remove that line of ${path}, or name another file with ${flag('-o')}.`,
    });
  }
  return matched;
}
