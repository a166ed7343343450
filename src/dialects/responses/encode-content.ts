import type { JsonObject } from '../../json-value.ts';
import type { DocumentPart, ImagePart, TextPart } from '../chat-request.ts';
import { toDataUrl, toImageUrl } from '../data-url.ts';

/** What a document without a title is called: the service wants a file to have a name. */
export const untitledDocument = 'document.pdf';

export function writeInputText({ text }: TextPart): JsonObject {
  return { type: 'input_text', text };
}

export function writeUserPart(part: TextPart | ImagePart | DocumentPart): JsonObject {
  if (part.type === 'text') return writeInputText(part);
  if (part.type === 'image') return writeImage(part);
  const file_data = toDataUrl(part.mediaType, part.data);
  return { type: 'input_file', filename: part.title ?? untitledDocument, file_data };
}

function writeImage({ source }: ImagePart): JsonObject {
  return { type: 'input_image', image_url: toImageUrl(source), detail: 'auto' };
}
