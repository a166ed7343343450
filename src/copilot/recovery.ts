import type { ChatRequest, Message } from '../dialects/chat-request.ts';
import { countImages, keepLastImages } from '../dialects/fit/images.ts';
import { CliError } from '../errors.ts';

/** A request that may be accepted, and what it lacks, in a sentence. */
export type Revision = { request: ChatRequest; notice: string };

type Recovery = (error: CliError, request: ChatRequest) => Revision | undefined;

const recoveries: Recovery[] = [dropRefusedSeals, dropOldImages];

/** How to change a request that Copilot refused. Each change removes something, so the changes come to an end. */
export function planRecovery(error: unknown, request: ChatRequest): Revision | undefined {
  if (!(error instanceof CliError)) return undefined;
  for (const recover of recoveries) {
    const revision = recover(error, request);
    if (revision) return revision;
  }
  return undefined;
}

/** Copilot no longer accepts sealed thinking that it once gave out: the connection, the account or the model has changed. */
const sealRefused =
  /does not belong to this connection|encrypted content .* could not be verified|thought_signature|invalid .*signature/i;

export const sealNotice = 'The service no longer accepts the thinking of earlier turns, so it is left out.';

export function isSealRefused(error: unknown): boolean {
  return error instanceof CliError && sealRefused.test(error.message);
}

function dropRefusedSeals(error: CliError, request: ChatRequest): Revision | undefined {
  if (!isSealRefused(error) || !request.messages.some(hasReasoning)) return undefined;
  const messages = request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, parts: message.parts.filter(({ type }) => type !== 'reasoning') }
      : message,
  );
  return { request: { ...request, messages }, notice: sealNotice };
}

function hasReasoning({ role, parts }: Message): boolean {
  return role === 'assistant' && parts.some(({ type }) => type === 'reasoning');
}

/** Images of all turns add up. Drops those before the person's last message, then those of earlier tool results. */
function dropOldImages(error: CliError, request: ChatRequest): Revision | undefined {
  if (error.details.status !== 413) return undefined;
  const { messages } = request;
  const boundaries = [
    messages.findLastIndex(({ role }) => role === 'user'),
    messages.findLastIndex((message) => countImages([message]) > 0),
  ];
  const boundary = boundaries.find((index) => index > 0 && countImages(messages.slice(0, index)) > 0);
  if (boundary === undefined) return undefined;
  const kept = keepLastImages(messages, countImages(messages.slice(boundary)));
  return {
    request: { ...request, messages: kept },
    notice: 'The request was too large, so older images are left out.',
  };
}
