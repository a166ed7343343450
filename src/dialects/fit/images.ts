import { toOneLine } from '../../terminal-text.ts';
import type { ChatRequest, DocumentPart, ImagePart, Message, TextPart } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import type { Fitting } from './fitting.ts';
import { findImageType, isSeen } from './image-type.ts';

const maxTypeLength = 60;

/** Replaces an image, so that the words about it still make sense. */
export const placeholder: TextPart = { type: 'text', text: '[an image that was left out]' };

/** Drops images and documents that the model cannot see, and the oldest images beyond its limit. Copilot fetches no URLs. */
export function fitImages(asked: ChatRequest, { traits, notices }: Fitting): ChatRequest {
  if (!asked.messages.some(hasMedia)) return asked;
  if (!traits.vision) {
    notices.add(`Images and documents are left out: ${traits.id} takes none.`);
    return { ...asked, messages: asked.messages.map(withoutMedia) };
  }
  const request = { ...asked, messages: mapImages(asked.messages, (part) => fitType(part, notices)) };
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
  return mapImages(messages, (part) => {
    if (surplus <= 0) return part;
    surplus -= 1;
    return placeholder;
  });
}

function mapImages(
  messages: readonly Message[],
  change: (part: ImagePart) => ImagePart | TextPart,
): Message[] {
  const changePart = <Part extends { type: string }>(part: Part | ImagePart): Part | ImagePart | TextPart =>
    isImage(part) ? change(part) : part;
  return messages.map((message): Message => {
    if (message.role === 'user') return { ...message, parts: message.parts.map(changePart) };
    if (message.role === 'tool') return { ...message, parts: message.parts.map(changePart) };
    return message;
  });
}

function isImage(part: { type: string }): part is ImagePart {
  return part.type === 'image';
}

/** Under the type that its bytes have. */
function fitType(part: ImagePart, notices: Set<string>): ImagePart | TextPart {
  if ('url' in part.source) return part;
  const { mediaType: stated, data } = part.source;
  const mediaType = findImageType(stated, data);
  if (!isSeen(mediaType)) {
    notices.add(toUnseenNotice(mediaType));
    return placeholder;
  }
  return mediaType === stated ? part : { ...part, source: { mediaType, data } };
}

export function toUnseenNotice(mediaType: string): string {
  return `Images of the type ${toOneLine(mediaType).slice(0, maxTypeLength)} are left out: models see PNG, JPEG, GIF and WebP.`;
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
