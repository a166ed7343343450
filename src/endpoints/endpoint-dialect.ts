import { toLimitField } from '../dialects/chat-completions/accepted.ts';
import { chatCompletions } from '../dialects/chat-completions/dialect.ts';
import type { DialectName } from '../dialects/chat-request.ts';
import type { Dialect, WireRequest } from '../dialects/dialect.ts';
import { messages } from '../dialects/messages/dialect.ts';
import { responses } from '../dialects/responses/dialect.ts';
import { isObject, type JsonObject, toObject } from '../json-value.ts';

const dialects: Record<DialectName, Dialect> = { 'chat-completions': chatCompletions, responses, messages };

/** A dialect as others than Copilot speak it: without Copilot's own fields, and with answers that pass as they are. */
export function toPublicDialect(dialect: Dialect, toWireId: (id: string) => string): Dialect {
  return {
    ...dialect,
    writeRequest: (request, traits) =>
      toPublicRequest(dialect.name, dialect.writeRequest(request, traits), toWireId(request.model)),
    native: { ...dialect.native, createRelay: undefined },
  };
}

export function findDialect(name: DialectName): Dialect {
  return dialects[name];
}

function toPublicRequest(name: DialectName, written: WireRequest, model: string): WireRequest {
  const body = { ...written.body, model };
  return {
    ...written,
    body: name === 'chat-completions' ? toPublicBody(body, model) : body,
    // Copilot demands a header for images.
    headers: Object.fromEntries(Object.entries(written.headers).filter(([header]) => isPublicHeader(header))),
  };
}

/** The headers of requests that mean something to others than Copilot. */
export function isPublicHeader(name: string): boolean {
  return name === 'anthropic-beta' || name === 'anthropic-version';
}

/** Fields of messages that Copilot has added to Chat Completions. */
const ownMessageFields = ['copilot_cache_control', 'reasoning_text', 'reasoning_opaque'];

function toPublicBody({ thinking_budget: _, ...body }: JsonObject, model: string): JsonObject {
  const { max_tokens, max_completion_tokens, ...rest } = body;
  const limit = max_tokens ?? max_completion_tokens;
  return {
    ...rest,
    messages: Array.isArray(body.messages) ? body.messages.map(withoutOwnFields) : body.messages,
    ...(limit !== undefined && { [toLimitField(model.replace(/^.*\//, ''))]: limit }),
    // Copilot reports usage in each stream, others when they are asked to.
    ...(body.stream === true && {
      stream_options: { include_usage: true, ...toObject(body.stream_options) },
    }),
  };
}

function withoutOwnFields(message: unknown): unknown {
  if (!isObject(message) || !ownMessageFields.some((name) => name in message)) return message;
  return Object.fromEntries(Object.entries(message).filter(([name]) => !ownMessageFields.includes(name)));
}
