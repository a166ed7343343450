import { createHash } from 'node:crypto';
import type { ChatRequest, Message, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { Fitting } from './fitting.ts';
import { followsReferences, inlineReferences } from './references.ts';
import { fitSchema } from './tool-schema.ts';

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
  const unique = dropTwins(tools, notices);
  const kept = limitTools(unique, maxTools - served, chosen);
  if (kept.length < unique.length)
    notices.add(`Of ${unique.length} tools, ${kept.length} are sent: Copilot takes no more.`);
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

/** Claude and Gemini refuse the whole request for two tools of one name. */
function dropTwins(tools: ToolDefinition[], notices: Set<string>): ToolDefinition[] {
  const known = new Map<string, ToolDefinition>();
  for (const tool of tools) {
    const twin = known.get(tool.name);
    if (twin && JSON.stringify(twin) !== JSON.stringify(tool)) notices.add(toTwinNotice(tool.name));
    if (!twin) known.set(tool.name, tool);
  }
  return known.size === tools.length ? tools : [...known.values()];
}

export function toTwinNotice(name: string): string {
  return `Of several tools with the name ${name}, the first is sent.`;
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
  const name = toWireName(tool.name);
  if (name !== tool.name) fitting.isMended = true;
  const { $schema: _, ...schema } = tool.parameters;
  const inlined = inlineReferences(schema, followsReferences(fitting.traits.id));
  return { ...tool, name, parameters: fitSchema(inlined) };
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
