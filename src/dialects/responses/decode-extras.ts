import { isObject, type JsonObject, toObject } from '../../json-value.ts';
import { compact } from '../body-reader.ts';
import type { ChatRequest } from '../chat-request.ts';
import { isToolOfCaller } from './decode-tools.ts';
import { encryptedReasoning } from './wire.ts';

const names = [
  'context_management',
  'max_tool_calls',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'top_logprobs',
  'truncation',
];

/** The fields that only this dialect has. Those that nobody knows are passed over: Copilot refuses them. */
export function readExtras(body: JsonObject): ChatRequest['extras'] {
  const { format, ...text } = toObject(body.text);
  const { effort, summary, generate_summary, ...reasoning } = toObject(body.reasoning);
  const fields = compact({
    ...Object.fromEntries(names.map((name) => [name, body[name] ?? undefined])),
    include: listOrNothing(body.include, (value) => value !== encryptedReasoning),
    text: objectOrNothing(text),
    reasoning: objectOrNothing(reasoning),
    tools: listOrNothing(body.tools, (tool) => !isToolOfCaller(tool)),
    tool_choice: isServiceChoice(body.tool_choice) ? body.tool_choice : undefined,
  });
  return Object.keys(fields).length === 0 ? undefined : { dialect: 'responses', fields };
}

function listOrNothing(value: unknown, isKept: (item: unknown) => boolean): unknown[] | undefined {
  const kept = Array.isArray(value) ? value.filter(isKept) : [];
  return kept.length === 0 ? undefined : kept;
}

function objectOrNothing(value: JsonObject): JsonObject | undefined {
  const known = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** A choice of a tool that the service runs, or among some of the tools. */
function isServiceChoice(choice: unknown): boolean {
  return isObject(choice) && choice.type !== 'function';
}
