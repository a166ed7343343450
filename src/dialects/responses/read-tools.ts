import { isObject, type JsonObject, toText } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalFlag, readOptionalString, readString } from '../body.ts';
import { readMark } from '../cache-marks.ts';
import {
  toCustomTool,
  toFlatName,
  toLeftOutTypes,
  toLocalShell,
  toOtherName,
  toToolSearch,
} from '../caller-tools.ts';
import type { ToolChoice, ToolDefinition } from '../chat-request.ts';
import { isToolOfCaller } from './accepted.ts';

/** Collects the tools of a request: those of its list, and those that stand in its history. */
export type ToolReader = {
  /** `isFound`: they stand in the history. */
  add(value: unknown, path: string, options?: { isFound: boolean }): void;
  /** The name by which a tool goes here. */
  toName(namespace: unknown, name: string): string;
  list(): ToolDefinition[] | undefined;
  /** The types of the tools that no model can be given. */
  listLeftOut(): string[];
};

export function createToolReader(): ToolReader {
  const tools = new Map<string, ToolDefinition>();
  /** The names of the tools of namespaces that are not called as usual. */
  const otherNames = new Map<string, string>();
  /** Names of functions, which they keep. */
  const reserved = new Set<string>();
  const leftOut = new Set<string>();

  /** Of tools of one name, the first: Claude refuses twins. */
  function keep(tool: ToolDefinition, isFound: boolean): void {
    if (!tools.has(tool.name)) tools.set(tool.name, isFound ? { ...tool, isFound } : tool);
  }

  function readNamespace(value: JsonObject, path: string, isFound: boolean): void {
    const name = readString(value.name, `${path}.name`);
    const description = readOptionalString(value.description, `${path}.description`);
    for (const [index, item] of readList(value.tools ?? [], `${path}.tools`).entries()) {
      const tool = readTool(item, `${path}.tools.${index}`);
      if (tool) keep(toMember(tool, { name, description }), isFound);
    }
  }

  function toMember(
    tool: ToolDefinition,
    { name, description }: { name: string; description: string | undefined },
  ): ToolDefinition {
    const flat = toFlatName(name, tool.name);
    const other = tools.get(flat);
    const isTaken = reserved.has(flat) || (other !== undefined && !isMember(other, name, tool.name));
    if (isTaken) otherNames.set(JSON.stringify([name, tool.name]), toOtherName(name, tool.name));
    const namespace = compact({ name, description, member: tool.name });
    return { ...tool, name: isTaken ? toOtherName(name, tool.name) : flat, namespace };
  }

  /** Undefined for what no model can be given, and for what Copilot runs itself. */
  function readTool(value: unknown, path: string): ToolDefinition | undefined {
    const tool = readObject(value, path);
    switch (tool.type) {
      case 'function':
        return readFunction(tool, path);
      case 'custom':
        return toCustomTool(tool, readString(tool.name, `${path}.name`));
      case 'local_shell':
        return toLocalShell(tool);
      case 'tool_search':
        return isOfCaller(tool) ? toToolSearch(tool) : undefined;
      default:
        if (isToolOfCaller(tool)) leftOut.add(toText(tool.type) ?? 'a tool without a type');
        return undefined;
    }
  }

  return {
    add(value, path, { isFound } = { isFound: false }) {
      if (value === undefined || value === null) return;
      const items = readList(value, path).map((item, index) => readObject(item, `${path}.${index}`));
      for (const { type, name } of items) if (type !== 'namespace') reserved.add(String(name));
      for (const [index, item] of items.entries()) {
        const place = `${path}.${index}`;
        if (item.type === 'namespace') readNamespace(item, place, isFound);
        else {
          const tool = readTool(item, place);
          if (tool) keep(tool, isFound);
        }
      }
    },
    toName(namespace, name) {
      const group = toText(namespace);
      if (group === undefined) return name;
      return otherNames.get(JSON.stringify([group, name])) ?? toFlatName(group, name);
    },
    list: () => (tools.size === 0 ? undefined : [...tools.values()]),
    listLeftOut: () => [...leftOut],
  };
}

function isMember({ namespace }: ToolDefinition, name: string, member: string): boolean {
  return namespace?.name === name && namespace.member === member;
}

/** Of the tools that Copilot runs, a search may be left to the caller. */
export function isOfCaller(tool: unknown): boolean {
  return (
    isToolOfCaller(tool) || (isObject(tool) && tool.type === 'tool_search' && tool.execution === 'client')
  );
}

function readFunction(tool: JsonObject, path: string): ToolDefinition {
  return compact({
    name: readString(tool.name, `${path}.name`),
    description: readOptionalString(tool.description, `${path}.description`),
    parameters: readObject(tool.parameters ?? { type: 'object', properties: {} }, `${path}.parameters`),
    strict: readOptionalFlag(tool.strict, `${path}.strict`),
    ...readMark(tool, path),
  });
}

/** Undefined for the choices that only the service understands; those are among the extras. Of a choice among some of the tools, any model knows the mode. */
export function readToolChoice(
  value: unknown,
  { tools, notices }: { tools: ToolReader; notices: Set<string> },
): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value) && value.type === 'allowed_tools')
    return value.mode === 'auto' || value.mode === 'required' ? value.mode : undefined;
  if (isServiceChoice(value)) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  if (isObject(value) && value.type === 'local_shell') return { name: 'local_shell' };
  if (isObject(value))
    return { name: tools.toName(value.namespace, readString(value.name, 'tool_choice.name')) };
  notices.add(toLeftOutTypes('tool_choice'));
  return undefined;
}

/** A choice of a tool that the service runs, or among some of the tools. */
export function isServiceChoice(choice: unknown): boolean {
  return isObject(choice) && !['function', 'custom', 'local_shell'].includes(String(choice.type));
}
