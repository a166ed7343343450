import { type JsonRecord, toRecords, toText } from '../json.ts';
import { refuseAsClaude } from './claude-error.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { refuseBody } from './service-error.ts';
import { isKnownSignature } from './signatures.ts';
import { toolNamePattern } from './tool-rules.ts';

function listBlocks(message: JsonRecord | undefined, type: string): JsonRecord[] {
  return toRecords(message?.content).filter((block) => block.type === type);
}

const refuseRoles: Rule = (call) => {
  const roles = toRecords(call.body.messages).map((message) => toText(message.role));
  const index = roles.findIndex((role) => role !== 'user' && role !== 'assistant');
  if (index < 0) return undefined;
  const expected = 'Allowed roles are "user" or "assistant".';
  return refuseAsClaude(call, `messages.${index}.role: Unexpected role "${roles[index]}". ${expected}`);
};

// protocol: newer models do not continue an answer that the caller began.
const refusePrefill: Rule = (call) => {
  const isNew = call.model.capabilities.supports?.adaptive_thinking === true;
  if (!isNew || toRecords(call.body.messages).at(-1)?.role !== 'assistant') return undefined;
  const problem = 'This model does not support assistant message prefill.';
  return refuseAsClaude(call, `${problem} The conversation must end with a user message.`);
};

/** field report: a mark on an empty text is named before the text itself. */
const refuseMarkedBlanks: Rule = (call) => {
  for (const [index, message] of toRecords(call.body.messages).entries()) {
    const blocks = toRecords(message.content);
    const marked = blocks.findIndex((block) => isBlank(block) && block.cache_control !== undefined);
    if (marked >= 0) {
      const problem = 'cache_control cannot be set for empty text blocks';
      return refuseAsClaude(call, `messages.${index}.content.${marked}.text: ${problem}`);
    }
  }
  return undefined;
};

/** field report: only the answer that the model is to continue may be empty. */
const refuseEmptyContents: Rule = (call) => {
  const messages = toRecords(call.body.messages);
  const index = messages.findIndex(
    ({ content, role }, place) =>
      (content === '' || (Array.isArray(content) && content.length === 0)) &&
      !(role === 'assistant' && place === messages.length - 1),
  );
  if (index < 0) return undefined;
  const exception = 'except for the optional final assistant message';
  return refuseAsClaude(call, `messages.${index}: all messages must have non-empty content ${exception}`);
};

const refuseTexts: Rule = (call) => {
  const messages = toRecords(call.body.messages);
  const texts = messages.flatMap((message) => {
    const results = listBlocks(message, 'tool_result').flatMap((result) => toRecords(result.content));
    return [...listBlocks(message, 'text'), ...results.filter(({ type }) => type === 'text')];
  });
  const contents = messages.map(({ content }) => ({ type: 'text', text: content }));
  if (texts.some(({ text }) => text === ''))
    return refuseAsClaude(call, 'messages: text content blocks must be non-empty');
  if ([...texts, ...contents].some(isBlank))
    return refuseAsClaude(call, 'messages: text content blocks must contain non-whitespace text');
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || !/\s$/.test(readLastText(last))) return undefined;
  return refuseAsClaude(call, 'messages: final assistant content cannot end with trailing whitespace');
};

/** Nothing but white space. */
export function isBlank({ type, text }: JsonRecord): boolean {
  return type === 'text' && typeof text === 'string' && text.trim() === '';
}

function readLastText(message: JsonRecord): string {
  return toText(message.content) || toText(listBlocks(message, 'text').at(-1)?.text);
}

const refuseToolUseIds: Rule = (call) => {
  const ids = toRecords(call.body.messages)
    .flatMap((message) => listBlocks(message, 'tool_use'))
    .map((block) => toText(block.id));
  const malformed = ids.find((id) => !toolNamePattern.test(id));
  if (malformed !== undefined) {
    return refuseAsClaude(
      call,
      `messages: tool_use.id: String should match pattern '${toolNamePattern.source}'`,
    );
  }
  const isUnique = new Set(ids).size === ids.length;
  return isUnique ? undefined : refuseAsClaude(call, 'messages: `tool_use` ids must be unique');
};

/** protocol: the results of tool calls stand in the very next message. */
const refuseUnpairedTools: Rule = (call) => {
  const messages = toRecords(call.body.messages);
  for (const [index, message] of messages.entries()) {
    const refusal = refuseOrphan(messages[index - 1], message, index, call);
    if (refusal !== undefined) return refusal;
    const results = listBlocks(messages[index + 1], 'tool_result').map((block) => block.tool_use_id);
    const open = listBlocks(message, 'tool_use').filter((block) => !results.includes(block.id));
    if (open.length > 0) {
      const problem = 'tool_use ids were found without tool_result blocks immediately after';
      return refuseBody(`messages.${index}: ${problem}: ${open.map((block) => block.id).join(', ')}`);
    }
  }
  return undefined;
};

function refuseOrphan(before: JsonRecord | undefined, message: JsonRecord, index: number, call: ModelCall) {
  const calls = listBlocks(before, 'tool_use').map((block) => block.id);
  const orphan = listBlocks(message, 'tool_result').find((block) => !calls.includes(block.tool_use_id));
  if (orphan === undefined) return undefined;
  const problem = 'unexpected `tool_use_id` found in `tool_result` blocks';
  return refuseAsClaude(call, `messages.${index}.content.0: ${problem}: ${orphan.tool_use_id}`);
}

/** protocol: a signature that is empty, or of another model, spoils the request. */
const refuseForeignThinking: Rule = (call) => {
  for (const [index, message] of toRecords(call.body.messages).entries()) {
    const isForeign = listBlocks(message, 'thinking').some(
      (block) => !isKnownSignature(toText(block.signature), call),
    );
    if (isForeign) {
      return refuseAsClaude(call, `messages.${index}.content.0: Invalid \`signature\` in \`thinking\` block`);
    }
  }
  return undefined;
};

export const conversationRules: Rule[] = [
  refuseRoles,
  refuseToolUseIds,
  refuseUnpairedTools,
  refusePrefill,
  refuseMarkedBlanks,
  refuseEmptyContents,
  refuseTexts,
  refuseForeignThinking,
];
