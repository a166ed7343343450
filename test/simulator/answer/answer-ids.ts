import { randomBytes, randomUUID } from 'node:crypto';
import type { ModelEntry } from '../copilot/model-entry.ts';
import type { SimulatorState } from '../simulator-state.ts';

type Backend = SimulatorState['claudeBackend'];

// protocol: id prefixes reveal which cloud serves Claude.
const messagePrefixes: Record<Backend, string> = {
  bedrock: 'msg_bdrk_01',
  vertex: 'msg_vrtx_01',
  anthropic: 'msg_01',
};

const toolCallPrefixes: Record<Backend, string> = {
  bedrock: 'toolu_bdrk_',
  vertex: 'toolu_vrtx_',
  anthropic: 'toolu_',
};

const toolCallIds: Record<string, (name: string, index: number, backend: Backend) => string> = {
  Anthropic: (_name, _index, backend) => `${toolCallPrefixes[backend]}${randomHex(12)}`,
  Google: () => `call_${randomUUID()}`,
  Fireworks: (name, index) => `functions.${name}:${index}`,
};

/** An id for a tool call, in the manner of the model's vendor. */
export function createToolCallId(model: ModelEntry, name: string, index: number, backend: Backend): string {
  return toolCallIds[model.vendor]?.(name, index, backend) ?? `call_${randomHex(12)}`;
}

export function createMessageId(backend: Backend): string {
  return `${messagePrefixes[backend]}${randomHex(11)}`;
}

export function createCompletionId(): string {
  return `chatcmpl-${randomHex(14)}`;
}

/** protocol: replies name a dated model, and Claude with dashes, whatever the request said. */
export function createReplyModel(model: ModelEntry): string {
  return model.vendor === 'Anthropic' ? model.id.replaceAll('.', '-') : model.version;
}

export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
