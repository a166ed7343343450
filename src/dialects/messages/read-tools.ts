import { type JsonObject, toText } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalFlag, readOptionalString, readString } from '../body.ts';
import { readMark } from '../cache-marks.ts';
import { toLeftOutTypes } from '../caller-tools.ts';
import type { ToolChoice, ToolDefinition } from '../chat-request.ts';

/** What no model can be given is left out, and said in `notices`. */
export function readTools(value: unknown, notices: Set<string>): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  return readList(value, 'tools').flatMap((tool, index) =>
    readTool(readObject(tool, `tools.${index}`), `tools.${index}`, notices),
  );
}

function readTool(tool: JsonObject, path: string, notices: Set<string>): ToolDefinition | [] {
  const type = toText(tool.type) ?? 'custom';
  const known = knownTools.find(({ pattern }) => pattern.test(type));
  // A search for tools has nothing to find if all of them are sent.
  if (/^tool_search_tool/.test(type)) return [];
  if (type !== 'custom' && !known) {
    notices.add(toLeftOutTypes(type));
    return [];
  }
  return compact({
    name: readString(tool.name, `${path}.name`),
    description: readOptionalString(tool.description, `${path}.description`) ?? known?.description,
    parameters: readObject(tool.input_schema ?? known?.parameters, `${path}.input_schema`),
    strict: readOptionalFlag(tool.strict, `${path}.strict`),
    ...readMark(tool, path),
  });
}

const text = { type: 'string' };

const editCommands = ['view', 'create', 'str_replace', 'insert'];
const editFields = {
  path: text,
  view_range: { type: 'array', items: { type: 'integer' } },
  file_text: text,
  old_str: text,
  new_str: text,
  insert_line: { type: 'integer' },
  insert_text: text,
};

/** Tools that the caller runs and Claude knows by their type alone. Others have to be told. */
const knownTools = [
  {
    pattern: /^bash_\d+$/,
    description: 'Runs a command in a shell that keeps its state between calls, and returns its output.',
    parameters: {
      type: 'object',
      properties: { command: text, restart: { type: 'boolean', description: 'Starts a new shell.' } },
    },
  },
  {
    pattern: /^text_editor_\d+$/,
    description:
      'Looks at and changes files. `str_replace` replaces `old_str`, which occurs once, by `new_str`; `create` writes `file_text`; `insert` puts `insert_text` behind the line `insert_line`.',
    parameters: {
      type: 'object',
      properties: {
        command: { type: 'string', enum: editCommands },
        ...editFields,
      },
      required: ['command', 'path'],
    },
  },
  {
    pattern: /^memory_\d+$/,
    description: 'Keeps notes in files below /memories, which later conversations can read.',
    parameters: {
      type: 'object',
      properties: {
        command: { type: 'string', enum: [...editCommands, 'delete', 'rename'] },
        ...editFields,
        old_path: text,
        new_path: text,
      },
      required: ['command'],
    },
  },
];

export function readToolChoice(
  value: unknown,
  notices: Set<string>,
): { toolChoice?: ToolChoice; parallelToolCalls?: boolean } {
  if (value === undefined || value === null) return {};
  const choice = readObject(value, 'tool_choice');
  const isSingle = readOptionalFlag(
    choice.disable_parallel_tool_use,
    'tool_choice.disable_parallel_tool_use',
  );
  return compact({
    toolChoice: readChoice(choice, notices),
    parallelToolCalls: isSingle === undefined ? undefined : !isSingle,
  });
}

function readChoice({ type, name }: JsonObject, notices: Set<string>): ToolChoice | undefined {
  if (type === 'auto' || type === 'none') return type;
  if (type === 'any' || type === 'required') return 'required';
  if (type === 'tool') return { name: readString(name, 'tool_choice.name') };
  notices.add(toLeftOutTypes('tool_choice'));
  return undefined;
}
