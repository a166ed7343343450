import type { QuotaSnapshot } from '../../copilot/account.ts';
import { isObject, type JsonObject, toFlag, toNumber, toObject, toText } from '../../json-value.ts';
import { maskSecrets } from '../../redact.ts';
import { toOneLine } from '../../terminal-text.ts';
import { toCallerName } from '../guard.ts';
import type { AnswerRecord } from '../services.ts';
import {
  addCounts,
  type Counts,
  countAnswer,
  type ModelCounts,
  mergeMaps,
  mergeModels,
  otherModels,
  parseCounts,
} from './counts.ts';

/** Times in milliseconds of the epoch. */
export type Session = {
  startedAt: number;
  lastAt: number;
  models: ModelCounts;
  client: string | undefined;
  folder: string | undefined;
};

/** States can be merged in any order, so each server keeps only what it has counted since its last write. */
export type UsageState = {
  sessions: ReadonlyMap<string, Session>;
  /** The sum of sessions that are too old to be kept one by one. */
  folded: { sessions: number; startedAt: number | undefined; models: ModelCounts };
  /** By hours since the epoch. */
  hours: ReadonlyMap<number, Counts>;
  /** The newest report. */
  quota: { at: number; snapshot: QuotaSnapshot } | undefined;
};

const hourMs = 3_600_000;
const keptHours = 48;
const maxSessions = 200;
const maxNameLength = 120;

export function createUsageState(state: Partial<UsageState> = {}): UsageState {
  const folded = { sessions: 0, startedAt: undefined, models: new Map() };
  return { sessions: new Map(), folded, hours: new Map(), quota: undefined, ...state };
}

/** The state of one answer. Its session has the client's own name; without one, the caller counts as one session. */
export function toUsageState(answer: AnswerRecord): UsageState {
  const { at, session, caller, model, failure, client, folder } = answer;
  const counts = countAnswer(answer);
  const name = session === undefined ? '' : toName(session);
  // A model that does not exist can have any name.
  const models = new Map([[(failure !== 'model' && toName(model)) || otherModels, counts]]);
  return createUsageState({
    sessions: new Map([
      [
        name || toCallerName(caller),
        {
          startedAt: at,
          lastAt: at,
          models,
          client: client && toName(client),
          folder: folder && toName(folder),
        },
      ],
    ]),
    hours: new Map([[toHour(at), counts]]),
  });
}

export function toHour(at: number): number {
  return Math.floor(at / hourMs);
}

/** Cleans a name that comes from a client and is shown and kept. */
function toName(text: string): string {
  return maskSecrets(toOneLine(text)).slice(0, maxNameLength);
}

export function mergeStates(a: UsageState, b: UsageState): UsageState {
  return {
    sessions: mergeMaps(a.sessions, b.sessions, mergeSessions),
    folded: {
      sessions: a.folded.sessions + b.folded.sessions,
      startedAt: minTime(a.folded.startedAt, b.folded.startedAt),
      models: mergeModels(a.folded.models, b.folded.models),
    },
    hours: mergeMaps(a.hours, b.hours, addCounts),
    quota: (a.quota?.at ?? 0) > (b.quota?.at ?? 0) ? a.quota : b.quota,
  };
}

/** The same counts in bounded space: old sessions are summed up, and old hours are dropped. */
export function foldState(state: UsageState): UsageState {
  const newest = Math.max(...state.hours.keys());
  const hours = new Map([...state.hours].filter(([hour]) => hour > newest - keptHours));
  if (state.sessions.size <= maxSessions) return { ...state, hours };
  const byTime = [...state.sessions].sort(([, a], [, b]) => a.lastAt - b.lastAt);
  const old = byTime.slice(0, byTime.length - maxSessions);
  const folded = old.reduce(
    (sum, [, session]) => ({
      sessions: sum.sessions + 1,
      startedAt: minTime(sum.startedAt, session.startedAt),
      models: mergeModels(sum.models, session.models),
    }),
    state.folded,
  );
  return { ...state, hours, folded, sessions: new Map(byTime.slice(old.length)) };
}

function mergeSessions(a: Session, b: Session): Session {
  return {
    startedAt: Math.min(a.startedAt, b.startedAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    models: mergeModels(a.models, b.models),
    client: a.client ?? b.client,
    folder: a.folder ?? b.folder,
  };
}

function minTime(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

const version = 1;

/** The state in the file's format. Names chosen by clients are values, not keys. */
export function formatState({ sessions, folded, hours, quota }: UsageState): JsonObject {
  return {
    version,
    sessions: [...sessions].map(([id, session]) => ({
      ...session,
      id,
      models: formatModels(session.models),
    })),
    folded: { ...folded, models: formatModels(folded.models) },
    hours: [...hours].map(([hour, counts]) => ({ hour, ...counts })),
    ...(quota && { quota }),
  };
}

function formatModels(models: ModelCounts): JsonObject[] {
  return [...models].map(([model, counts]) => ({ model, ...counts }));
}

/** Reads the valid parts of the file. */
export function parseState(content: JsonObject): UsageState {
  const folded = toObject(content.folded);
  return createUsageState({
    sessions: new Map(
      toObjects(content.sessions).flatMap((session) => {
        const id = toText(session.id);
        const startedAt = toTime(session.startedAt);
        const lastAt = toTime(session.lastAt) ?? startedAt;
        if (id === undefined || startedAt === undefined || lastAt === undefined) return [];
        const models = parseModels(session.models);
        const [client, folder] = [session.client, session.folder].map(toText);
        return [[id, { startedAt, lastAt, models, client, folder }]];
      }),
    ),
    folded: {
      sessions: toNumber(folded.sessions) ?? 0,
      startedAt: toTime(folded.startedAt),
      models: parseModels(folded.models),
    },
    hours: new Map(
      toObjects(content.hours).flatMap(({ hour, ...counts }) => {
        const number = toNumber(hour);
        return number === undefined ? [] : [[number, parseCounts(counts)]];
      }),
    ),
    quota: parseQuota(toObject(content.quota)),
  });
}

function parseModels(value: unknown): ModelCounts {
  return new Map(
    toObjects(value).flatMap(({ model, ...counts }) => {
      const name = toText(model);
      return name === undefined ? [] : [[name, parseCounts(counts)]];
    }),
  );
}

function parseQuota({ at, snapshot }: JsonObject): UsageState['quota'] {
  const content = toObject(snapshot);
  const time = toTime(at);
  const percentRemaining = toNumber(content.percentRemaining);
  if (time === undefined || percentRemaining === undefined) return undefined;
  const parsed: QuotaSnapshot = {
    kind: toText(content.kind) ?? '',
    entitlement: toNumber(content.entitlement),
    percentRemaining,
    overageUsed: toNumber(content.overageUsed),
    overagePermitted: toFlag(content.overagePermitted) ?? false,
    resetsAt: toText(content.resetsAt),
  };
  return { at: time, snapshot: parsed };
}

function toObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A number that is a valid time. */
function toTime(value: unknown): number | undefined {
  const number = toNumber(value);
  return number === undefined || Number.isNaN(new Date(number).getTime()) ? undefined : number;
}
