import { createHash } from 'node:crypto';
import { isObject, type JsonObject, parseJson, toObject, toText } from '../json-value.ts';
import { compact, toLeftOutNotice } from './body.ts';
import type { ToolDefinition } from './chat-request.ts';

// Callers have tools that are not functions. For us and for most models they are functions: here is how they become one, and how the
// arguments of a call become what the caller expects.

/** One name for a tool of a namespace. Codex names MCP servers `mcp__server__`. */
export function toFlatName(namespace: string, member: string): string {
  return namespace.endsWith('__') ? namespace + member : `${namespace}__${member}`;
}

/** The same if a function has that name already. */
export function toOtherName(namespace: string, member: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([namespace, member]))
    .digest('hex')
    .slice(0, 8);
  return `${toFlatName(namespace, member)}_${hash}`;
}

/** A tool that takes a text of its own grammar, in the form of `/responses`: the text is the only argument of the function. */
export function toCustomTool(wire: JsonObject, name: string): ToolDefinition {
  const description = [toText(wire.description), describeFormat(wire.format)].filter(isText).join('\n\n');
  return compact({
    name,
    description: description || undefined,
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: ['input'],
      additionalProperties: false,
    },
    form: { type: 'custom' as const, wire },
  });
}

/** Models without grammars read it. */
function describeFormat(format: unknown): string | undefined {
  const { type, syntax, definition } = toObject(format);
  if (type !== 'grammar' || typeof definition !== 'string') return undefined;
  const language =
    syntax === 'regex' ? 'this regular expression' : `this ${toText(syntax) ?? 'lark'} grammar`;
  return `The input must match ${language}:\n\n${definition}`;
}

/** The shell of OpenAI's own coding models. Copilot runs it for nobody, and the caller does. */
export function toLocalShell(wire: JsonObject): ToolDefinition {
  return {
    name: 'local_shell',
    description: "Runs a command on the user's computer and returns its output.",
    parameters: {
      type: 'object',
      properties: {
        command: { type: 'array', items: { type: 'string' }, description: 'The program and its arguments.' },
        working_directory: { type: 'string' },
        timeout_ms: { type: 'integer' },
      },
      required: ['command'],
    },
    form: { type: 'local_shell', wire },
  };
}

/** A search for further tools that the caller runs. */
export function toToolSearch(wire: JsonObject): ToolDefinition {
  return compact({
    name: 'tool_search',
    description: toText(wire.description),
    parameters: isObject(wire.parameters) ? wire.parameters : { type: 'object', properties: {} },
    form: { type: 'tool_search' as const, wire },
  });
}

/** The arguments of a function that takes one text. */
export function toCustomArguments(input: string): string {
  return JSON.stringify({ input });
}

const opening = '{"input":"';

/** The same piece by piece: each piece is a part of the text. */
export const customArguments = {
  opening,
  toPiece: (text: string): string => JSON.stringify(text).slice(1, -1),
  closing: '"}',
};

/** The text that a model gave a custom tool. A model that forgot the argument's name gave the text itself. */
export function toCustomInput(text: string): string {
  const json = parseJson(text);
  if (!isObject(json)) return typeof json === 'string' ? json : text;
  if (typeof json.input === 'string') return json.input;
  const [only, ...others] = Object.values(json);
  return typeof only === 'string' && others.length === 0 ? only : text;
}

/** The text in arguments that come in pieces, as far as it is known. Nothing for arguments that begin in another way. */
export function createCustomInputReader(): { push(text: string): string } {
  /** Where we are: before the text, in it, or behind it. */
  let place: 'before' | 'inside' | 'behind' = 'before';
  let held = '';

  function readInside(): string {
    const end = findEnd(held);
    const known = held.slice(0, end.index);
    const text = parseJson(`"${known}"`);
    if (end.isClosed || typeof text !== 'string') place = 'behind';
    held = held.slice(end.index);
    return typeof text === 'string' ? text : '';
  }

  return {
    push(text) {
      if (place === 'behind') return '';
      held += text;
      if (place === 'before') {
        const [start] = /^\s*\{\s*"input"\s*:\s*"/.exec(held) ?? [];
        if (start === undefined) return '';
        held = held.slice(start.length);
        place = 'inside';
      }
      return readInside();
    },
  };
}

/** Up to where a JSON string is whole: its closing quote, or the last escape that is not cut. A pair of surrogates stays together. */
function findEnd(text: string): { index: number; isClosed: boolean } {
  let index = 0;
  while (index < text.length) {
    const letter = text[index];
    if (letter === '"') return { index, isClosed: true };
    const length = letter !== '\\' ? 1 : text[index + 1] === 'u' ? 6 : 2;
    const isHighSurrogate = /^\\u[dD][89abAB]/.test(text.slice(index, index + 4));
    if (index + length + (isHighSurrogate ? 6 : 0) > text.length) return { index, isClosed: false };
    index += length;
  }
  return { index, isClosed: false };
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

/** The tools of a request by their names. */
export function indexTools(tools: readonly ToolDefinition[] = []): ReadonlyMap<string, ToolDefinition> {
  return new Map(tools.map((tool) => [tool.name, tool]));
}

/** The notice on a type of tools or of content that no model can be given. */
export function toLeftOutTypes(type: unknown): string {
  return toLeftOutNotice([toText(type) ?? 'something without a type']);
}
