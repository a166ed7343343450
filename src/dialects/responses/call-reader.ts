import { type JsonObject, toText } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import { StreamError } from '../stream-decoder.ts';
import type { OutputItem } from './output-item.ts';

export type CallReader = {
  open(item: OutputItem, fields: JsonObject, events: ChatEvent[]): void;
  read(item: OutputItem, delta: string, events: ChatEvent[]): void;
  close(item: OutputItem, fields: JsonObject, events: ChatEvent[]): void;
  isEmpty(): boolean;
};

export function createCallReader(): CallReader {
  let calls = 0;

  function begin(item: OutputItem, fields: JsonObject, name: string, text: string): ChatEvent {
    item.call = calls++;
    const id = toText(fields.call_id) ?? toText(fields.id);
    return { type: 'tool-call-delta', index: item.call, id, name, arguments: text };
  }

  return {
    open(item, fields, events) {
      const name = toText(fields.name);
      if (name !== undefined) events.push(begin(item, fields, name, ''));
    },
    // Arguments of a call without a name are not told: the whole of it comes when the item is done.
    read(item, delta, events) {
      if (delta === '' || item.call === undefined) return;
      item.hasContent = true;
      events.push(createArgumentsDelta(item.call, delta));
    },
    close(item, fields, events) {
      const text = toText(fields.arguments) ?? (fields.status === 'incomplete' ? '' : '{}');
      if (item.call !== undefined) {
        if (!item.hasContent && text !== '') events.push(createArgumentsDelta(item.call, text));
        return;
      }
      const name = toText(fields.name);
      if (name === undefined) throw new StreamError('a tool call has no name');
      events.push(begin(item, fields, name, text));
    },
    isEmpty: () => calls === 0,
  };
}

function createArgumentsDelta(index: number, text: string): ChatEvent {
  return { type: 'tool-call-delta', index, id: undefined, name: undefined, arguments: text };
}
