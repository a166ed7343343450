import { type JsonRecord, toArray, toRecord, toRecords, toText } from '../simulator/json.ts';
import type { RecordedRequest } from '../simulator/recorded-request.ts';

/** A tool as the model sees it. */
export type OfferedTool = {
  name: string;
  type: 'function' | 'custom';
  /** JSON Schema of the arguments; empty for custom tools. */
  schema: JsonRecord;
};

/** One message or item of a request, in whichever dialect. */
export type Step = { kind: 'person' | 'model' | 'call' | 'result' | 'system'; text: string };

export const modelPaths = ['/chat/completions', '/responses', '/v1/messages'] as const;

export function isModelCall({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && modelPaths.some((modelPath) => modelPath === path);
}

/** The tools of a request, those in namespaces included. */
export function listTools(body: JsonRecord): OfferedTool[] {
  return toRecords(body.tools).flatMap((tool): OfferedTool[] => {
    if (tool.type === 'namespace') return listTools(tool);
    const described = { ...tool, ...toRecord(tool.function), ...toRecord(tool.custom) };
    const name = toText(described.name);
    if (name === '') return [];
    if (tool.type === 'custom') return [{ name, type: 'custom', schema: {} }];
    return [{ name, type: 'function', schema: toRecord(described.parameters ?? described.input_schema) }];
  });
}

/** The conversation in order. Several calls of one answer are several steps. */
export function listSteps(body: JsonRecord): Step[] {
  if (typeof body.input === 'string') return [{ kind: 'person', text: body.input }];
  return toRecords(body.messages ?? body.input).flatMap(readTurn);
}

const speakers: Record<string, Step['kind']> = { user: 'person', assistant: 'model' };

function readTurn(turn: JsonRecord): Step[] {
  const type = toText(turn.type);
  if (type.endsWith('_call')) return [{ kind: 'call', text: JSON.stringify(turn) }];
  if (type.endsWith('_call_output')) return [{ kind: 'result', text: JSON.stringify(turn.output) }];
  const content =
    typeof turn.content === 'string' ? [{ type: 'text', text: turn.content }] : toArray(turn.content);
  if (turn.role === 'tool') return [{ kind: 'result', text: JSON.stringify(turn.content) }];
  const said = toRecords(content).map((part): Step => {
    if (part.type === 'tool_use') return { kind: 'call', text: JSON.stringify(part) };
    if (part.type === 'tool_result') return { kind: 'result', text: JSON.stringify(part.content) };
    return { kind: speakers[toText(turn.role)] ?? 'system', text: toText(part.text) };
  });
  const calls = toRecords(turn.tool_calls).map(
    (call): Step => ({ kind: 'call', text: JSON.stringify(call) }),
  );
  return [...said, ...calls];
}

/** What our server adds behind a conversation that ends with the model's words, for models that refuse those. */
const serversWords = 'Please continue.';

/** Whether our server has added the message. It is gone in the next request. */
export function isServersWords(message: JsonRecord): boolean {
  const [step, ...others] = readTurn(message);
  return others.length === 0 && step?.kind === 'person' && step.text === serversWords;
}

const asksForIt = /\b(?:summari[sz]es?|summary of) (?:a|the|this|our) conversation\b/i;

/** Whether the last thing that an agent says in a person's place is that it wants the conversation as a summary. */
export function asksForSummary(body: JsonRecord): boolean {
  const last = listSteps(body).findLast(({ kind }) => kind === 'person');
  return last !== undefined && asksForIt.test(last.text);
}

/**
 * How many rounds of calls the model has made since the person said something with the mark, and what they gave. Undefined if nobody
 * said it, or if the model's answer to it has come to its end: agents send whole conversations again, with a question of their own.
 */
export function findRound(body: JsonRecord, mark: string): { count: number; results: string[] } | undefined {
  const steps = listSteps(body);
  const asked = steps.findLastIndex(({ kind, text }) => kind === 'person' && text.includes(mark));
  if (asked < 0) return undefined;
  const since = steps
    .slice(asked + 1)
    .filter(({ kind, text }) => kind !== 'system' && !(kind === 'person' && text === serversWords));
  if (since.some(({ kind }, index) => kind === 'model' && since[index + 1]?.kind === 'person'))
    return undefined;
  const count = since.filter(
    ({ kind }, index) => kind === 'call' && since[index - 1]?.kind !== 'call',
  ).length;
  return { count, results: since.filter(({ kind }) => kind === 'result').map(({ text }) => text) };
}
