import { readObject } from '../body-reader.ts';
import type { Message, TextPart, UserMessage } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { readAssistantPart } from './decode-assistant.ts';
import { readText, readUserPart, readBlocks } from './decode-parts.ts';
import { readToolResult } from './decode-result.ts';

/** Where Claude Code says what it is and what the turn costs. It differs with every request, and so spoils the prompt cache. */
const billingPrefix = 'x-anthropic-billing-header';

/** The `system` field, or a message of that role. */
export function readSystem(content: unknown, path: string): Message[] {
  if (content === undefined || content === null) return [];
  const parts = readBlocks(content, path)
    .map((block, index): TextPart => {
      if (block.type !== 'text') throw new DialectError('must be text', `${path}.${index}`);
      return readText(block, `${path}.${index}`);
    })
    .filter(({ text }) => !text.startsWith(billingPrefix));
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

/** One message of a caller's; the results of tools that stand in it become messages of their own. */
export function readMessage(value: unknown, path: string): Message[] {
  const { role, content } = readObject(value, path);
  switch (role) {
    case 'system':
      return readSystem(content, `${path}.content`);
    case 'assistant':
      return [{ role, parts: mapBlocks(content, `${path}.content`, readAssistantPart) }];
    case 'user':
      return readUser(content, `${path}.content`);
    default:
      throw new DialectError('must be user or assistant', `${path}.role`);
  }
}

function readUser(content: unknown, path: string): Message[] {
  const results: Message[] = [];
  const parts: UserMessage['parts'] = [];
  mapBlocks(content, path, (block, place) => {
    if (block.type !== 'tool_result') {
      parts.push(readUserPart(block, place));
      return;
    }
    const { message, documents } = readToolResult(block, place);
    results.push(message);
    parts.push(...documents);
  });
  return parts.length === 0 ? results : [...results, { role: 'user', parts }];
}

function mapBlocks<T>(
  content: unknown,
  path: string,
  decode: (block: Record<string, unknown>, path: string) => T,
): T[] {
  const isPlain = typeof content === 'string';
  return readBlocks(content, path).map((block, index) => decode(block, isPlain ? path : `${path}.${index}`));
}
