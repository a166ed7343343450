import { isObject, type JsonObject } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalString, readString } from '../body-reader.ts';
import type { DocumentPart, ImagePart, TextPart } from '../chat-request.ts';
import { parseDataUrl } from '../data-url.ts';
import { DialectError } from '../dialect.ts';

export type ContentPart = TextPart | ImagePart | DocumentPart;

/** A `content`, which may be a text, a list of parts, or null; an empty text is none. */
export function readContent(content: unknown, path: string): ContentPart[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((part, index) => readPart(part, `${path}.${index}`));
}

/** The texts of a `content` where nothing else may stand. */
export function readTexts(content: unknown, path: string): TextPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.type !== 'text') throw new DialectError('must be text', `${path}.${index}`);
    return part;
  });
}

/** Cursor names its parts as in the Responses API. */
function readPart(value: unknown, path: string): ContentPart {
  if (typeof value === 'string') return { type: 'text', text: value };
  const part = readObject(value, path);
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: readString(part.text, `${path}.text`) };
    case 'refusal':
      return { type: 'text', text: readString(part.refusal, `${path}.refusal`) };
    case 'image_url':
    case 'input_image':
      return readImage(part.image_url, `${path}.image_url`);
    case 'file':
      return readFile(readObject(part.file, `${path}.file`), `${path}.file`);
    case 'input_file':
      return readFile(part, path);
    default:
      throw new DialectError(
        `content of the type ${JSON.stringify(part.type) ?? 'unknown'} is not supported here`,
        path,
      );
  }
}

function readImage(value: unknown, path: string): ImagePart {
  const url = isObject(value) ? readString(value.url, `${path}.url`) : readString(value, path);
  return { type: 'image', source: parseDataUrl(url) ?? { url } };
}

function readFile(file: JsonObject, path: string): DocumentPart {
  const data = parseDataUrl(readString(file.file_data, `${path}.file_data`));
  if (!data) throw new DialectError('must be a data URL in base64', `${path}.file_data`);
  return compact({
    type: 'document' as const,
    ...data,
    title: readOptionalString(file.filename, `${path}.filename`),
  });
}
