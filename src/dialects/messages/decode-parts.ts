import type { JsonObject } from '../../json-value.ts';
import { compact, readList, readObject, readOptionalString, readString } from '../body-reader.ts';
import type { CacheMark, DocumentPart, ImagePart, TextPart } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';

/** Only its time to live: callers set more than Copilot takes. */
export function readCache(value: unknown, path: string): CacheMark | undefined {
  if (value === undefined || value === null) return undefined;
  return compact({ ttl: readOptionalString(readObject(value, path).ttl, `${path}.ttl`) });
}

/** The blocks of a `content`, which may be a plain text. */
export function readBlocks(content: unknown, path: string): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readList(content, path).map((block, index) => readObject(block, `${path}.${index}`));
}

export function readText(block: JsonObject, path: string): TextPart {
  return {
    type: 'text',
    text: readString(block.text, `${path}.text`),
    ...readMark(block, path),
  };
}

export function readUserPart(block: JsonObject, path: string): TextPart | ImagePart | DocumentPart {
  switch (block.type) {
    case 'text':
      return readText(block, path);
    case 'image':
      return readImage(block, path);
    case 'document':
      return readDocument(block, path);
    default:
      throw refuseBlock(block, path);
  }
}

function readImage(block: JsonObject, path: string): ImagePart {
  const source = readObject(block.source, `${path}.source`);
  const mark = readMark(block, path);
  if (source.type === 'url')
    return { type: 'image', source: { url: readString(source.url, `${path}.source.url`) }, ...mark };
  if (source.type !== 'base64') throw refuseSource(source, path);
  const mediaType = readString(source.media_type, `${path}.source.media_type`);
  return {
    type: 'image',
    source: { mediaType, data: readString(source.data, `${path}.source.data`) },
    ...mark,
  };
}

function readDocument(block: JsonObject, path: string): DocumentPart {
  const source = readObject(block.source, `${path}.source`);
  if (source.type !== 'base64' && source.type !== 'text') throw refuseSource(source, path);
  const data = readString(source.data, `${path}.source.data`);
  const isText = source.type === 'text';
  return compact({
    type: 'document' as const,
    mediaType: isText ? 'text/plain' : readString(source.media_type, `${path}.source.media_type`),
    data: isText ? Buffer.from(data, 'utf8').toString('base64') : data,
    title: readOptionalString(block.title, `${path}.title`),
    ...readMark(block, path),
  });
}

export function readMark(block: JsonObject, path: string): { cache?: CacheMark } {
  const cache = readCache(block.cache_control, `${path}.cache_control`);
  return cache ? { cache } : {};
}

export function refuseBlock({ type }: JsonObject, path: string): DialectError {
  return new DialectError(
    `content of the type ${JSON.stringify(type) ?? 'unknown'} is not supported here`,
    path,
  );
}

function refuseSource({ type }: JsonObject, path: string): DialectError {
  return new DialectError(
    `a source of the type ${JSON.stringify(type) ?? 'unknown'} is not supported: the data must be in the request`,
    `${path}.source`,
  );
}
