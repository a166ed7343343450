import {
  type Counts,
  countCredits,
  countTokens,
  type ModelCounts,
  mergeModels,
  sumCounts,
} from './counts.ts';
import type { Session, UsageState } from './usage-state.ts';

/** Everything that was counted, by model. */
export function toModels({ sessions, folded }: UsageState): ModelCounts {
  return [...sessions.values()].reduce((sum, { models }) => mergeModels(sum, models), folded.models);
}

/** The answer of `GET /usage/summary`. Times are ISO 8601, or null. */
export function toSummary(state: UsageState): Record<string, unknown> {
  const models = toModels(state);
  const counts = sumCounts(models.values());
  const tokens = countTokens(counts);
  const sessions = [...state.sessions.values()];
  return {
    totalSessions: state.sessions.size + state.folded.sessions,
    totalRequests: counts.requests,
    totalTokens: tokens,
    averageTokensPerRequest: counts.requests === 0 ? 0 : Math.round(tokens / counts.requests),
    ...toCountsJson(counts),
    firstRequestTime: toTime(
      [...sessions.map(({ startedAt }) => startedAt), state.folded.startedAt],
      Math.min,
    ),
    lastRequestTime: toTime(
      sessions.map(({ lastAt }) => lastAt),
      Math.max,
    ),
    models: toModelsJson(models),
    quota: state.quota ? { at: new Date(state.quota.at).toISOString(), ...state.quota.snapshot } : null,
  };
}

/** The answer of `GET /usage/details`: the sessions, the latest first. `duration` is in seconds. */
export function toDetails(state: UsageState): Record<string, unknown>[] {
  return listSessions(state).map(([sessionId, session]) => {
    const counts = sumCounts(session.models.values());
    return {
      sessionId,
      client: session.client ?? null,
      folder: session.folder ?? null,
      startTime: new Date(session.startedAt).toISOString(),
      lastRequestTime: new Date(session.lastAt).toISOString(),
      requestCount: counts.requests,
      tokenCount: countTokens(counts),
      duration: Math.round((session.lastAt - session.startedAt) / 1000),
      ...toCountsJson(counts),
      models: toModelsJson(session.models),
    };
  });
}

export function listSessions({ sessions }: UsageState): [id: string, Session][] {
  return [...sessions].sort(([, a], [, b]) => b.lastAt - a.lastAt);
}

/** The last hours, the present one last. */
export function listHours(
  state: UsageState,
  present: number,
  count: number,
): { hour: number; counts: Counts }[] {
  return Array.from({ length: count }, (_, at) => {
    const hour = present - count + 1 + at;
    return { hour, counts: state.hours.get(hour) ?? sumCounts([]) };
  });
}

function toCountsJson(counts: Counts): Record<string, unknown> {
  const { failures, personRequests, inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = counts;
  const { credits, isEstimated } = countCredits(counts);
  return {
    failures,
    personRequests,
    agentRequests: counts.requests - personRequests,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    reasoningTokens,
    credits,
    creditsEstimated: isEstimated,
    premiumRequests: Number(counts.premiumRequests.toPrecision(12)),
  };
}

function toModelsJson(models: ModelCounts): Record<string, unknown>[] {
  return [...models]
    .sort(([, a], [, b]) => b.requests - a.requests)
    .map(([model, counts]) => ({ model, requests: counts.requests, ...toCountsJson(counts) }));
}

function toTime(times: (number | undefined)[], choose: (...times: number[]) => number): string | null {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? null : new Date(choose(...known)).toISOString();
}
