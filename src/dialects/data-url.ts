import type { ImagePart } from './chat-request.ts';

/** Names of types and their parameters are short; this keeps what a caller sends from being cut to pieces for nothing. */
const maxPrefixLength = 1024;

/** An image or a document as the dialects of OpenAI carry it. `data` is base64. */
export function toDataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`;
}

export function toImageUrl(source: ImagePart['source']): string {
  return 'url' in source ? source.url : toDataUrl(source.mediaType, source.data);
}

/** Undefined where it is an address, or is not in base64. */
export function parseDataUrl(url: string): { mediaType: string; data: string } | undefined {
  // No expression over the whole: an image has millions of characters.
  const prefix = url.slice(0, maxPrefixLength);
  const comma = prefix.indexOf(',');
  if (comma === -1 || !/^data:/i.test(prefix)) return undefined;
  const [mediaType = '', ...parameters] = prefix.slice('data:'.length, comma).split(';');
  if (!parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64')) return undefined;
  return { mediaType: mediaType || 'text/plain', data: url.slice(comma + 1) };
}
