import type { DialectName } from '../dialects/chat-request.ts';
import type { JsonObject } from '../json-value.ts';

const text = { type: 'string' };

/** How OpenAI's clients read a failure. */
const openai: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'code'],
      properties: {
        message: text,
        type: text,
        param: { type: ['string', 'null'] },
        code: { type: ['string', 'null'] },
      },
    },
  },
};

/** How Anthropic's clients read one. */
const anthropic: JsonObject = {
  type: 'object',
  required: ['type', 'error'],
  properties: {
    type: { const: 'error' },
    error: { type: 'object', required: ['type', 'message'], properties: { type: text, message: text } },
  },
};

/** The schemas of what a failure looks like, under the names that `toErrorSchemaName` gives. */
export const errorSchemas: Record<string, JsonObject> = { OpenAiError: openai, AnthropicError: anthropic };

export function toErrorSchemaName(dialect: DialectName): string {
  return dialect === 'messages' ? 'AnthropicError' : 'OpenAiError';
}
