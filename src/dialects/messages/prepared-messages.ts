import { isObject, type JsonObject, toText } from '../../json-value.ts';
import { mapObjects, withFields } from '../body.ts';
import { type CallIds, createCallIds } from '../fit/history.ts';
import { findImageType, isSeen } from '../fit/image-type.ts';
import { placeholder, toUnseenNotice } from '../fit/images.ts';
import { toToolInput } from './write-messages.ts';

// Clients send their history again and again: one part that Claude refuses spoils a session for ever. Everything here returns the same
// object if there is nothing to mend, so that the caller's own bytes can go on.

/** The text of a message without one that the conversation needs: Claude wants the user at its beginning and at its end. */
const filler = [{ type: 'text', text: '[an empty message]' }];

/** The messages with no blank text, no empty content, images under the type of their bytes, and calls with objects for arguments. */
export function prepareMessages(value: unknown, notices: Set<string>): unknown {
  const context = { notices, ids: createCallIds('claude') };
  const prepared = mapObjects(value, (message) => prepareMessage(message, context));
  if (!Array.isArray(prepared) || !prepared.some(saysNothing)) return prepared;
  const isSaid = (message: unknown): boolean => !isObject(message) || message.role !== 'system';
  const ends = [prepared.find(isSaid), prepared.findLast(isSaid)];
  return prepared.flatMap((message): unknown[] => {
    if (!saysNothing(message)) return [message];
    return ends.includes(message) && message.role === 'user' ? [{ ...message, content: filler }] : [];
  });
}

function saysNothing(message: unknown): message is JsonObject {
  return isObject(message) && isEmpty(message.content);
}

/** The same for the system text, which is left out if nothing remains. */
export function prepareSystem(value: unknown): unknown {
  if (value === undefined) return undefined;
  const kept = typeof value === 'string' ? value : withoutBlanks(value);
  return isEmpty(kept) ? undefined : kept;
}

/** `ids` are those that Claude takes: it demands a form, and each id once in the history. Other models give others, and reuse them. */
type Context = { notices: Set<string>; ids: CallIds };

function prepareMessage(message: JsonObject, context: Context): JsonObject {
  const prepared = mapObjects(message.content, (block) => prepareBlock(block, context));
  const kept = withoutBlanks(prepared);
  // Thinking is not an answer, and Claude refuses it alone.
  const isThought = kept !== prepared && Array.isArray(kept) && kept.every(isThinking);
  return withFields(message, { content: isThought ? [] : kept });
}

function prepareBlock(block: JsonObject, context: Context): JsonObject {
  const { ids, notices } = context;
  switch (block.type) {
    case 'image':
      return prepareImage(block, notices);
    case 'tool_use': {
      const input = isObject(block.input) ? block.input : toToolInput(toText(block.input) ?? '');
      const { id, name } = block;
      return withFields(block, {
        input,
        ...(typeof id === 'string' && { id: ids.toCallId({ id, name: String(name) }) }),
      });
    }
    case 'tool_result': {
      const content = withoutBlanks(mapObjects(block.content, (part) => prepareBlock(part, context)));
      const { tool_use_id: id } = block;
      return withFields(block, {
        content: isEmpty(content) ? undefined : content,
        ...(typeof id === 'string' && { tool_use_id: ids.toResultId(id) }),
      });
    }
    default:
      return block;
  }
}

function prepareImage(block: JsonObject, notices: Set<string>): JsonObject {
  const { source } = block;
  if (!isObject(source) || source.type !== 'base64' || typeof source.data !== 'string') return block;
  const mediaType = findImageType(String(source.media_type), source.data);
  if (mediaType === source.media_type && isSeen(mediaType)) return block;
  if (isSeen(mediaType)) return { ...block, source: { ...source, media_type: mediaType } };
  notices.add(toUnseenNotice(mediaType));
  const { cache_control } = block;
  return { ...placeholder, ...(cache_control !== undefined && { cache_control }) };
}

/** A cache mark on a blank text goes to what stands before it. */
function withoutBlanks(blocks: unknown): unknown {
  if (!Array.isArray(blocks) || !blocks.some(isBlank)) return blocks;
  const kept: unknown[] = [];
  for (const block of blocks) {
    if (!isBlank(block)) kept.push(block);
    else if (isObject(block) && block.cache_control !== undefined) moveMark(kept, block.cache_control);
  }
  return kept;
}

function moveMark(kept: unknown[], mark: unknown): void {
  const last = kept.at(-1);
  if (isObject(last) && !isThinking(last) && last.cache_control === undefined)
    kept[kept.length - 1] = { ...last, cache_control: mark };
}

function isBlank(block: unknown): boolean {
  return isObject(block) && block.type === 'text' && typeof block.text === 'string' && !/\S/.test(block.text);
}

function isEmpty(content: unknown): boolean {
  return typeof content === 'string' ? !/\S/.test(content) : Array.isArray(content) && content.length === 0;
}

function isThinking(block: unknown): boolean {
  return isObject(block) && (block.type === 'thinking' || block.type === 'redacted_thinking');
}
