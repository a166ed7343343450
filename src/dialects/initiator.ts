import type { IncomingHttpHeaders } from 'node:http';
import { type JsonObject, toObject } from '../json-value.ts';

export type Initiator = 'user' | 'agent';

/**
 * Who began a request, by the last of its messages that means something: `user` if a person has just said something, `agent` if the model
 * goes on with the results of its own calls or with its own text. Plans that count requests charge the first and not the second, so neither
 * may pass for the other. The messages may be our own, or a caller's in any dialect; a text in place of a list is a person's.
 */
export function toInitiator(messages: unknown): Initiator {
  if (!Array.isArray(messages)) return 'user';
  const last = toObject(messages.findLast((message) => !isInstruction(toObject(message))));
  if (last.role !== 'user') return 'agent';
  const blocks = Array.isArray(last.content) ? last.content.map(toObject) : [];
  const isContinued = blocks.some(isResult) && blocks.every((block) => isResult(block) || isReminder(block));
  return isContinued ? 'agent' : 'user';
}

/** Claude Code names the agent that asks and the one that sent it: whoever has a parent was not sent by a person. */
const parentHeader = 'x-claude-code-parent-agent-id';

/**
 * The same for a caller's body. A client that says it works for itself is believed, for nobody gains by it; one that says a person spoke,
 * when only tools did, is not.
 */
export function findInitiator(body: JsonObject, headers: IncomingHttpHeaders): Initiator {
  const isSaid = headers['x-initiator'] === 'agent' || headers[parentHeader] !== undefined;
  return isSaid || isProbe(body) ? 'agent' : toInitiator(body.messages ?? body.input);
}

/** Clients ask for a single token to see whether they would be answered. No person does. */
function isProbe({ max_tokens, max_completion_tokens, max_output_tokens }: JsonObject): boolean {
  return [max_tokens, max_completion_tokens, max_output_tokens].includes(1);
}

function isInstruction({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

function isResult({ type }: JsonObject): boolean {
  return type === 'tool_result';
}

/** Claude Code writes reminders beside the results of tools. They are nothing that a person said. */
function isReminder({ type, text }: JsonObject): boolean {
  return type === 'text' && String(text).trimStart().startsWith('<system-reminder>');
}
