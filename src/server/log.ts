import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { maskField } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import { toCallerName } from './guard.ts';
import { type AnswerRecord, type LogLevel, logLevels, type ServerLog } from './services.ts';

export type ServerLogOptions = {
  /** This level and those above it are written. */
  level: LogLevel;
  /** Lines in columns for a person; else one JSON object a line. */
  isTerminal: boolean;
  /** Gets whole lines with their line ends. What it throws reaches the caller of the log. */
  write: (lines: string) => void;
  now: () => number;
};

const maxLineLength = 4_000;
const eventWidth = 18;
const shownIdLength = 8;

/** The level that LOG_LEVEL names, `info` if it is not set. Throws CliError `config` if there is no such level. */
export function readLogLevel(env: Env): LogLevel {
  const name = env.LOG_LEVEL?.trim().toLowerCase();
  if (!name) return 'info';
  const level = logLevels.find((known) => known === name);
  if (level !== undefined) return level;
  throw new CliError('config', `LOG_LEVEL is "${env.LOG_LEVEL}", which is not a level`, {
    hint: `Set one of: ${logLevels.join(', ')}.`,
  });
}

/** Where nobody reads along, lines are written together: a write takes as long as a fifth of all that is done for a short answer. */
const gatherMs = 50;

/** Writes one line for each fact, filtered by `toLogFields`. `flush` writes what is held back. */
export function createServerLog({ level, isTerminal, write, now }: ServerLogOptions): {
  log: ServerLog;
  flush(): void;
} {
  const format = isTerminal ? formatForPeople : formatAsJson;
  let held: { head: Head; fields: Record<string, unknown> }[] = [];

  function flush(): void {
    const lines = held.map(({ head, fields }) => `${format(head, toLogFields(fields))}\n`);
    held = [];
    if (lines.length > 0) write(lines.join(''));
  }

  return {
    log(lineLevel, event, fields = {}) {
      if (lineLevel === 'silent' || logLevels.indexOf(lineLevel) < logLevels.indexOf(level)) return;
      const isUrgent = isTerminal || lineLevel === 'warn' || lineLevel === 'error';
      if (held.length === 0 && !isUrgent) setTimeout(flush, gatherMs);
      held.push({ head: { at: now(), level: lineLevel, event }, fields });
      if (isUrgent) flush();
    },
    flush,
  };
}

type Head = { at: number; level: LogLevel; event: string };

/** Fields do not replace what every line begins with. */
const headNames = new Set(['time', 'level', 'event']);

function formatAsJson({ at, level, event }: Head, fields: LogField[]): string {
  const head = `{"time":"${new Date(at).toISOString()}","level":"${level}","event":${JSON.stringify(event)}`;
  const kept = fields.filter(([name]) => !headNames.has(name)).map(formatField);
  let length = kept.reduce((sum, field) => sum + field.length, head.length + 1);
  if (length > maxLineLength) {
    const cut = formatField(['cut', true]);
    length += cut.length;
    while (length > maxLineLength && kept.length > 0) length -= kept.pop()?.length ?? 0;
    kept.push(cut);
  }
  return `${head}${kept.join('')}}`;
}

function formatField([name, value]: LogField): string {
  return `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function formatForPeople({ at, level, event }: Head, fields: LogField[]): string {
  // Local time.
  const time = new Date(at).toTimeString().slice(0, 8);
  // The first characters of an id are enough to tell requests apart.
  const shown = fields
    .filter(([name]) => name !== 'caller')
    .map(
      ([name, value]) => `${name}=${quote(name === 'id' ? String(value).slice(0, shownIdLength) : value)}`,
    );
  const line = [time, level.padEnd(5), event.padEnd(eventWidth), ...shown].join(' ').trimEnd();
  return line.length <= maxLineLength ? line : `${line.slice(0, maxLineLength - 1)}…`;
}

function quote(value: LogValue): string {
  return typeof value === 'string' && (value === '' || /[\s"=]/.test(value))
    ? JSON.stringify(value)
    : String(value);
}

/** The facts about an answer before it begins. */
export type StartedAnswer = Pick<
  AnswerRecord,
  'id' | 'caller' | 'dialect' | 'endpoint' | 'model' | 'initiator' | 'stream'
>;

/** `stream_start`, or `answer_start` for an answer in one piece: the request goes to the model now. */
export function logAnswerStart(log: ServerLog, answer: StartedAnswer): void {
  log('info', toEvent(answer, 'start'), { ...toNames(answer), initiator: answer.initiator });
}

/** `stream_first_byte`, `milliseconds` after the request. */
export function logFirstByte(log: ServerLog, answer: StartedAnswer, milliseconds: number): void {
  log('debug', toEvent(answer, 'first_byte'), { ...toNames(answer), ms: Math.round(milliseconds) });
}

/** `stream_end` with the usage, or `stream_error` with the code of the failure. */
export function logAnswer(log: ServerLog, answer: AnswerRecord): void {
  const { failure, status, usage } = answer;
  log(toLevel(answer), toEvent(answer, failure === undefined ? 'end' : 'error'), {
    ...toNames(answer),
    status,
    failure,
    ms: Math.round(answer.milliseconds),
    first_byte_ms: answer.firstByteMs === undefined ? undefined : Math.round(answer.firstByteMs),
    input_tokens: usage?.inputTokens,
    cached_tokens: usage?.cachedInputTokens,
    output_tokens: usage?.outputTokens,
    reasoning_tokens: usage?.reasoningTokens,
    credits: usage?.credits ?? usage?.estimatedCredits,
    estimated: usage?.credits === undefined && usage?.estimatedCredits !== undefined ? true : undefined,
    premium_requests_estimated: usage?.premiumRequests,
  });
}

function toEvent({ stream }: Pick<AnswerRecord, 'stream'>, event: string): string {
  return `${stream ? 'stream' : 'answer'}_${event}`;
}

function toNames({ id, caller, model, dialect, endpoint }: StartedAnswer): Record<string, string> {
  return { id, model, dialect, endpoint, caller: toCallerName(caller) };
}

/** A caller that leaves is not an error. */
function toLevel({ failure, status }: AnswerRecord): LogLevel {
  if (failure === undefined || failure === 'interrupted') return 'info';
  return status >= 500 ? 'error' : 'warn';
}

type LogValue = string | number | boolean | null;
type LogField = readonly [name: string, value: LogValue];

const maxTextLength = 300;
const maxItems = 20;
/** Names of fields that would hold words of a conversation. */
const spoken = new Set(
  'body messages prompt content input output instructions system text arguments'.split(' '),
);

/** Keeps numbers, flags and one-line texts, and joins lists of these. Leaves out objects, secrets and words of a conversation. */
function toLogFields(fields: Record<string, unknown>): LogField[] {
  const kept: LogField[] = [];
  for (const [given, value] of Object.entries(fields)) {
    const plain = spoken.has(given.toLowerCase()) ? undefined : toLogValue(value);
    if (plain === undefined) continue;
    const name = cutText(toOneLine(given));
    kept.push([name, typeof plain === 'string' ? cutText(maskField(name, plain)) : plain]);
  }
  return kept;
}

/** Control characters go before secrets are masked, because a secret could hide behind them. */
function toLogValue(value: unknown): LogValue | undefined {
  if (typeof value === 'string') return toOneLine(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value instanceof Error) return toOneLine(value.message);
  if (!Array.isArray(value)) return undefined;
  const items = value
    .slice(0, maxItems)
    .flatMap((item) => (Array.isArray(item) ? [] : (toLogValue(item) ?? [])));
  return `${items.join(', ')}${value.length > maxItems ? ', …' : ''}`;
}

function cutText(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
