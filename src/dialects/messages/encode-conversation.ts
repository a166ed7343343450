import type { ChatRequest } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { writeMessage } from './encode-message.ts';
import { writeText } from './encode-parts.ts';
import type { Block, TextBlock, Turn } from './wire.ts';

type Conversation = { system: TextBlock[]; messages: Turn[] };

/** The messages of a request, in turns of the user and the assistant that end with the user's. */
export function writeConversation(request: ChatRequest, notices: Set<string>): Conversation {
  const system = writeSystem(request, notices);
  const turns: Turn[] = [];
  for (const message of request.messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    addToTurn(turns, role, writeMessage(message, notices));
  }
  for (const { content } of turns) putResultsFirst(content);
  if (system.length === 0 && turns.length === 0)
    throw new DialectError('the request says nothing', 'messages');
  closeWithUser(turns, notices);
  return { system, messages: turns };
}

/** There is one place for them, before all others. */
function writeSystem({ messages }: ChatRequest, notices: Set<string>): TextBlock[] {
  const firstOther = messages.findIndex(({ role }) => role !== 'system');
  if (firstOther !== -1 && messages.slice(firstOther).some(({ role }) => role === 'system')) {
    notices.add('Later system messages were moved to the front, the only place that Claude has for them.');
  }
  return messages
    .filter((message) => message.role === 'system')
    .flatMap(({ parts }) => parts.flatMap((part) => writeText(part) ?? []));
}

function addToTurn(turns: Turn[], role: Turn['role'], blocks: Block[]): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== role) turns.push({ role, content: blocks });
  else for (const block of blocks) last.content.push(block);
}

function putResultsFirst(content: Block[]): void {
  content.sort((one, other) => rankBlock(one) - rankBlock(other));
}

function rankBlock({ type }: Block): number {
  return type === 'tool_result' ? 0 : 1;
}

/** Newer models refuse to continue what the caller put into their mouths, and a turn that ends in white space. */
function closeWithUser(turns: Turn[], notices: Set<string>): void {
  const last = turns.at(-1);
  if (last?.role === 'user') return;
  const text = last?.content.at(-1);
  if (text?.type === 'text') text.text = text.text.trimEnd();
  turns.push({ role: 'user', content: [{ type: 'text', text: 'Please continue.' }] });
  notices.add('The conversation did not end with the user, so "Please continue." was added.');
}
