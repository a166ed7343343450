import type { QuotaSnapshot } from '../../copilot/quota-headers.ts';
import { isObject, type JsonObject, toFlag, toNumber, toObject, toText } from '../../json-value.ts';
import { parseCounts } from './counts.ts';
import type { ModelCounts } from './merge-counts.ts';
import { createUsageState, type UsageState } from './usage-state.ts';

const version = 1;

/** The state as it stands in the file. Lists, and no objects under names that clients choose. */
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

/** What can be understood of the file's content. */
export function parseState(content: JsonObject): UsageState {
  const folded = toObject(content.folded);
  return createUsageState({
    sessions: new Map(
      toObjects(content.sessions).flatMap((session) => {
        const id = toText(session.id);
        const startedAt = toTime(session.startedAt);
        const lastAt = toTime(session.lastAt) ?? startedAt;
        if (id === undefined || startedAt === undefined || lastAt === undefined) return [];
        return [[id, { startedAt, lastAt, models: parseModels(session.models) }]];
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

/** A number that a calendar has a day for. */
function toTime(value: unknown): number | undefined {
  const number = toNumber(value);
  return number === undefined || Number.isNaN(new Date(number).getTime()) ? undefined : number;
}
