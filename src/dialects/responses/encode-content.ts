import type { JsonObject } from '../../json-value.ts';
import type { DocumentPart, ImagePart, TextPart } from '../chat-request.ts';
import { toDataUrl, toImageUrl } from '../data-url.ts';

/** What a document without a title is called: the service wants a file to have a name. */
export const untitledDocument = 'document.pdf';

export function encodeInputText({ text }: TextPart): JsonObject {
  return { type: 'input_text', text };
}

export function encodeUserPart(part: TextPart | ImagePart | DocumentPart): JsonObject {
  if (part.type === 'text') return encodeInputText(part);
  if (part.type === 'image') return encodeImage(part);
  const file_data = toDataUrl(part.mediaType, part.data);
  return { type: 'input_file', filename: part.title ?? untitledDocument, file_data };
}

function encodeImage({ source }: ImagePart): JsonObject {
  return { type: 'input_image', image_url: toImageUrl(source), detail: 'auto' };
}
