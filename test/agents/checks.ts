import { isRecord, toRecord, toRecords } from '../simulator/json.ts';
import type { RecordedRequest } from '../simulator/recorded-request.ts';
import { isServersWords } from './model-request.ts';

/** What a turn may need beyond one call of the model for each step of the script. */
export type Allowance = {
  /** Calls of the conversation that are refused or repeated on purpose. */
  repeats?: number;
  /** Whether the agent itself says who began a call; its repeats are its own then. */
  isDirect?: boolean;
  /** Calls that may count as a person's in this turn: exactly one when left out. */
  prompts?: { least: number; most: number };
  /** Whether the conversation may become shorter, so that a request need not go on from the one before. */
  mayShrink?: boolean;
  /** Refusals that the scenario makes. */
  refusals?: (status: number) => boolean;
};

/** Refusals that the server has met and learned from, one for each model: it may meet each once. */
export type Learned = Set<string>;

const anyLesson = /Unsupported|Invalid value|not supported|Extra inputs/;

/** Sorts out the calls by which the server learns what a model refuses, if it may be taught that. */
export function dropLearning(
  calls: readonly RecordedRequest[],
  learned: Learned,
  teaches: RegExp | 'nothing' = anyLesson,
): RecordedRequest[] {
  return calls.filter(({ status, refusal = '', body }) => {
    if (status !== 400 || teaches === 'nothing' || !teaches.test(refusal)) return true;
    const lesson = `${toRecord(body).model} ${refusal}`;
    if (learned.has(lesson)) return true;
    learned.add(lesson);
    return false;
  });
}

/** Faults in what reached the simulator for one turn, in words. `asked` are the calls of the conversation among `calls`. */
export function findFaults(
  calls: readonly RecordedRequest[],
  asked: readonly RecordedRequest[],
  steps: number,
  { repeats = 0, prompts = { least: 1, most: 1 }, isDirect = false, refusals = () => false }: Allowance,
): string[] {
  const answered = calls.filter(({ status }) => status === 200);
  const refused = calls.filter(({ status = 0 }) => status >= 400 && !refusals(status));
  const persons = answered.filter(({ headers }) => headers['x-initiator'] === 'user');
  const faults = refused.map(
    ({ path, status, refusal, body }) =>
      `refused: ${path} ${toRecord(body).model} ${status} ${(refusal ?? '').trim().slice(0, 300)}`,
  );
  const least = isDirect ? 0 : prompts.least;
  if (persons.length < least || persons.length > prompts.most) {
    const who = answered.map(
      ({ headers, path, body }) => `${headers['x-initiator'] ?? 'nobody'} (${describeCall(path, body)})`,
    );
    faults.push(`${persons.length} calls count as a person's, not ${prompts.most}: ${who.join(', ')}`);
  }
  if (asked.length > steps + repeats)
    faults.push(`${asked.length} calls of the conversation for ${steps} answers`);
  if (asked.length < steps)
    faults.push(`only ${asked.length} calls of the conversation for ${steps} answers`);
  return [...new Set(faults)];
}

function describeCall(path: string, body: unknown): string {
  const { model, tools } = toRecord(body);
  return `${path} ${model}${Array.isArray(tools) && tools.length > 0 ? '' : ' without tools'}`;
}

/** Claude caches from marks, of which a request may have four; the last two messages should have one. */
export function findMarkFaults(requests: readonly RecordedRequest[]): string[] {
  return requests.flatMap(({ body, path }) => {
    const { system, tools, messages } = toRecord(body);
    const marks = countMarks([system, tools, messages]);
    const kept = toRecords(messages).filter((message) => !isServersWords(message));
    const recent = countMarks(kept.slice(-2));
    const head = countMarks([system, tools, toRecords(messages).filter(({ role }) => role === 'system')]);
    return [
      ...(marks === 0 ? [`no cache mark on ${path}`] : []),
      ...(marks > 4 ? [`${marks} cache marks on ${path}`] : []),
      ...(marks > 0 && recent === 0 ? [`no cache mark on the last two messages on ${path}`] : []),
      ...(marks > 0 && head === 0 ? [`no cache mark on the tools or the system text on ${path}`] : []),
    ];
  });
}

function countMarks(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countMarks(item), 0);
  if (!isRecord(value)) return 0;
  const own = ['cache_control', 'copilot_cache_control'].filter((name) => isRecord(value[name])).length;
  return Object.values(value).reduce<number>((sum, item) => sum + countMarks(item), own);
}

/** The cache reads what two requests begin with alike: each must go on from the one before, but for its marks. */
export function findGrowthFaults(requests: readonly RecordedRequest[]): string[] {
  return requests.slice(1).flatMap((request, index) => {
    const before = requests[index];
    if (before === undefined || before.path !== request.path) return [];
    const [older, newer] = [toPrefix(before.body), toPrefix(request.body)];
    const difference = older.findIndex((piece, place) => piece !== newer[place]);
    if (difference < 0) return [];
    const [was = '', is = ''] = [older[difference], newer[difference]];
    const place = [...was].findIndex((character, at) => character !== is[at]);
    const excerpt = (text: string): string => JSON.stringify(text.slice(Math.max(0, place - 40), place + 60));
    return [
      `request ${index + 2} does not go on from the one before: piece ${difference} of ${older.length} was ${excerpt(was)} and is ${excerpt(is)}`,
    ];
  });
}

/** Tools, system text and the blocks of the conversation, in the order in which models read them. */
function toPrefix(body: unknown): string[] {
  const { tools, system, instructions, messages, input } = toRecord(body);
  const turns = toRecords(messages ?? input).flatMap((turn) => {
    const { content, ...rest } = turn;
    const blocks = Array.isArray(content)
      ? content
      : content === undefined
        ? []
        : [{ type: 'text', text: content }];
    return [...blocks.map((block) => toText({ role: turn.role, block })), toText(rest)];
  });
  return [toText(tools), toText(system ?? instructions), ...turns];
}

function toText(value: unknown): string {
  return JSON.stringify(value, (key, item) => (/cache_control$/.test(key) ? undefined : item)) ?? '';
}
