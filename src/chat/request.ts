import type { AssistantTurn, Conversation, ModelChoice } from '../conversation/conversation.ts';
import { listBranch, listMessages } from '../conversation/current-branch.ts';
import type { Model } from '../copilot/model.ts';
import { type ChatRequest, createTextMessage, type Message } from '../dialects/chat-request.ts';
import { toReplySchema } from '../dialects/messages/reply-schema.ts';
import { CliError } from '../errors.ts';
import type { JsonObject } from '../json-value.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';

/** A person's choices for every request. */
export type RequestSettings = Pick<ChatRequest, 'reasoning' | 'maxOutputTokens' | 'tools'>;

export type RequestOptions = {
  model: Model;
  settings: RequestSettings;
  /** The schema of the answer, as words for models that take none. */
  checker?: SchemaChecker | undefined;
  /** What we tell the model about the tools that it has. */
  note?: string | undefined;
};

/** The request to answer the conversation. */
export function createRequest(
  conversation: Conversation,
  { model, settings, checker, note }: RequestOptions,
): ChatRequest {
  return {
    model: model.id,
    messages: withNote(listMessages(conversation), note),
    ...settings,
    ...toResponseFormat(checker, model),
  };
}

/** Behind the system prompt of the person. It stays the same in all rounds, so that the prompt is cached. */
function withNote(messages: Message[], note: string | undefined): Message[] {
  if (note === undefined) return messages;
  const [first, ...others] = messages;
  if (first?.role !== 'system') return [createTextMessage('system', note), ...messages];
  return [{ role: 'system', parts: [...first.parts, { type: 'text', text: note }] }, ...others];
}

/** The field that names a schema, if there is a schema and the model takes one. */
export function toResponseFormat(
  checker: SchemaChecker | undefined,
  model: Model,
): Pick<ChatRequest, 'responseFormat'> {
  if (!checker || !takesSchema(model, checker.schema)) return {};
  return {
    responseFormat: { type: 'json-schema', name: 'answer', schema: checker.schema, strict: false },
  };
}

/** Claude takes only some schemas; others are sent as words, too. */
export function takesSchema(model: Model, schema: JsonObject): boolean {
  if (!model.abilities.includes('structured-output')) return false;
  return !model.endpoints.includes('/v1/messages') || toReplySchema(schema) !== undefined;
}

/** Throws CliError `usage` with the words that the model takes. A model without any may still take a budget for it. */
export function checkEffort(effort: string | undefined, { id, efforts }: Model): void {
  if (effort === undefined || efforts.length === 0 || efforts.includes(effort)) return;
  throw new CliError('usage', `${id} does not take the effort ${effort}`, {
    hint: `It takes: ${efforts.join(', ')}`,
  });
}

/** The model that the person chose since the last answer, or that of the answer, so that it does not change in mid-conversation. */
export function findModelInUse(conversation: Conversation): string | undefined {
  return findChoice(conversation)?.model;
}

/** The effort with it. Undefined if the model decides. */
export function findEffortInUse(conversation: Conversation): string | undefined {
  return findChoice(conversation)?.effort;
}

function findChoice(conversation: Conversation): ModelChoice | undefined {
  return conversation.chosen ?? findLastAnswer(conversation);
}

/** The last answer of the branch. Undefined before it. */
export function findLastAnswer(conversation: Conversation): AssistantTurn | undefined {
  return listBranch(conversation).findLast((turn) => turn.role === 'assistant');
}
