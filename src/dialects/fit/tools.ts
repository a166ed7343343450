import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../json-value.ts';
import type { ChatRequest, Message, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { Fitting } from './fitting.ts';

const maxTools = 128;
const maxNameLength = 64;
const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;

/** At most 128 tools, with names and schemas that every backend accepts. Without tools, no tool choice. */
export function fitTools(request: ChatRequest, fitting: Fitting): ChatRequest {
  const { traits, notices, toolNames } = fitting;
  const { tools = [], toolChoice, parallelToolCalls, ...rest } = request;
  const toWireName = (name: string): string => {
    const wireName = namePattern.test(name) ? name : shorten(name);
    if (wireName !== name) toolNames.set(wireName, name);
    return wireName;
  };
  const messages = rest.messages.map((message) => renameCalls(message, toWireName));
  const served = countServed(request);
  if (tools.length + served === 0) {
    if (toolChoice === 'required' || typeof toolChoice === 'object')
      notices.add('The choice of a tool is left out: there are no tools.');
    return { ...rest, messages };
  }
  const chosen = typeof toolChoice === 'object' ? toolChoice.name : undefined;
  const kept = limitTools(tools, maxTools - served, chosen);
  if (kept.length < tools.length)
    notices.add(`Of ${tools.length} tools, ${kept.length} are sent: Copilot takes no more.`);
  const isLost = chosen !== undefined && !kept.some(({ name }) => name === chosen);
  if (isLost) notices.add(`The choice of the tool ${chosen} is left out: there is none of that name.`);
  const isSaid = parallelToolCalls !== undefined && traits.parallelToolCalls;
  if (parallelToolCalls && !isSaid) notices.add(`${traits.id} calls one tool at a time.`);
  return {
    ...rest,
    messages,
    ...(kept.length > 0 && { tools: kept.map((tool) => fitTool(tool, toWireName, fitting)) }),
    ...(toolChoice !== undefined && !isLost && { toolChoice: renameChoice(toolChoice, toWireName) }),
    ...(isSaid && { parallelToolCalls }),
  };
}

/** Of the tools that /responses runs itself, we know nothing but that they came along. */
function countServed({ extras }: ChatRequest): number {
  return Array.isArray(extras?.fields.tools) ? extras.fields.tools.length : 0;
}

/** The first ones, and the one that must be called. */
function limitTools(tools: ToolDefinition[], count: number, chosen: string | undefined): ToolDefinition[] {
  if (tools.length <= count) return tools;
  const forced = tools.slice(count - 1).find(({ name }) => name === chosen);
  return forced ? [...tools.slice(0, count - 1), forced] : tools.slice(0, count);
}

function fitTool(
  tool: ToolDefinition,
  toWireName: (name: string) => string,
  fitting: Fitting,
): ToolDefinition {
  const setMended = (): void => {
    fitting.isMended = true;
  };
  const name = toWireName(tool.name);
  if (name !== tool.name) setMended();
  return { ...tool, name, parameters: repairSchema(tool.parameters, setMended) };
}

function renameChoice(choice: ToolChoice, toWireName: (name: string) => string): ToolChoice {
  return typeof choice === 'object' ? { name: toWireName(choice.name) } : choice;
}

function renameCalls(message: Message, toWireName: (name: string) => string): Message {
  if (message.role !== 'assistant') return message;
  const parts = message.parts.map((part) =>
    part.type === 'tool-call' ? { ...part, name: toWireName(part.name) } : part,
  );
  return { ...message, parts };
}

/** The same in every request, so that the prompt cache holds; the hash keeps names apart that begin alike. */
function shorten(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const readable = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxNameLength - hash.length - 1);
  return `${readable}_${hash}`;
}

const maxDepth = 64;

/**
 * Repairs a tool's parameters: objects need `properties` and arrays need `items`, else Copilot answers 400. Calls `onMend` for each repair,
 * except for the removal of `$schema`, which no backend reads.
 */
export function repairSchema(schema: JsonObject, onMend: () => void = () => {}): JsonObject {
  if (schema.type !== 'object') onMend();
  return repairNode({ ...schema, type: 'object' }, 0, onMend);
}

function repairNode(node: JsonObject, depth: number, onMend: () => void): JsonObject {
  if (depth > maxDepth) return node;
  const { $schema: _, ...rest } = withoutArrayEnum(node, onMend);
  const repaired = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, repairValue(key, value, depth + 1, onMend)]),
  );
  const lacksProperties = hasType(node, 'object') && !isObject(node.properties);
  // Also beside `prefixItems`: without `items`, anything may follow them.
  const lacksItems = hasType(node, 'array') && (node.items === undefined || node.items === null);
  if (lacksProperties || lacksItems) onMend();
  return {
    ...repaired,
    ...(lacksProperties ? { properties: {} } : {}),
    ...(lacksItems ? { items: {} } : {}),
  };
}

/** An `enum` of an array is meant for its items. Gemini refuses the whole request for it, without a reason. */
function withoutArrayEnum(node: JsonObject, onMend: () => void): JsonObject {
  if (node.type !== 'array' || !Array.isArray(node.enum)) return node;
  onMend();
  const { enum: values, ...rest } = node;
  if (values.some(Array.isArray)) return rest;
  return { ...rest, items: { enum: values, ...(isObject(node.items) ? node.items : {}) } };
}

/** A type may be one of a list, as in `["array", "null"]`. */
function hasType({ type }: JsonObject, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

const maps = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);
const nodes = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
]);

/** Visits schemas only, not values such as `default` or `enum`. */
function repairValue(key: string, value: unknown, depth: number, onMend: () => void): unknown {
  const repair = (item: unknown): unknown => (isObject(item) ? repairNode(item, depth, onMend) : item);
  if (maps.has(key) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, repair(item)]));
  }
  if (!nodes.has(key)) return value;
  return Array.isArray(value) ? value.map(repair) : repair(value);
}
