import type { DocumentPart, ImagePart, ReasoningPart, TextPart, ToolMessage } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { toCacheField } from './cache-marks.ts';
import type { Block, DocumentBlock, ImageBlock, TextBlock, ToolResultBlock } from './wire.ts';

/** Texts of nothing but white space are refused, so they are left out. */
export function writeText({ text, cache }: TextPart): TextBlock | undefined {
  return /\S/.test(text) ? { type: 'text', text, ...toCacheField(cache) } : undefined;
}

export function writeImage({ source, cache }: ImagePart): ImageBlock {
  return { type: 'image', source: writeImageSource(source), ...toCacheField(cache) };
}

function writeImageSource(source: ImagePart['source']): ImageBlock['source'] {
  if ('url' in source) return { type: 'url', url: source.url };
  return { type: 'base64', media_type: source.mediaType, data: source.data };
}

export function writeDocument({ mediaType, data, title, cache }: DocumentPart): DocumentBlock {
  return {
    type: 'document',
    source: writeDocumentSource(mediaType, data),
    ...(title === undefined ? {} : { title }),
    ...toCacheField(cache),
  };
}

function writeDocumentSource(mediaType: string, data: string): DocumentBlock['source'] {
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data };
  if (mediaType !== 'text/plain') {
    throw new DialectError(
      `documents of the type ${mediaType} are not accepted: only PDF and plain text`,
      'messages',
    );
  }
  return { type: 'text', media_type: mediaType, data: Buffer.from(data, 'base64').toString('utf8') };
}

/** Undefined where it has no seal: the service refuses thinking that it did not sign. */
export function writeThinking({ text, opaque, redacted }: ReasoningPart): Block | undefined {
  if (!opaque) return undefined;
  return redacted
    ? { type: 'redacted_thinking', data: opaque }
    : { type: 'thinking', thinking: text, signature: opaque };
}

/** A tool's result, and what of it must stand behind the results: a failed one may hold text only. */
export function writeToolResult({
  callId,
  parts,
  isError,
  cache,
}: ToolMessage): [ToolResultBlock, ...ImageBlock[]] {
  const blocks = parts.flatMap((part) => writeResultPart(part) ?? []);
  const images = isError ? blocks.filter((block) => block.type === 'image') : [];
  const content = isError ? blocks.filter((block) => block.type === 'text') : blocks;
  if (isError && content.length === 0)
    content.push({ type: 'text', text: 'The tool failed and said nothing.' });
  const result: ToolResultBlock = {
    type: 'tool_result',
    tool_use_id: callId,
    ...(content.length === 0 ? {} : { content }),
    ...(isError ? { is_error: true } : {}),
    ...toCacheField(cache ?? parts.findLast((part) => part.cache)?.cache),
  };
  return [result, ...images];
}

/** Without its cache mark, which the service takes on the whole result alone. */
function writeResultPart(part: TextPart | ImagePart): TextBlock | ImageBlock | undefined {
  const { cache: _, ...unmarked } = part;
  return unmarked.type === 'text' ? writeText(unmarked) : writeImage(unmarked);
}
