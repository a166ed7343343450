import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalFlag, readOptionalString, readString } from '../body.ts';
import { readMark } from '../cache-marks.ts';
import { toCustomTool, toFlatName, toLeftOutTypes } from '../caller-tools.ts';
import type { ToolChoice, ToolDefinition } from '../chat-request.ts';

/** What no model can be given is left out, and said in `notices`. */
export function readTools(value: unknown, notices: Set<string>): ToolDefinition[] | undefined {
  if (value === undefined || value === null) return undefined;
  return readList(value, 'tools').flatMap((tool, index) => {
    const path = `tools.${index}`;
    return readTool(readObject(tool, path), path, notices);
  });
}

/** Cursor writes them flat, as the Responses API has them, and other callers as Anthropic has them. */
function readTool(tool: JsonObject, path: string, notices: Set<string>): ToolDefinition[] {
  const type = tool.type ?? 'function';
  const mark = readMark(tool, path);
  if (isObject(tool.function)) return [{ ...readFunction(tool.function, `${path}.function`), ...mark }];
  if (type === 'function' || isObject(tool.input_schema)) return [readFunction(tool, path)];
  if (type === 'custom') return [{ ...readCustom(tool, path), ...mark }];
  if (type === 'namespace') {
    const group = readString(tool.name, `${path}.name`);
    return readList(tool.tools ?? [], `${path}.tools`)
      .flatMap((item, index) => readTool(readObject(item, path), `${path}.tools.${index}`, notices))
      .map((member) => ({ ...member, name: toFlatName(group, member.name) }));
  }
  notices.add(toLeftOutTypes(type));
  return [];
}

function readFunction(definition: JsonObject, path: string): ToolDefinition {
  const { parameters = definition.input_schema } = definition;
  return compact({
    name: readString(definition.name, `${path}.name`),
    description: readOptionalString(definition.description, `${path}.description`),
    parameters:
      parameters === undefined || parameters === null
        ? { type: 'object', properties: {} }
        : readObject(parameters, `${path}.parameters`),
    strict: readOptionalFlag(definition.strict, `${path}.strict`),
    ...readMark(definition, path),
  });
}

/** Here a grammar is one level deeper than in the Responses API. */
function readCustom(tool: JsonObject, path: string): ToolDefinition {
  const isNested = isObject(tool.custom);
  const { name, description, format } = isNested ? toObject(tool.custom) : tool;
  const { grammar, ...flat } = toObject(format);
  const named = readString(name, isNested ? `${path}.custom.name` : `${path}.name`);
  return toCustomTool(
    compact({
      type: 'custom',
      name: named,
      description: toText(description),
      format: isObject(format) ? { ...flat, ...toObject(grammar) } : undefined,
    }),
    named,
  );
}

/** A choice that no other model understands is left out; of a choice among some of the tools, the mode is kept. */
export function readToolChoice(value: unknown, notices: Set<string>): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const choice = isObject(value) ? value : { type: value };
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type;
    case 'any':
      return 'required';
    case 'function':
    case 'custom':
    case 'tool': {
      const named = [choice.function, choice.custom].find(isObject) ?? choice;
      return { name: readString(named.name, `tool_choice.${choice.type}.name`) };
    }
    default:
      notices.add(toLeftOutTypes('tool_choice'));
      return undefined;
  }
}
