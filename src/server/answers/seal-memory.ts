import type { ChatEvent } from '../../dialects/chat-event.ts';
import type { AssistantMessage, ChatRequest, Message, ReasoningPart } from '../../dialects/chat-request.ts';

/**
 * Knows whose sealed thinking is whose: a conversation may change its model, and a seal is good for its own model only. Keeps the latest
 * seals for callers whose API has no field for them: Gemini refuses its own calls without them.
 */
export type SealMemory = {
  /** Looks at one answer of a model as it passes. `isForgetful`: the caller cannot send its seals back. */
  watch(model: string, options: { isForgetful: boolean }): (events: readonly ChatEvent[]) => void;
  /** Restores the seals that the caller could not keep. */
  restore(request: ChatRequest): ChatRequest;
  /** The request with the model of each of its thoughts, as far as it is known. */
  nameOwners(request: ChatRequest): ChatRequest;
  /** Whether another model is known to have sealed it, or the service has refused it. */
  isForeign(opaque: string, model: string): boolean;
  /** The service refuses a seal of this request, and does not say which. */
  forget(request: ChatRequest): void;
};

/** An agent's longest turns are some hundreds of answers; a seal has some thousands of characters. */
const maxAnswers = 1000;
const maxLength = 64 * 1024;
/** Of some hundred bytes each. */
const maxOwners = 20_000;
/** In place of a model, of a seal that was refused. */
const nobody = '';

/** Kimi numbers calls from 0 in every conversation, so `functions.read:0` is ambiguous. */
const numbered = /:\d+$/;

export function createSealMemory(): SealMemory {
  /** By the id of an answer's first call; the oldest first. */
  const known = new Map<string, ReasoningPart[]>();
  /** The model of each seal; the oldest first. */
  const owners = new Map<string, string>();

  function own(opaque: string, model: string): void {
    const key = toKey(opaque);
    owners.delete(key);
    owners.set(key, model);
    const [oldest] = owners.keys();
    if (owners.size > maxOwners && oldest !== undefined) owners.delete(oldest);
  }

  function nameOwner(part: AssistantMessage['parts'][number]): AssistantMessage['parts'][number] {
    if (part.type !== 'reasoning' || part.opaque === undefined) return part;
    const model = owners.get(toKey(part.opaque));
    return model === undefined ? part : { ...part, model };
  }

  function keep(callId: string, thoughts: ReasoningPart[]): void {
    const length = thoughts.reduce((sum, { text, opaque = '' }) => sum + text.length + opaque.length, 0);
    if (!thoughts.some(isSealed) || length > maxLength || numbered.test(callId)) return;
    known.delete(callId);
    known.set(callId, thoughts);
    const [oldest] = known.keys();
    if (known.size > maxAnswers && oldest !== undefined) known.delete(oldest);
  }

  function restoreMessage(message: Message): Message {
    if (message.role !== 'assistant' || message.parts.some(isSealed)) return message;
    const thoughts = known.get(findFirstCall(message) ?? '');
    if (!thoughts) return message;
    // Some callers return the words of a thought, and drop the field with its seal.
    return { ...message, parts: [...thoughts, ...message.parts.filter(({ type }) => type !== 'reasoning')] };
  }

  return {
    watch(model, { isForgetful }) {
      const thoughts = new Map<number, ReasoningPart>();
      let callId: string | undefined;
      return (events) => {
        for (const event of events) {
          if (event.type === 'reasoning-delta' && event.opaque !== undefined) own(event.opaque, model);
          if (!isForgetful) continue;
          if (event.type === 'tool-call-delta') callId ??= event.id;
          else if (event.type === 'reasoning-delta') {
            const thought = thoughts.get(event.index) ?? { type: 'reasoning', text: '', model };
            thoughts.set(event.index, addDelta(thought, event));
          } else if (event.type === 'finish' && callId !== undefined) keep(callId, [...thoughts.values()]);
        }
      };
    },
    restore: (request) => ({ ...request, messages: request.messages.map(restoreMessage) }),
    nameOwners(request) {
      if (!hasSeals(request)) return request;
      const messages = request.messages.map(
        (message): Message =>
          message.role === 'assistant' ? { ...message, parts: message.parts.map(nameOwner) } : message,
      );
      return { ...request, messages };
    },
    isForeign(opaque, model) {
      const owner = owners.get(toKey(opaque));
      return owner !== undefined && owner !== model;
    },
    forget(request) {
      for (const opaque of listSeals(request)) own(opaque, nobody);
    },
  };
}

/** Seals are long, and differ at their ends. */
function toKey(opaque: string): string {
  return `${opaque.length}:${opaque.slice(-48)}`;
}

export function listSeals({ messages }: ChatRequest): string[] {
  return messages.flatMap((message) =>
    message.role === 'assistant'
      ? message.parts.flatMap((part) => (part.type === 'reasoning' ? (part.opaque ?? []) : []))
      : [],
  );
}

function hasSeals(request: ChatRequest): boolean {
  return listSeals(request).length > 0;
}

function isSealed(part: AssistantMessage['parts'][number]): boolean {
  return part.type === 'reasoning' && part.opaque !== undefined;
}

function addDelta(
  thought: ReasoningPart,
  { text, opaque, redacted }: Extract<ChatEvent, { type: 'reasoning-delta' }>,
): ReasoningPart {
  return {
    ...thought,
    text: thought.text + text,
    ...(opaque !== undefined && { opaque }),
    ...(redacted && { redacted }),
  };
}

function findFirstCall({ parts }: AssistantMessage): string | undefined {
  return parts.find((part) => part.type === 'tool-call')?.id;
}
