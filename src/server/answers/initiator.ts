import type { IncomingHttpHeaders } from 'node:http';
import type { Initiator } from '../../copilot/identity.ts';
import type { DialectName } from '../../dialects/chat-request.ts';
import { type JsonObject, toObject } from '../../json-value.ts';

/** Claude Code names the agent that asks and the one that sent it: whoever has a parent was not sent by a person. */
const parentHeader = 'x-claude-code-parent-agent-id';

/**
 * Who is behind a request. What the messages say counts, unless the client knows better: one that says it works for itself is believed, for
 * nobody gains by it; one that says a person spoke, where only tools did, is not.
 */
export function findInitiator(
  dialect: DialectName,
  body: JsonObject,
  headers: IncomingHttpHeaders,
  understood: Initiator | undefined,
): Initiator {
  if (headers['x-initiator'] === 'agent' || headers[parentHeader] !== undefined) return 'agent';
  if (isProbe(body)) return 'agent';
  return understood ?? readLast(dialect === 'responses' ? body.input : body.messages);
}

/** Clients ask for a single token to see whether they would be answered. No person does. */
function isProbe({ max_tokens, max_completion_tokens, max_output_tokens }: JsonObject): boolean {
  return [max_tokens, max_completion_tokens, max_output_tokens].includes(1);
}

/** Of a body that we do not know all of. */
function readLast(items: unknown): Initiator {
  if (!Array.isArray(items)) return 'user';
  const { role, content } = toObject(items.at(-1));
  if (role !== 'user') return 'agent';
  const blocks = Array.isArray(content) ? content.map(toObject) : [];
  return blocks.some(({ type }) => type === 'tool_result') ? 'agent' : 'user';
}
