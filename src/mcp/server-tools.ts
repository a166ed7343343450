import type { Tool as ServerTool } from '@modelcontextprotocol/client';
import { formatJson, isObject, type JsonObject } from '../json-value.ts';
import { limitTime } from '../pause.ts';
import { createSchemaChecker } from '../schema/schema-checker.ts';
import { quoteValue, stripControls, toOneLine } from '../terminal-text.ts';
import { type Tool, ToolError } from '../tools/tool.ts';
import type { Connection } from './connection.ts';
import { toOutcome } from './results.ts';

const maxTitle = 100;
const maxDescription = 16_000;
const maxSummary = 300;
/** Of a value that is checked against the server's schema, in characters. */
const maxChecked = 1_000_000;
/** For the check, in milliseconds. */
const checkMs = 2000;

/**
 * A tool of a server under the name that the model calls. Each call needs a yes, whatever the server says of it: `readOnlyHint` only lets
 * calls run side by side, and be made again if the connection is lost.
 */
export function toTool(name: string, connection: Connection, tool: ServerTool): Tool {
  const { server } = connection;
  const hints = tool.annotations ?? {};
  const isReadOnly = hints.readOnlyHint === true;
  const isRepeatable = isReadOnly || hints.idempotentHint === true;
  return {
    name,
    title: toOneLine(`${server.name}: ${tool.title ?? hints.title ?? tool.name}`).slice(0, maxTitle),
    description: stripControls(tool.description ?? '').slice(0, maxDescription),
    inputSchema: toInputSchema(tool.inputSchema),
    effect: isReadOnly ? 'read' : server.way.kind === 'stdio' ? 'execute' : 'network',
    server: { name: server.name, tool: tool.name },
    async plan(input) {
      const text = formatJson(input);
      if (text === undefined) throw new ToolError('The arguments are nested too deeply.');
      return {
        accesses: [{ kind: 'mcp', server: server.name, tool: tool.name }],
        summary: `${server.name}: ${quoteValue(tool.name)}${text === '{}' ? '' : ` ${shorten(text)}`}`,
        preview: { type: 'text', text: isDeep(text) ? text : JSON.stringify(input, undefined, 2) },
        async run({ signal, onProgress }) {
          const result = await connection.callTool(tool, input, { signal, onProgress, isRepeatable });
          return toOutcome(result, await checkForm(tool, result, signal));
        },
      };
    },
  };
}

/** Levels that are shown by blanks in front of lines: those of thousands would be megabytes. */
const shownLevels = 20;

function isDeep(json: string): boolean {
  let level = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === '[' || token === '{') level += 1;
    else if (token === ']' || token === '}') level -= 1;
    if (level > shownLevels) return true;
  }
  return false;
}

/** Services refuse an object without properties. */
function toInputSchema(schema: unknown): JsonObject {
  const given = isObject(schema) ? schema : {};
  return { ...given, type: 'object', properties: isObject(given.properties) ? given.properties : {} };
}

function shorten(text: string): string {
  return text.length <= maxSummary ? text : `${text.slice(0, maxSummary)}…`;
}

type Structured = { structuredContent?: unknown; isError?: boolean | undefined };

/** The sentence for the model if the result has not the form that the server promised; the result is as useful as it is. */
async function checkForm(
  { outputSchema }: ServerTool,
  { structuredContent, isError }: Structured,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!isObject(outputSchema) || isError === true) return undefined;
  if (structuredContent === undefined) return 'the server promised a structured result, and this is none';
  const text = formatJson(structuredContent);
  if (text === undefined || text.length > maxChecked) return undefined;
  try {
    const until = limitTime(checkMs, signal);
    const checker = await createSchemaChecker(JSON.stringify(outputSchema), undefined, until);
    const checked = await checker.check(text);
    if (!('problems' in checked) || checked.problems.length === 0) return undefined;
    const [first = ''] = checked.problems;
    return `the result has not the form that the server promised: ${toOneLine(first).slice(0, 200)}`;
  } catch {
    signal.throwIfAborted();
    // A schema that cannot be used, or takes too long, says nothing about the result.
    return undefined;
  }
}
