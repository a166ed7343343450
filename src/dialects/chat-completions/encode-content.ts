import type { ChatRequest, DocumentPart, ImagePart, Message, TextPart } from '../chat-request.ts';
import { toDataUrl } from '../data-url.ts';
import { DialectError, type ModelTraits } from '../dialect.ts';
import type { WireImage, WirePart } from './wire.ts';

export type Context = { request: ChatRequest; traits: ModelTraits; notices: Set<string> };

/** Paragraphs in one text. Blank ones are refused by Claude. */
export function joinParagraphs(parts: readonly TextPart[]): string {
  return parts
    .map(({ text }) => text)
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

/** Plain text where there is nothing else: all backends take that. Undefined where nothing is left. */
export function encodeContent(
  message: Message & { role: 'user' },
  context: Context,
): string | WirePart[] | undefined {
  const parts = message.parts.flatMap((part): (TextPart | WireImage)[] => {
    if (part.type === 'text') return part.text.trim() === '' ? [] : [part];
    if (part.type === 'document') throw refuseDocument(part, message, context);
    return encodeImage(part, message, context);
  });
  if (parts.length === 0) return undefined;
  const texts = parts.filter((part) => part.type === 'text');
  if (texts.length === parts.length) return joinParagraphs(texts);
  return parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : part));
}

/** Nothing where the model sees no images. */
export function encodeImage({ source }: ImagePart, message: Message, context: Context): WireImage[] {
  const { traits, notices } = context;
  if (!traits.vision) {
    notices.add(`Images are left out: ${traits.id} takes none.`);
    return [];
  }
  if ('url' in source) {
    throw new DialectError(
      'Copilot does not fetch images: the image must be in the request',
      findPath(message, context),
    );
  }
  return [{ type: 'image_url', image_url: { url: toDataUrl(source.mediaType, source.data) } }];
}

function refuseDocument({ mediaType }: DocumentPart, message: Message, context: Context): DialectError {
  return new DialectError(
    `${context.traits.id} cannot be sent a document (${mediaType}) over /chat/completions: ` +
      'that needs a model with another endpoint (/v1/messages or /responses)',
    findPath(message, context),
  );
}

function findPath(message: Message, { request }: Context): string {
  return `messages.${request.messages.indexOf(message)}`;
}
