import type { ModelCall } from '../copilot/model-call.ts';
import { createQuotaSnapshots, quotaResetTime } from '../github/plans.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import type { Finish, Usage } from './answer.ts';
import { createReplyModel, randomHex } from './answer-ids.ts';
import { createCopilotUsage } from './copilot-usage.ts';
import { createItemId } from './item-ids.ts';

type Ending = { status: string; details?: JsonRecord };

const endings: Partial<Record<Finish, Ending>> = {
  length: { status: 'incomplete', details: { incomplete_details: { reason: 'max_output_tokens' } } },
  content_filter: { status: 'incomplete', details: { incomplete_details: { reason: 'content_filter' } } },
  error: {
    status: 'failed',
    details: { error: { code: 'server_error', message: 'The model stopped unexpectedly.' } },
  },
  cancelled: { status: 'cancelled' },
};

/** How a response ends: its status, and the details that go with it. */
export function findEnding(finish: Finish): Ending {
  return endings[finish] ?? { status: 'completed' };
}

export type Envelope = JsonRecord & { output?: JsonRecord[] };

/** The response object that the first and the last event carry; `createId` seals its id anew for each of them. */
export function createEnvelope(call: ModelCall, createId: () => string): Envelope {
  const { body, world } = call;
  return {
    id: createId(),
    object: 'response',
    created_at: Math.floor(world.state.now() / 1000),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: createReplyModel(call.model),
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    store: false,
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    usage: null,
  };
}

/** field report: the id of a response changes with every event, as those of its items do. */
export function createResponseSealer({ world }: ModelCall): () => string {
  const item = `resp_${randomHex(12)}`;
  return () => createItemId({ item, connection: world.state.connection });
}

export function closeEnvelope(
  envelope: Envelope,
  finish: Finish,
  output: JsonRecord[] | undefined,
  usage: Usage,
): Envelope {
  const { status, details } = findEnding(finish);
  const { output: _, ...rest } = envelope;
  return {
    ...rest,
    ...details,
    status,
    ...(output === undefined ? {} : { output }),
    usage: toResponsesUsage(usage),
  };
}

/** What stands beside the response: the bill in credits and what is left of the quota. */
export function createBilling(call: ModelCall, usage: Usage): JsonRecord {
  const snapshots = createQuotaSnapshots(call.world.state.account.plan, '') ?? {};
  const entries = Object.entries(snapshots).map(([id, snapshot]) => [id, toStreamSnapshot(snapshot)]);
  const quota = entries.length === 0 ? {} : { copilot_quota_snapshots: Object.fromEntries(entries) };
  return { ...createCopilotUsage(call, usage), ...quota };
}

// protocol: here the entitlement is a string.
function toStreamSnapshot(snapshot: unknown): JsonRecord {
  if (!isRecord(snapshot)) return {};
  const { entitlement, percent_remaining, overage_permitted, overage_count, has_quota } = snapshot;
  return {
    entitlement: String(entitlement),
    percent_remaining,
    overage_permitted,
    overage_count,
    has_quota,
    reset_date: quotaResetTime,
  };
}

function toResponsesUsage(usage: Usage): JsonRecord {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
