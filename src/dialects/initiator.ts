import type { IncomingHttpHeaders } from 'node:http';
import { type JsonObject, toObject } from '../json-value.ts';

export type Initiator = 'user' | 'agent';

/**
 * Who began a request, by its last meaningful message: `user` if a person spoke, `agent` if the model continues from tool results or its
 * own text. Plans that count requests charge only the first kind. Takes messages of any dialect; a plain text is a person's.
 */
export function toInitiator(messages: unknown): Initiator {
  if (!Array.isArray(messages)) return 'user';
  const last = toObject(messages.findLast((message) => !isInstruction(toObject(message))));
  if (last.role !== 'user') return 'agent';
  const blocks = Array.isArray(last.content) ? last.content.map(toObject) : [];
  const isContinued = blocks.some(isResult) && blocks.every((block) => isResult(block) || isReminder(block));
  return isContinued ? 'agent' : 'user';
}

/** Claude Code names the agent that asks and its parent: an agent with a parent was not started by a person. */
const parentHeader = 'x-claude-code-parent-agent-id';

/** The same for a caller's body. A client may declare itself the agent. A claim that a person spoke is ignored if only tools did. */
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

/** Claude Code adds reminders to tool results. No person wrote them. */
function isReminder({ type, text }: JsonObject): boolean {
  return type === 'text' && String(text).trimStart().startsWith('<system-reminder>');
}
