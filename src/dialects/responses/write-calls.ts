import { type JsonObject, parseJson, toObject } from '../../json-value.ts';
import { createCustomInputReader, toCustomInput } from '../caller-tools.ts';
import type { ToolDefinition } from '../chat-request.ts';
import { toWireName } from './write-request.ts';

export type CallWriter = {
  readonly outputIndex: number;
  /** `whole`: all arguments, if they are others than those that were written. */
  write(text: string, whole?: string): void;
  close(status: ItemStatus): JsonObject;
};

type CalledTool = Pick<ToolDefinition, 'name' | 'namespace' | 'form'>;

export function toItemPrefix({ form }: CalledTool): string {
  if (form?.type === 'custom') return 'ctc';
  if (form?.type === 'tool_search') return 'tsc';
  return form?.type === 'local_shell' ? 'lsc' : 'fc';
}

/** A call in the form of its tool. */
export function createCallWriter(id: string, tool: CalledTool, place: ItemPlace, emit: Emit): CallWriter {
  if (tool.form?.type === 'custom') return createCustomCallWriter(id, tool, place, emit);
  return tool.form === undefined
    ? createFunctionCallWriter(id, tool, place, emit)
    : createWholeCallWriter(id, tool, place, emit);
}

/** A function call; `{}` without arguments, because callers parse them. */
function createFunctionCallWriter(id: string, tool: CalledTool, place: ItemPlace, emit: Emit): CallWriter {
  const { item_id, output_index } = place;
  const { name, ...group } = toWireName(tool);
  const pieces: string[] = [];
  let closed: string | undefined;
  const createItem = (status: string, text: string): JsonObject => ({
    id: item_id,
    type: 'function_call',
    status,
    call_id: id,
    ...group,
    name,
    arguments: text,
  });
  emit('response.output_item.added', { output_index, item: createItem('in_progress', '') });

  function write(delta: string, whole?: string): void {
    closed = whole ?? closed;
    if (delta === '') return;
    pieces.push(delta);
    emit('response.function_call_arguments.delta', { ...place, delta });
  }

  return {
    outputIndex: output_index,
    write,
    close(status) {
      if (pieces.length === 0 && status === 'completed') write('{}');
      const text = closed ?? pieces.join('');
      const item = createItem(status, text);
      emit('response.function_call_arguments.done', { ...place, name, arguments: text });
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

/** A call of a tool that takes one text, which is read out of the arguments as they come. */
function createCustomCallWriter(id: string, tool: CalledTool, place: ItemPlace, emit: Emit): CallWriter {
  const { item_id, output_index } = place;
  const { name, ...group } = toWireName(tool);
  const pieces: string[] = [];
  const reader = createCustomInputReader();
  let said = '';
  const createItem = (status: string, input: string): JsonObject => ({
    id: item_id,
    type: 'custom_tool_call',
    status,
    call_id: id,
    ...group,
    name,
    input,
  });
  emit('response.output_item.added', { output_index, item: createItem('in_progress', '') });

  function say(delta: string): void {
    if (delta === '') return;
    said += delta;
    emit('response.custom_tool_call_input.delta', { ...place, delta });
  }

  return {
    outputIndex: output_index,
    write(delta, whole) {
      if (whole !== undefined) pieces.splice(0, pieces.length, whole);
      else pieces.push(delta);
      if (whole === undefined) say(reader.push(delta));
    },
    close(status) {
      const input = status === 'completed' ? toCustomInput(pieces.join('')) : said;
      if (input.startsWith(said)) say(input.slice(said.length));
      const item = createItem(status, input);
      emit('response.custom_tool_call_input.done', { ...place, input });
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

/** A call whose arguments are an object, which comes in one piece. */
function createWholeCallWriter(id: string, { form }: CalledTool, place: ItemPlace, emit: Emit): CallWriter {
  const { item_id, output_index } = place;
  const pieces: string[] = [];
  const createItem = (status: string, given: JsonObject): JsonObject => ({
    id: item_id,
    type: `${form?.type}_call`,
    status,
    call_id: id,
    ...(form?.type === 'tool_search'
      ? { execution: 'client', arguments: given }
      : { action: { env: {}, command: [], ...given, type: 'exec' } }),
  });
  emit('response.output_item.added', { output_index, item: createItem('in_progress', {}) });

  return {
    outputIndex: output_index,
    write(delta, whole) {
      if (whole !== undefined) pieces.splice(0, pieces.length, whole);
      else pieces.push(delta);
    },
    close(status) {
      const item = createItem(status, toObject(parseJson(pieces.join(''))));
      emit('response.output_item.done', { output_index, item });
      return item;
    },
  };
}

export type ItemStatus = 'completed' | 'incomplete';

/** Takes the type and the fields of an event. */
export type Emit = (type: string, fields: JsonObject) => void;

/** The place of an item, part of all its events. */
export type ItemPlace = { item_id: string; output_index: number };
