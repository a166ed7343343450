import type { JsonObject } from '../../json-value.ts';
import { readList, readObject, readOptionalString, readString } from '../body-reader.ts';
import type { DocumentPart, ImagePart, TextPart, ToolMessage, UserMessage } from '../chat-request.ts';
import { parseDataUrl } from '../data-url.ts';
import { DialectError } from '../dialect.ts';
import { untitledDocument } from './encode-content.ts';

type Part = TextPart | ImagePart | DocumentPart;

export function readUserContent(content: unknown, path: string): UserMessage['parts'] {
  return readParts(content, path);
}

export function readSystemContent(content: unknown, path: string): TextPart[] {
  return readParts(content, path).map((part, index) => {
    if (part.type === 'text') return part;
    throw new DialectError('must be text', `${path}.${index}`);
  });
}

/** Text, or a list of texts and images. */
export function readToolOutput(output: unknown, path: string): ToolMessage['parts'] {
  return readParts(output, path).map((part, index) => {
    if (part.type !== 'document') return part;
    throw new DialectError('a file cannot be carried in the output of a tool', `${path}.${index}`);
  });
}

function readParts(content: unknown, path: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((part, index) => {
    const place = `${path}.${index}`;
    return readPart(readObject(part, place), place);
  });
}

function readPart(part: JsonObject, path: string): Part {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part.text, `${path}.text`) };
    case 'input_image':
      return readImage(part, path);
    case 'input_file':
      return readDocument(part, path);
    default:
      throw new DialectError(`content of the type "${part.type}" cannot be carried`, `${path}.type`);
  }
}

function readImage(part: JsonObject, path: string): ImagePart {
  const url = readOptionalString(part.image_url, `${path}.image_url`);
  if (url === undefined)
    throw new DialectError('an image must be an image_url: no files are kept here', path);
  return { type: 'image', source: parseDataUrl(url) ?? { url } };
}

function readDocument(part: JsonObject, path: string): DocumentPart {
  const file = parseDataUrl(readOptionalString(part.file_data, `${path}.file_data`) ?? '');
  if (file === undefined)
    throw new DialectError('a file must be a data URL in file_data: no files are kept or fetched here', path);
  const title = readOptionalString(part.filename, `${path}.filename`);
  const document: DocumentPart = { type: 'document', ...file };
  return title === undefined || title === untitledDocument ? document : { ...document, title };
}
