import type { ChatRequest, DocumentPart, ImagePart, Message, TextPart } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import type { Fitting } from './fitting.ts';

/** Replaces an image, so that the words about it still make sense. */
const placeholder: TextPart = { type: 'text', text: '[an image that was left out]' };

/** Drops images and documents that the model cannot see, and the oldest images beyond its limit. Copilot fetches no URLs. */
export function fitImages(request: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  if (!request.messages.some(hasMedia)) return request;
  if (!traits.vision) {
    notices.add(`Images and documents are left out: ${traits.id} takes none.`);
    return { ...request, messages: request.messages.map(withoutMedia) };
  }
  refuseAddresses(request.messages);
  const { maxImages = Number.POSITIVE_INFINITY } = traits;
  const count = countImages(request.messages);
  if (count <= maxImages) return request;
  notices.add(`Of ${count} images, the last ${maxImages} are sent: ${traits.id} takes no more.`);
  return { ...request, messages: keepLastImages(request.messages, maxImages) };
}

/** The messages with a text in place of all images but the last `kept`. */
export function keepLastImages(messages: readonly Message[], kept: number): Message[] {
  let surplus = countImages(messages) - kept;
  const replace = <Part extends { type: string }>(part: Part): Part | TextPart => {
    if (part.type !== 'image' || surplus <= 0) return part;
    surplus -= 1;
    return placeholder;
  };
  return messages.map((message): Message => {
    if (message.role === 'user') return { ...message, parts: message.parts.map(replace) };
    if (message.role === 'tool') return { ...message, parts: message.parts.map(replace) };
    return message;
  });
}

export function countImages(messages: readonly Message[]): number {
  return messages.reduce((count, { parts }) => count + listImages(parts).length, 0);
}

function listImages(parts: readonly Message['parts'][number][]): ImagePart[] {
  return parts.filter((part) => part.type === 'image');
}

function refuseAddresses(messages: readonly Message[]): void {
  for (const [index, { parts }] of messages.entries()) {
    if (!listImages(parts).some(({ source }) => 'url' in source)) continue;
    const why = 'Copilot does not fetch images by URL: the image itself must be in the request';
    throw new DialectError(why, `messages.${index}`);
  }
}

function hasMedia({ parts }: Message): boolean {
  return parts.some(isMedia);
}

function withoutMedia(message: Message): Message {
  if (message.role === 'user') return { ...message, parts: message.parts.filter((part) => !isMedia(part)) };
  if (message.role === 'tool') return { ...message, parts: message.parts.filter((part) => !isMedia(part)) };
  return message;
}

function isMedia<Part extends { type: string }>(part: Part): part is Part & (ImagePart | DocumentPart) {
  return part.type === 'image' || part.type === 'document';
}
