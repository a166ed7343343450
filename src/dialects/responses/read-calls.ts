import { formatJson, type JsonObject, toObject, toText } from '../../json-value.ts';
import { customArguments, toCustomArguments, toFlatName } from '../caller-tools.ts';
import type { ChatEvent } from '../chat-event.ts';
import { StreamError } from '../dialect.ts';

/** Calls that the caller answers. The service answers its own. */
export function isCall({ type, execution }: JsonObject): boolean {
  return (
    type === 'function_call' ||
    type === 'custom_tool_call' ||
    (type === 'tool_search_call' && execution === 'client')
  );
}

/** The input of a custom tool is a text, which is one argument for us. */
export function createCallReader() {
  let calls = 0;

  function begin(item: CallItem, fields: JsonObject, name: string, text: string): ChatEvent {
    item.call = calls++;
    item.isCustom = fields.type === 'custom_tool_call';
    const id = toText(fields.call_id) ?? toText(fields.id);
    return { type: 'tool-call-delta', index: item.call, id, name, arguments: text };
  }

  return {
    open(item: CallItem, fields: JsonObject, events: ChatEvent[]): void {
      const name = toCallName(fields);
      if (name !== undefined) events.push(begin(item, fields, name, ''));
    },
    // Arguments before the name are skipped: the finished item has all of them.
    read(item: CallItem, delta: string, events: ChatEvent[]): void {
      if (delta === '' || item.call === undefined) return;
      const piece = item.isCustom ? customArguments.toPiece(delta) : delta;
      const opening = item.isCustom && !item.hasContent ? customArguments.opening : '';
      item.hasContent = true;
      events.push(createArgumentsDelta(item.call, opening + piece));
    },
    close(item: CallItem, fields: JsonObject, events: ChatEvent[]): void {
      const text = toArguments(fields);
      if (item.call !== undefined) {
        if (item.hasContent && item.isCustom)
          events.push(createArgumentsDelta(item.call, customArguments.closing));
        if (!item.hasContent && text !== '') events.push(createArgumentsDelta(item.call, text));
        return;
      }
      const name = toCallName(fields);
      if (name === undefined) throw new StreamError('a tool call has no name');
      events.push(begin(item, fields, name, text));
    },
    isEmpty: (): boolean => calls === 0,
  };
}

/** A tool of a namespace has two names, and one for us. */
function toCallName({ type, name, namespace }: JsonObject): string | undefined {
  const member = type === 'tool_search_call' ? 'tool_search' : toText(name);
  const group = toText(namespace);
  return member === undefined || group === undefined ? member : toFlatName(group, member);
}

function toArguments(fields: JsonObject): string {
  switch (fields.type) {
    case 'custom_tool_call':
      return toCustomArguments(typeof fields.input === 'string' ? fields.input : '');
    case 'tool_search_call':
      return formatJson(toObject(fields.arguments)) ?? '{}';
    default:
      return toText(fields.arguments) ?? (fields.status === 'incomplete' ? '' : '{}');
  }
}

function createArgumentsDelta(index: number, text: string): ChatEvent {
  return { type: 'tool-call-delta', index, id: undefined, name: undefined, arguments: text };
}

/** Which of its calls an item is, and what is known of it. */
export type CallItem = { call: number | undefined; isCustom: boolean; hasContent: boolean };
