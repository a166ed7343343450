import type { ChatRequest, Message, ToolDefinition } from '../dialects/chat-request.ts';
import type { TokenCounter } from './token-counter.ts';

type Part = Message['parts'][number];

/** What OpenAI publishes for its chat format: three tokens around each message and one for its role, three before the answer. */
export const tokensPerMessage = 4;
const tokensBeforeAnswer = 3;
/** What the service writes around the declaration of a tool, and around a call. */
const tokensPerTool = 8;
const tokensPerCall = 8;
/** A picture of 1024 x 1024 as OpenAI bills it: 85, and 170 for each of four tiles. Claude's w * h / 750 gives 1400. */
const tokensPerImage = 765;
/** A page costs its text and, with most models, a small picture of it. */
const tokensPerPage = 2000;

/**
 * About how many tokens a request has. It is an estimate, to be shown as one: only the service knows how it writes
 * messages and tools, other vendors' models have other encodings, and images and pages go by a rule of thumb.
 */
export function countRequestTokens(request: ChatRequest, counter: Pick<TokenCounter, 'count'>): number {
  const { messages, tools = [], responseFormat } = request;
  const format = responseFormat?.type === 'json-schema' ? counter.count(JSON.stringify(responseFormat)) : 0;
  return (
    sum(messages.map((message) => countMessageTokens(message, counter))) +
    countToolTokens(tools, counter) +
    format +
    tokensBeforeAnswer
  );
}

const charactersPerToken = 4;

/** About how many tokens so many characters have, for a place where counting would keep somebody waiting. */
export function estimateTokens(length: number): number {
  return Math.ceil(length / charactersPerToken);
}

/** `~1234 tokens`. */
export function formatTokenEstimate(tokens: number): string {
  return `~${tokens} ${tokens === 1 ? 'token' : 'tokens'}`;
}

export function countMessageTokens(message: Message, counter: Pick<TokenCounter, 'count'>): number {
  const parts = message.parts.map((part) => countPartTokens(part, counter));
  const answered = message.role === 'tool' ? counter.count(message.callId) : 0;
  return tokensPerMessage + answered + sum(parts);
}

/** About how many tokens the definitions of tools take in each request. */
export function countToolTokens(
  tools: readonly ToolDefinition[],
  counter: Pick<TokenCounter, 'count'>,
): number {
  return sum(tools.map((tool) => countTool(tool, counter)));
}

function countTool(
  { name, description = '', parameters }: ToolDefinition,
  counter: Pick<TokenCounter, 'count'>,
): number {
  const texts = [name, description, JSON.stringify(parameters)];
  return tokensPerTool + sum(texts.map((text) => counter.count(text)));
}

/** About how many tokens a part of a message has. Sealed thinking is not counted: what it holds is not known. */
export function countPartTokens(part: Part, counter: Pick<TokenCounter, 'count'>): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return counter.count(part.text);
    case 'tool-call':
      return tokensPerCall + counter.count(part.name) + counter.count(part.arguments);
    case 'image':
      return tokensPerImage;
    case 'document':
      return countDocument(part.mediaType, Buffer.from(part.data, 'base64'), counter);
  }
}

/** Pages that a compressed PDF hides are not found; there is at least one. */
function countDocument(mediaType: string, bytes: Buffer, counter: Pick<TokenCounter, 'count'>): number {
  if (mediaType.startsWith('text/')) return counter.count(bytes.toString('utf8'));
  const pages = bytes.toString('latin1').match(/\/Type ?\/Page\b/g) ?? [];
  return tokensPerPage * Math.max(1, pages.length);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
