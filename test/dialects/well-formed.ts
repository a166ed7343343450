import type { ChatEvent, ToolCallDeltaEvent, Usage } from '../../src/dialects/chat-event.ts';

const ranks: Record<ChatEvent['type'], number> = {
  start: 0,
  'text-delta': 1,
  'reasoning-delta': 1,
  'tool-call-delta': 1,
  usage: 2,
  finish: 3,
};

/**
 * What is wrong with the events of a reply, or of the beginning of one: one `start` first, `usage` and `finish` at most once and
 * last, blocks and calls numbered as they appear, the id and the name of a call told once, and every field of its type.
 */
export function findFlaw(events: readonly ChatEvent[], isWhole: boolean): string | undefined {
  const calls: ToolCallDeltaEvent[] = [];
  let blocks = 0;
  let last = -1;
  for (const event of events) {
    const rank = ranks[event.type];
    const isInOrder = last === -1 ? rank === 0 : rank > last || (rank === 1 && last === 1);
    if (!isInOrder) return `${event.type} out of order`;
    last = rank;
    if (event.type === 'reasoning-delta' && event.index >= blocks && event.index !== blocks++)
      return 'a block out of order';
    if (event.type === 'tool-call-delta' && !followsCalls(event, calls)) return 'a call out of order';
    if (!isTyped(event)) return `a field of ${event.type} of another type`;
  }
  const isFinished = last === ranks.finish;
  return isFinished === isWhole ? undefined : `${isFinished ? 'a' : 'no'} finish`;
}

function followsCalls(event: ToolCallDeltaEvent, calls: ToolCallDeltaEvent[]): boolean {
  const known = calls[event.index];
  if (!known) return calls.push({ ...event }) - 1 === event.index;
  const tellsAgain =
    (event.id !== undefined && known.id !== undefined) ||
    (event.name !== undefined && known.name !== undefined);
  known.id ??= event.id;
  known.name ??= event.name;
  return !tellsAgain;
}

function isTyped(event: ChatEvent): boolean {
  switch (event.type) {
    case 'start':
      return isText(event.id) && isText(event.model);
    case 'text-delta':
      return typeof event.text === 'string' && event.text !== '';
    case 'reasoning-delta':
      return typeof event.text === 'string' && isText(event.opaque);
    case 'tool-call-delta':
      return typeof event.arguments === 'string' && isText(event.id) && isText(event.name);
    case 'usage':
      return isCounted(event.usage);
    case 'finish':
      return typeof event.reason === 'string' && isText(event.stopSequence);
  }
}

/** What is not known is undefined, and never empty. */
function isText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}

function isCounted(usage: Usage): boolean {
  return Object.values(usage).every((count) => count === undefined || Number.isFinite(count));
}
