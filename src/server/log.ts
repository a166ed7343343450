import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { type LogValue, toLogFields } from './log-fields.ts';
import { type LogLevel, logLevels, type ServerLog } from './services.ts';

export type ServerLogOptions = {
  /** This level and those above it are written. */
  level: LogLevel;
  /** Whether a person reads: lines in columns then, else a JSON object a line. */
  isTerminal: boolean;
  /** Takes a line with its end. What it throws, it throws to whoever had something to tell. */
  write: (line: string) => void;
  now: () => number;
};

const maxLineLength = 4_000;
const eventWidth = 18;
const shownIdLength = 8;

/** The level that LOG_LEVEL names, `info` where it is not set. Throws CliError `config` where there is no such level. */
export function readLogLevel(env: Env): LogLevel {
  const name = env.LOG_LEVEL?.trim().toLowerCase();
  if (!name) return 'info';
  const level = logLevels.find((known) => known === name);
  if (level !== undefined) return level;
  throw new CliError('config', `LOG_LEVEL is "${env.LOG_LEVEL}", which is no level`, {
    hint: `Set one of: ${logLevels.join(', ')}.`,
  });
}

/** One line a fact. Fields lose whatever looks like a secret, control characters, and what was said (see `toLogFields`). */
export function createServerLog({ level, isTerminal, write, now }: ServerLogOptions): ServerLog {
  const format = isTerminal ? formatForPeople : formatAsJson;
  return (lineLevel, event, fields = {}) => {
    if (lineLevel === 'silent' || logLevels.indexOf(lineLevel) < logLevels.indexOf(level)) return;
    write(`${format({ at: now(), level: lineLevel, event }, toLogFields(fields))}\n`);
  };
}

type Head = { at: number; level: LogLevel; event: string };

function formatAsJson({ at, level, event }: Head, fields: Record<string, LogValue>): string {
  const head = { time: new Date(at).toISOString(), level, event };
  // What was told first stands first, and no field takes the place of the head.
  const format = (entries: [string, LogValue][], rest = {}): string =>
    JSON.stringify({ ...head, ...Object.fromEntries(entries), ...head, ...rest });
  const entries = Object.entries(fields);
  let line = format(entries);
  while (line.length > maxLineLength && entries.pop()) line = format(entries, { cut: true });
  return line;
}

function formatForPeople({ at, level, event }: Head, fields: Record<string, LogValue>): string {
  // By the clock on the wall.
  const time = new Date(at).toTimeString().slice(0, 8);
  // Lines are long enough; the beginning of an id parts one request from another.
  const told = Object.entries(fields)
    .filter(([name]) => name !== 'caller')
    .map(
      ([name, value]) => `${name}=${quote(name === 'id' ? String(value).slice(0, shownIdLength) : value)}`,
    );
  const line = [time, level.padEnd(5), event.padEnd(eventWidth), ...told].join(' ').trimEnd();
  return line.length <= maxLineLength ? line : `${line.slice(0, maxLineLength - 1)}…`;
}

function quote(value: LogValue): string {
  return typeof value === 'string' && (value === '' || /[\s"=]/.test(value))
    ? JSON.stringify(value)
    : String(value);
}
