import type { JsonRecord } from '../json.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import type { Reply } from '../reply.ts';
import type { World } from '../world.ts';
import type { ModelEntry } from './model-entry.ts';

/** A request for a model that exists. */
export type ModelCall = {
  request: RecordedRequest;
  world: World;
  body: JsonRecord;
  model: ModelEntry;
  endpoint: string;
};

/** What the service refuses; undefined lets the call pass. */
export type Rule = (call: ModelCall) => Reply | undefined;

/** The first refusal of a list of rules. */
export function findRefusal(rules: Rule[], call: ModelCall): Reply | undefined {
  for (const rule of rules) {
    const refusal = rule(call);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
