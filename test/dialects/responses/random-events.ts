import type { ChatEvent, FinishReason } from '../../../src/dialects/chat-event.ts';
import type { Random } from '../../helpers/random.ts';

/** A reply as any of the dialects may give it, calls in turns and late seals included. */
export function createRandomEvents(random: Random): ChatEvent[] {
  const events: ChatEvent[] = [{ type: 'start', id: `id_${random.integer(99)}`, model: 'my-model' }];
  let blocks = 0;
  let calls = 0;
  for (let count = random.integer(12); count > 0; count -= 1) {
    const kind = random.integer(4);
    if (kind <= 1) events.push(createText(random));
    else if (random.chance(0.1)) events.push(createText(random, 'refusal'));
    else if (kind === 2) pushBlock(events, blocks++, random);
    else if (kind === 3)
      events.push({
        type: 'tool-call-delta',
        index: calls,
        id: `call_${calls++}`,
        name: 'read',
        arguments: random.text(4),
      });
    else if (calls > 0)
      events.push({
        type: 'tool-call-delta',
        index: random.integer(calls - 1),
        id: undefined,
        name: undefined,
        arguments: random.text(8),
      });
  }
  if (random.chance(0.7)) events.push(createUsage(random));
  const completed: FinishReason = calls > 0 ? 'tool-calls' : 'stop';
  const isRefused = events.some((event) => event.type === 'text-delta' && event.kind === 'refusal');
  const reason: FinishReason = random.chance(0.6)
    ? isRefused
      ? 'refusal'
      : completed
    : random.pick(['length', 'content-filter']);
  return separateMessages([...events, { type: 'finish', reason }], random);
}

function createText(random: Random, kind?: 'refusal'): ChatEvent {
  return { type: 'text-delta', text: `${random.text(8)}x`, ...(kind && { kind }) };
}

/** Text that comes after a call or another thought is a message of its own; any other may be. */
function separateMessages(events: readonly ChatEvent[], random: Random): ChatEvent[] {
  let hasText = false;
  let isClosed = false;
  const calls = new Set<number>();
  let block: number | undefined;
  return events.flatMap((event) => {
    if (event.type === 'tool-call-delta') {
      isClosed ||= !calls.has(event.index);
      calls.add(event.index);
    } else if (event.type === 'reasoning-delta') {
      isClosed ||= block !== event.index;
      block = event.index;
    } else if (event.type === 'text-delta') {
      const isSeparate = hasText && (isClosed || random.chance(0.1));
      hasText = true;
      isClosed = false;
      if (isSeparate) return [{ type: 'text-delta', text: '\n\n', kind: 'separator' }, event];
    }
    return [event];
  });
}

function pushBlock(events: ChatEvent[], index: number, random: Random): void {
  for (let count = 1 + random.integer(2); count > 0; count -= 1)
    events.push({ type: 'reasoning-delta', index, text: `${random.text(8)}x` });
  if (random.chance(0.2)) events.push({ type: 'text-delta', text: 'before the seal' });
  if (random.chance(0.7))
    events.push({ type: 'reasoning-delta', index, text: '', opaque: `S${random.text(20)}` });
}

function createUsage(random: Random): ChatEvent {
  const integer = () => random.integer(100_000);
  return {
    type: 'usage',
    usage: {
      inputTokens: integer(),
      cachedInputTokens: integer(),
      cacheWriteTokens: integer(),
      outputTokens: integer(),
      reasoningTokens: integer(),
      credits: random.chance(0.5) ? integer() / 1000 : undefined,
    },
  };
}

/** Events as they are after a trip: empty deltas gone, a call without arguments with `{}`, its first delta without any. */
export function toComparable(events: readonly ChatEvent[]): unknown {
  const calls = new Map<number, { id: string | undefined; name: string | undefined; arguments: string }>();
  const rest: unknown[] = [];
  for (const event of events) {
    if (event.type !== 'tool-call-delta') {
      rest.push(event);
      continue;
    }
    const call = calls.get(event.index) ?? { id: event.id, name: event.name, arguments: '' };
    if (!calls.has(event.index)) rest.push(`call ${event.index}`);
    call.arguments += event.arguments;
    calls.set(event.index, call);
  }
  return { rest, calls: [...calls.values()] };
}
