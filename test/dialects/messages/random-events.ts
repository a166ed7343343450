import type { ChatEvent, FinishEvent, Usage } from '../../../src/dialects/chat-event.ts';
import type { Random } from '../../helpers/random.ts';
import { createJsonObject } from './random-requests.ts';

/** A text in pieces, some of them empty. */
function cut(text: string, random: Random): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const length = random.integer(6);
    pieces.push(text.slice(start, start + length));
    start += length;
  }
  return pieces;
}

/** A reply that the dialect carries as it is. Arguments may come in turns, and break off where the reply does. */
export function createRandomReply(random: Random, model: string): ChatEvent[] {
  const events: ChatEvent[] = [{ type: 'start', id: `msg_${random.integer(99)}`, model }];
  const isCut = random.chance(0.2);
  let thoughts = 0;
  let calls = 0;

  const addText = (): void => {
    for (const text of cut(`x${random.text(20)}`, random)) events.push({ type: 'text-delta', text });
  };
  const addThought = (): void => {
    const index = thoughts++;
    if (random.chance(0.3)) {
      events.push({ type: 'reasoning-delta', index, text: '', opaque: 'blob', redacted: true });
      return;
    }
    const pieces = cut(`x${random.text(20)}`, random);
    for (const text of pieces) events.push({ type: 'reasoning-delta', index, text });
    if (random.chance(0.7)) events.push({ type: 'reasoning-delta', index, text: '', opaque: `seal${index}` });
  };
  const addCalls = (): void => {
    const opened = Array.from({ length: 1 + random.integer(2) }, () => {
      const whole = JSON.stringify(createJsonObject(random));
      const length = isCut && random.chance(0.5) ? 1 + random.integer(whole.length - 1) : whole.length;
      return { index: calls++, pieces: cut(whole.slice(0, length), random) };
    });
    for (const { index } of opened) {
      events.push({ type: 'tool-call-delta', index, id: `call_${index}`, name: 'read', arguments: '' });
    }
    const isInTurns = random.chance(0.5);
    while (opened.some(({ pieces }) => pieces.length > 0)) {
      const waiting = opened.filter(({ pieces }) => pieces.length > 0);
      const next = isInTurns ? random.pick(waiting) : waiting[0];
      const text = next?.pieces.shift() ?? '';
      if (next)
        events.push({
          type: 'tool-call-delta',
          index: next.index,
          id: undefined,
          name: undefined,
          arguments: text,
        });
    }
  };

  for (let count = random.integer(5); count > 0; count -= 1) random.pick([addText, addThought, addCalls])();
  events.push({ type: 'usage', usage: createUsage(random) }, createFinish(random, isCut, calls > 0));
  return events;
}

function createUsage(random: Random): Usage {
  const maybe = (value: number): number | undefined => (random.chance(0.7) ? value : undefined);
  const cachedInputTokens = maybe(random.integer(1000));
  const cacheWriteTokens = maybe(random.integer(1000));
  const isInputKnown =
    cachedInputTokens !== undefined || cacheWriteTokens !== undefined || random.chance(0.8);
  const others = (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0);
  return {
    inputTokens: isInputKnown ? others + random.integer(1000) : undefined,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens: random.integer(1000),
    reasoningTokens: maybe(random.integer(1000)),
    credits: maybe(random.integer(1e9) / 1e9),
  };
}

function createFinish(random: Random, isCut: boolean, hasCalls: boolean): FinishEvent {
  if (isCut) return { type: 'finish', reason: 'length' };
  if (hasCalls) return { type: 'finish', reason: 'tool-calls' };
  return random.pick<FinishEvent>([
    { type: 'finish', reason: 'stop' },
    { type: 'finish', reason: 'stop', stopSequence: 'END' },
    { type: 'finish', reason: 'refusal' },
  ]);
}

type SummaryBlock = { key: string; [field: string]: string | boolean | undefined };

/** What a reply says, however it was cut: its blocks in order, and how it began and ended. */
export function summarize(events: readonly ChatEvent[]): object {
  const blocks: SummaryBlock[] = [];
  const others: ChatEvent[] = [];
  for (const event of events) {
    if (event.type === 'text-delta') {
      const last = blocks.at(-1);
      if (last?.key === 'text') last.text += event.text;
      else if (event.text !== '') blocks.push({ key: 'text', text: event.text });
    } else if (event.type === 'reasoning-delta' || event.type === 'tool-call-delta') {
      const { type, index, ...fields } = event;
      const key = `${type} ${index}`;
      const found = blocks.find((other) => other.key === key);
      const block: SummaryBlock = found ?? { key };
      if (!found) blocks.push(block);
      for (const [name, value] of Object.entries(fields)) {
        if (name === 'text' || name === 'arguments') block[name] = `${block[name] ?? ''}${value}`;
        else if (value !== undefined) block[name] = value;
      }
    } else others.push(event);
  }
  return { blocks, others };
}
