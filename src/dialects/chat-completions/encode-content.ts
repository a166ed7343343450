import type { ChatRequest, DocumentPart, ImagePart, TextPart, UserMessage } from '../chat-request.ts';
import { toImageUrl } from '../data-url.ts';
import { DialectError } from '../dialect.ts';
import type { ModelTraits } from '../model-traits.ts';
import type { WireImage, WirePart } from './wire.ts';

/** `asked` is the request as the caller gave it, for paths in errors. */
export type Context = { asked: ChatRequest; request: ChatRequest; traits: ModelTraits; notices: Set<string> };

/** Paragraphs in one text. Blank ones are refused by Claude. */
export function joinParagraphs(parts: readonly TextPart[]): string {
  return parts
    .map(({ text }) => text)
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

/** Plain text where there is nothing else: all backends take that. Undefined where nothing is left. */
export function writeContent(message: UserMessage, context: Context): string | WirePart[] | undefined {
  const [first] = message.parts;
  if (first?.type === 'text' && message.parts.length === 1)
    return first.text.trim() === '' ? undefined : first.text;
  const parts = message.parts.flatMap((part): (TextPart | WireImage)[] => {
    if (part.type === 'text') return part.text.trim() === '' ? [] : [part];
    if (part.type === 'document') throw refuseDocument(part, context);
    return [writeImage(part)];
  });
  if (parts.length === 0) return undefined;
  const texts = parts.filter((part) => part.type === 'text');
  if (texts.length === parts.length) return joinParagraphs(texts);
  return parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : part));
}

export function writeImage({ source }: ImagePart): WireImage {
  return { type: 'image_url', image_url: { url: toImageUrl(source) } };
}

function refuseDocument(document: DocumentPart, { asked, traits }: Context): DialectError {
  const index = asked.messages.findIndex(({ parts }) => (parts as unknown[]).includes(document));
  return new DialectError(
    `${traits.id} cannot be sent a document (${document.mediaType}) over /chat/completions: ` +
      'that needs a model with another endpoint (/v1/messages or /responses)',
    `messages.${index}`,
  );
}
