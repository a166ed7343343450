import { isObject, type JsonObject, toObject } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import { maxMarks } from '../cache-marks.ts';
import { countLeading, toReminder } from '../late-system.ts';
import { billingPrefix } from './read-messages.ts';

// The order of a caller's own prompt, in the form that Claude takes and caches. A translation gives the same.

type Prompt = { system: unknown; messages: unknown };

/**
 * Brings system messages to a place that Claude has for them: those at the start into `system`, later ones as reminders into the user's turn
 * where they stand. The same values if there are none. The line of Claude Code about itself is left out: it differs between conversations,
 * which then share no cache.
 */
export function foldSystem({ system: given, messages }: JsonObject): Prompt {
  const system = withoutBilling(given);
  if (!Array.isArray(messages) || !messages.some(isSystem)) return { system, messages };
  const start = countLeading(messages, isSystem);
  const leading = messages.slice(0, start).flatMap(({ content }) => listBlocks(content));
  const turns: Turn[] = [];
  for (const message of messages.slice(start)) addToTurns(turns, message);
  return {
    system: leading.length === 0 ? system : [...listBlocks(system), ...leading],
    messages: turns.map(({ message }) => message),
  };
}

/** `isFolded`: a reminder was put into it, and so it takes in what the user says next to it. */
type Turn = { message: unknown; isFolded: boolean };

function addToTurns(turns: Turn[], message: unknown): void {
  const last = turns.at(-1);
  const reminders = isSystem(message) ? listReminders(message) : undefined;
  const isNext = reminders !== undefined || (last?.isFolded && isUser(message));
  if (last && isUser(last.message) && isNext) {
    const added = reminders ?? listBlocks(toObject(message).content);
    const content = withResultsFirst([...listBlocks(last.message.content), ...added]);
    turns[turns.length - 1] = { message: { ...last.message, content }, isFolded: true };
  } else if (reminders === undefined) turns.push({ message, isFolded: false });
  else if (reminders.length > 0)
    turns.push({ message: { role: 'user', content: reminders }, isFolded: true });
}

function isSystem(message: unknown): message is JsonObject {
  return isObject(message) && message.role === 'system';
}

function isUser(message: unknown): message is JsonObject {
  return isObject(message) && message.role === 'user';
}

function listReminders({ content }: JsonObject): JsonObject[] {
  return listBlocks(content).flatMap((block) =>
    typeof block.text === 'string' && /\S/.test(block.text)
      ? [{ ...block, text: toReminder(block.text) }]
      : [],
  );
}

/** Claude wants the results of its calls before anything else. */
function withResultsFirst(content: JsonObject[]): JsonObject[] {
  const isResult = ({ type }: JsonObject): boolean => type === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}

/** A content as blocks: a plain text is one. */
export function listBlocks(content: unknown): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function withoutBilling(system: unknown): unknown {
  const isBilling = (block: unknown): boolean =>
    isObject(block) && typeof block.text === 'string' && block.text.startsWith(billingPrefix);
  if (!Array.isArray(system) || !system.some(isBilling)) return system;
  const kept = system.filter((block) => !isBilling(block));
  return kept.length === 0 ? undefined : kept;
}

/** The same body if it has no more marks than are taken; otherwise with the last ones, in the order in which the service reads. */
export function limitMarks(body: JsonObject): JsonObject {
  const { tools, system, messages } = body;
  const turns = Array.isArray(messages) ? messages : [];
  const blocks = [tools, system, ...turns.map((turn) => toObject(turn).content)].flatMap(listBlocks);
  const surplus = new Set(
    blocks.filter(({ cache_control }) => cache_control !== undefined).slice(0, -maxMarks),
  );
  if (surplus.size === 0) return body;
  const strip = (block: JsonObject): JsonObject =>
    surplus.has(block) ? withFields(block, { cache_control: undefined }) : block;
  return withFields(body, {
    tools: mapObjects(tools, strip),
    system: mapObjects(system, strip),
    messages: mapObjects(messages, (turn) => withFields(turn, { content: mapObjects(turn.content, strip) })),
  });
}
