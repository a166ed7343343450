import { type JsonRecord, toArray, toRecords, toText } from '../json.ts';
import { toPlainReply } from '../reply.ts';
import { isBlank } from './messages-conversation-rules.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { refuseBody } from './service-error.ts';
import { isKnownSignature } from './signatures.ts';

const maxToolCalls = 128;

const refuseManyToolCalls: Rule = ({ body }) => {
  const counts = toRecords(body.messages).map((message) => toArray(message.tool_calls).length);
  const index = counts.findIndex((count) => count > maxToolCalls);
  if (index < 0) return undefined;
  const name = `messages[${index}].tool_calls`;
  return refuseBody(
    `Invalid '${name}': array too long. Expected an array with maximum length ${maxToolCalls}.`,
    name,
  );
};

/** protocol: every tool call is answered by tool messages immediately after it, and only then. */
const refuseUnpairedToolCalls: Rule = (call) => {
  const messages = toRecords(call.body.messages);
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    const id = toText(message.tool_call_id);
    if (message.role === 'tool' && !open.includes(id)) return refuseOrphan(index);
    open = message.role === 'tool' ? open.filter((other) => other !== id) : open;
    if (message.role !== 'tool' && open.length > 0) return refuseUnanswered(call, open, index - 1);
    if (message.role === 'assistant') open = toRecords(message.tool_calls).map((item) => toText(item.id));
  }
  return open.length > 0 ? refuseUnanswered(call, open, messages.length - 1) : undefined;
};

function refuseOrphan(index: number) {
  const message = "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
  return refuseBody(`Invalid parameter: ${message}`, `messages[${index}].role`);
}

function refuseUnanswered({ model }: ModelCall, ids: string[], index: number) {
  const list = ids.join(', ');
  if (model.vendor === 'Google') return toPlainReply(400, 'Bad Request');
  if (model.vendor === 'Anthropic') {
    const problem = 'tool_use ids were found without tool_result blocks immediately after';
    return refuseBody(`messages.${index}: ${problem}: ${list}`);
  }
  const problem =
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
  return refuseBody(`${problem} The following tool_call_ids did not have response messages: ${list}`);
}

/** protocol: Claude takes no empty text and no trailing white space in the last assistant text. */
const refuseClaudeText: Rule = ({ body, model }) => {
  if (model.vendor !== 'Anthropic') return undefined;
  const messages = toRecords(body.messages);
  if (messages.some(hasEmptyText)) return refuseBody('messages: text content blocks must be non-empty');
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || !/\s$/.test(toText(last.content))) return undefined;
  return refuseBody('messages: final assistant content cannot end with trailing whitespace');
};

function hasEmptyText(message: JsonRecord): boolean {
  const isAlone = toArray(message.tool_calls).length === 0;
  const isEmpty = typeof message.content === 'string' && message.content.trim() === '' && isAlone;
  return isEmpty || toRecords(message.content).some(isBlank);
}

/**
 * protocol: thinking is replayed unchanged, to the model that thought it. Google looks for the signatures of the current turn alone, and GitHub's
 * CLI 1.0.102 sends calls of earlier turns without theirs once another model has answered.
 */
const refuseForeignThinking: Rule = (call) => {
  const messages = toRecords(call.body.messages);
  const prompt = messages.findLastIndex(({ role }) => role === 'user');
  for (const [index, message] of messages.entries()) {
    const opaque = message.reasoning_opaque;
    if (typeof opaque === 'string' && !isKnownSignature(opaque, call)) {
      return refuseBody(`messages.${index}.content.0: Invalid \`signature\` in \`thinking\` block`);
    }
    if (index > prompt && opaque === undefined && lacksThoughtSignature(message, call)) {
      return refuseBody(`Function call in message ${index} is missing a thought_signature.`);
    }
  }
  return undefined;
};

function lacksThoughtSignature(message: JsonRecord, { model, world }: ModelCall): boolean {
  if (model.vendor !== 'Google' || !world.state.checkSignatures) return false;
  const ids = toRecords(message.tool_calls).map((toolCall) => toText(toolCall.id));
  return ids.some((id) => world.ledger.signedToolCalls.get(id) === model.id);
}

export const chatMessageRules: Rule[] = [
  refuseManyToolCalls,
  refuseUnpairedToolCalls,
  refuseClaudeText,
  refuseForeignThinking,
];
