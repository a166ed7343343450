import { formatJson, isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import { customArguments, toCustomArguments, toFlatName } from '../caller-tools.ts';
import type { ChatEvent, ToolCallDeltaEvent } from '../chat-event.ts';
import { createNamelessError, readToolName } from '../dialect.ts';

/** The service answers these itself, and their result is part of its answer. */
const answeredCalls: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
]);

/** Calls that the caller answers, and those of a kind that we do not know: somebody has to. */
export function isCall({ type, execution }: JsonObject): boolean {
  const kind = toText(type) ?? '';
  if (kind === 'tool_search_call') return execution === 'client';
  return kind === 'mcp_approval_request' || (kind.endsWith('_call') && !answeredCalls.has(kind));
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

  // Arguments before the name are skipped: the finished item has all of them.
  function read(item: CallItem, delta: string, events: ChatEvent[]): void {
    if (delta === '' || item.call === undefined) return;
    item.streamed.push(delta);
    const piece = item.isCustom ? customArguments.toPiece(delta) : delta;
    const opening = item.isCustom && !item.hasContent ? customArguments.opening : '';
    item.hasContent = true;
    events.push(createArgumentsDelta(item.call, opening + piece));
  }

  return {
    open(item: CallItem, fields: JsonObject, events: ChatEvent[]): void {
      const name = toCallName(fields);
      if (name !== undefined) events.push(begin(item, fields, name, ''));
    },
    read,
    /** Arguments that come whole, without deltas before them. */
    fill(item: CallItem, text: string, events: ChatEvent[]): void {
      if (!item.hasContent) read(item, text, events);
    },
    close(item: CallItem, fields: JsonObject, events: ChatEvent[]): void {
      const text = toArguments(fields);
      if (item.call !== undefined) {
        const event = item.hasContent ? closeStreamed(item, fields) : createArgumentsDelta(item.call, text);
        if (event.arguments !== '' || event.whole !== undefined) events.push(event);
        return;
      }
      const name = toCallName(fields);
      if (name === undefined) throw createNamelessError();
      events.push(begin(item, fields, name, text));
    },
    count: (): number => calls,
  };
}

/** What the deltas lack of the arguments. If they say something else, the arguments of the end count. */
function closeStreamed(item: CallItem, fields: JsonObject): ToolCallDeltaEvent {
  const said = item.streamed.join('');
  const { arguments: whole } = fields;
  const given = item.isCustom ? fields.input : isObject(whole) ? formatJson(whole) : whole;
  const final = typeof given === 'string' && given !== '' ? given : said;
  const rest = final.startsWith(said) ? final.slice(said.length) : '';
  const isOther = !final.startsWith(said);
  const closing = item.isCustom ? customArguments.toPiece(rest) + customArguments.closing : rest;
  return {
    ...createArgumentsDelta(item.call ?? 0, closing),
    ...(isOther && { whole: toArguments(fields) }),
  };
}

/** A tool of a namespace has two names, and one for us. A tool of the service has none but its kind. */
function toCallName({ type, name, namespace }: JsonObject): string | undefined {
  const isNamed = type === 'function_call' || type === 'custom_tool_call';
  const member = readToolName(name) ?? (isNamed ? undefined : toText(type)?.replace(/_call$/, ''));
  const group = toText(namespace);
  return member === undefined || group === undefined ? member : toFlatName(group, member);
}

function toArguments(fields: JsonObject): string {
  switch (fields.type) {
    case 'custom_tool_call':
      return toCustomArguments(typeof fields.input === 'string' ? fields.input : '');
    case 'tool_search_call':
      return formatJson(toObject(fields.arguments)) ?? '{}';
    case 'local_shell_call': {
      const { type: _, ...action } = toObject(fields.action);
      return formatJson(action) ?? '{}';
    }
    default:
      return toText(fields.arguments) ?? formatAction(fields) ?? (fields.status === 'incomplete' ? '' : '{}');
  }
}

/** What a tool of the service is to do stands in a field of its kind. */
function formatAction({ arguments: whole, action, operation, input }: JsonObject): string | undefined {
  const given = whole ?? action ?? operation ?? input;
  return isObject(given) ? formatJson(given) : undefined;
}

function createArgumentsDelta(index: number, text: string): ToolCallDeltaEvent {
  return { type: 'tool-call-delta', index, id: undefined, name: undefined, arguments: text };
}

/** Which of its calls an item is, and what is known of it. */
export type CallItem = {
  call: number | undefined;
  isCustom: boolean;
  hasContent: boolean;
  /** The arguments that came in deltas. */
  streamed: string[];
};
