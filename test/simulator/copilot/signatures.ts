import type { ModelCall } from './model-call.ts';

/** Whether a signature was issued for thoughts of the model that is called. */
export function isKnownSignature(signature: string, { world, model }: ModelCall): boolean {
  if (!world.state.checkSignatures) return true;
  return world.ledger.signatures.get(signature) === model.id;
}
