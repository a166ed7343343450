import type { JsonObject } from '../../json-value.ts';
import { readList, readObject, readString } from '../body-reader.ts';
import { type AssistantMessage, createTextMessage, type Message, type ToolMessage } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { readFailure } from '../failed-result.ts';
import { readAssistantContent, readReasoningItem, readToolCall } from './decode-assistant.ts';
import { readSystemContent, readToolOutput, readUserContent } from './decode-content.ts';

/** Text, or items: what the assistant did between two messages of others is one message of ours. */
export function readInput(value: unknown): Message[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [createTextMessage('user', value)];
  const history = createHistory();
  for (const [index, item] of readList(value, 'input').entries()) {
    const path = `input.${index}`;
    readItem(readObject(item, path), path, history);
  }
  return history.list();
}

function readItem(item: JsonObject, path: string, history: History): void {
  const type = item.type ?? 'message';
  if (type === 'message') addMessage(history, item, path);
  else if (type === 'reasoning') history.addAssistant(readReasoningItem(item, path));
  else if (type === 'function_call') history.addAssistant([readToolCall(item, path)]);
  else if (type === 'function_call_output') history.addResult(readResult(item, path));
  else if (type === 'item_reference')
    throw new DialectError('nothing is stored here: send the item itself', path);
  else throw new DialectError(`an item of the type "${type}" cannot be carried`, `${path}.type`);
}

function addMessage(history: History, { role, content }: JsonObject, path: string): void {
  const place = `${path}.content`;
  if (role === 'user') history.add({ role, parts: readUserContent(content, place) });
  // What GPT calls a developer, other models know as the system.
  else if (role === 'system' || role === 'developer')
    history.add({ role: 'system', parts: readSystemContent(content, place) });
  else if (role === 'assistant') history.addAssistant(readAssistantContent(content, place));
  else throw new DialectError('must be user, assistant, system or developer', `${path}.role`);
}

function readResult(item: JsonObject, path: string): ToolMessage {
  const callId = readString(item.call_id, `${path}.call_id`);
  return { role: 'tool', callId, ...readFailure(readToolOutput(item.output, `${path}.output`)) };
}

type History = {
  add(message: Message): void;
  addAssistant(parts: AssistantMessage['parts']): void;
  addResult(result: ToolMessage): void;
  list(): Message[];
};

/** Callers may put a message between a call and its output; ours stand side by side. */
function createHistory(): History {
  const entries: { message: Message; results: ToolMessage[] }[] = [];
  const callers = new Map<string, { results: ToolMessage[] }>();

  function add(message: Message): void {
    entries.push({ message, results: [] });
  }

  return {
    add,
    addAssistant(parts) {
      const last = entries.at(-1);
      if (last?.message.role === 'assistant' && last.results.length === 0)
        for (const part of parts) last.message.parts.push(part);
      else add({ role: 'assistant', parts: [...parts] });
      const entry = entries.at(-1);
      for (const part of parts) if (part.type === 'tool-call' && entry) callers.set(part.id, entry);
    },
    addResult(result) {
      const caller = callers.get(result.callId);
      if (caller) caller.results.push(result);
      else add(result);
    },
    list: () => entries.flatMap(({ message, results }) => [message, ...results]),
  };
}
