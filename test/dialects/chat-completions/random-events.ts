import type { ChatEvent, FinishReason, Usage } from '../../../src/dialects/chat-event.ts';
import type { Random } from '../../helpers/random.ts';

/** A reply that the dialect can carry to the last detail. */
export function createRandomEvents(random: Random): ChatEvent[] {
  const thinking = { index: 0, isOpen: false };
  const calls = { count: 0 };
  const steps = Array.from({ length: random.integer(8) }, () => createStep(random, thinking, calls));
  const events = steps.flat();
  const isRefused = events.some((event) => event.type === 'text-delta' && event.kind === 'refusal');
  const reason = createReason(random, { hasCalls: calls.count > 0, isRefused });
  return [
    { type: 'start', id: `id${random.integer(99)}`, model: 'm' },
    ...events,
    ...(random.chance(0.6) ? [{ type: 'usage' as const, usage: createUsage(random) }] : []),
    { type: 'finish', reason },
  ];
}

function createStep(
  random: Random,
  thinking: { index: number; isOpen: boolean },
  calls: { count: number },
): ChatEvent[] {
  switch (random.integer(3)) {
    case 0:
      return createThoughts(random, thinking);
    case 1:
      return createCalls(random, calls);
    default:
      return [
        { type: 'text-delta', text: `.${random.text(20)}`, ...(random.chance(0.1) && { kind: 'refusal' }) },
      ];
  }
}

/** Only a seal tells where a block ends. */
function createThoughts(random: Random, thinking: { index: number }): ChatEvent[] {
  const { index } = thinking;
  const events: ChatEvent[] = Array.from({ length: random.integer(2) }, () => ({
    type: 'reasoning-delta',
    index,
    text: `.${random.text(9)}`,
  }));
  if (random.chance(0.5)) return events;
  thinking.index += 1;
  const text = random.pick(['', 'so']);
  return [...events, { type: 'reasoning-delta', index, text, opaque: `seal${random.integer(99)}` }];
}

/** One or two calls, whose arguments come in turns. */
function createCalls(random: Random, calls: { count: number }): ChatEvent[] {
  const first = calls.count;
  const count = 1 + random.integer(1);
  calls.count += count;
  const indexes = Array.from({ length: count }, (_, offset) => first + offset);
  const piece = (): string => `.${random.text(9)}`;
  return [
    ...indexes.map((index) => ({
      type: 'tool-call-delta' as const,
      index,
      id: `call_${index}`,
      name: random.pick(['read', 'write']),
      arguments: random.pick(['', '{']),
    })),
    ...Array.from({ length: 1 + random.integer(2) }, () => indexes)
      .flat()
      .map((index) => ({
        type: 'tool-call-delta' as const,
        index,
        id: undefined,
        name: undefined,
        arguments: piece(),
      })),
  ];
}

function createReason(
  random: Random,
  { hasCalls, isRefused }: { hasCalls: boolean; isRefused: boolean },
): FinishReason {
  const usual = hasCalls ? 'tool-calls' : 'stop';
  if (isRefused) return random.pick(['refusal', 'length']);
  return random.pick([usual, usual, 'length', 'content-filter']);
}

function createUsage(random: Random): Usage {
  const maybe = (): number | undefined => (random.chance(0.5) ? random.integer(1000) : undefined);
  return {
    inputTokens: random.integer(1000),
    cachedInputTokens: maybe(),
    cacheWriteTokens: maybe(),
    outputTokens: random.integer(1000),
    reasoningTokens: maybe(),
    credits: random.chance(0.5) ? random.integer(1e9) / 1e9 : undefined,
  };
}
