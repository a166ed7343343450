import type { ChatEvent } from '../../dialects/chat-event.ts';
import type { AssistantMessage, ChatRequest, Message, ReasoningPart } from '../../dialects/chat-request.ts';

/** Keeps the latest sealed thinking for callers whose API has no field for it: Gemini refuses its own calls without it. */
export type SealMemory = {
  /** Looks at one answer of a model as it passes. */
  watch(model: string): (events: readonly ChatEvent[]) => void;
  /** Restores the seals that the caller could not keep. */
  restore(request: ChatRequest): ChatRequest;
};

/** An agent's longest turns are some hundreds of answers; a seal has some thousands of characters. */
const maxAnswers = 1000;
const maxLength = 64 * 1024;

/** Kimi numbers calls from 0 in every conversation, so `functions.read:0` is ambiguous. */
const numbered = /:\d+$/;

export function createSealMemory(): SealMemory {
  /** By the id of an answer's first call; the oldest first. */
  const known = new Map<string, ReasoningPart[]>();

  function keep(callId: string, thoughts: ReasoningPart[]): void {
    const isSealed = thoughts.some(({ opaque }) => opaque !== undefined);
    const length = thoughts.reduce((sum, { text, opaque = '' }) => sum + text.length + opaque.length, 0);
    if (!isSealed || length > maxLength || numbered.test(callId)) return;
    known.delete(callId);
    known.set(callId, thoughts);
    const [oldest] = known.keys();
    if (known.size > maxAnswers && oldest !== undefined) known.delete(oldest);
  }

  function restoreMessage(message: Message): Message {
    if (message.role !== 'assistant' || message.parts.some(({ type }) => type === 'reasoning'))
      return message;
    const thoughts = known.get(findFirstCall(message) ?? '');
    return thoughts ? { ...message, parts: [...thoughts, ...message.parts] } : message;
  }

  return {
    watch(model) {
      const thoughts = new Map<number, ReasoningPart>();
      let callId: string | undefined;
      return (events) => {
        for (const event of events) {
          if (event.type === 'tool-call-delta') callId ??= event.id;
          else if (event.type === 'reasoning-delta') {
            const thought = thoughts.get(event.index) ?? { type: 'reasoning', text: '', model };
            thoughts.set(event.index, addDelta(thought, event));
          } else if (event.type === 'finish' && callId !== undefined) keep(callId, [...thoughts.values()]);
        }
      };
    },
    restore: (request) => ({ ...request, messages: request.messages.map(restoreMessage) }),
  };
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
