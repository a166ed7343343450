import { createHash } from 'node:crypto';
import { formatJson, isObject, type JsonObject } from '../json-value.ts';
import { withFields } from './body.ts';
import type { ImagePart, ToolMessage } from './chat-request.ts';
import { fitSchema } from './fit/tool-schema.ts';

/** Type names and parameters are short: no more of a caller's URL than this is split into parameters. */
const maxPrefixLength = 1024;

/** An image or a document as the dialects of OpenAI carry it. `data` is base64. */
export function toDataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`;
}

export function toImageUrl(source: ImagePart['source']): string {
  return 'url' in source ? source.url : toDataUrl(source.mediaType, source.data);
}

/** Undefined if it is a URL or not base64. */
export function parseDataUrl(url: string): { mediaType: string; data: string } | undefined {
  // No expression over the whole: an image has millions of characters.
  const prefix = url.slice(0, maxPrefixLength);
  const comma = prefix.indexOf(',');
  if (comma === -1 || !/^data:/i.test(prefix)) return undefined;
  const [mediaType = '', ...parameters] = prefix.slice('data:'.length, comma).split(';');
  if (!parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64')) return undefined;
  return { mediaType: mediaType || 'text/plain', data: url.slice(comma + 1) };
}

/** A call whose arguments are text, as OpenAI takes them. The same object if they are. */
export function withTextArguments(call: JsonObject): JsonObject {
  const { arguments: given } = call;
  if (typeof given === 'string' || given === undefined) return call;
  return { ...call, arguments: formatJson(given ?? {}) ?? '{}' };
}

/** A tool whose schema every backend takes. The same object if it is such. */
export function withFittedSchema(tool: JsonObject, field: 'parameters' | 'input_schema'): JsonObject {
  const schema = tool[field];
  return isObject(schema) ? withFields(tool, { [field]: fitSchema(schema) }) : tool;
}

// OpenAI's dialects have no word for a tool that failed, so the result itself says it.

const failurePrefix = 'The tool failed: ';

export function toFailureText(text: string): string {
  return failurePrefix + text;
}

/** A result that says so is one of a tool that failed. */
export function readFailure(parts: ToolMessage['parts']): Pick<ToolMessage, 'parts' | 'isError'> {
  const [first, ...others] = parts;
  if (first?.type !== 'text' || !first.text.startsWith(failurePrefix)) return { parts, isError: false };
  return { parts: [{ ...first, text: first.text.slice(failurePrefix.length) }, ...others], isError: true };
}

const maxLength = 64;

/** Who the caller's user is, in OpenAI's dialects. Longer names are refused there; Claude Code has one of 120 characters. */
export function toUserField(user: string | undefined): string | undefined {
  if (user === undefined || user.length <= maxLength) return user;
  return createHash('sha256').update(user).digest('hex');
}
