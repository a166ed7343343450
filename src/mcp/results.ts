import type { ContentBlock } from '@modelcontextprotocol/client';
import { cutMiddle } from '../cut-middle.ts';
import type { ImagePart, TextPart } from '../dialects/chat-request.ts';
import { formatJson } from '../json-value.ts';
import { maskSecrets } from '../redact.ts';
import { stripControls, toOneLine } from '../terminal-text.ts';
import { type Outcome, ToolError } from '../tools/tool.ts';

export type ServerResult = {
  content?: readonly ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean | undefined;
};

/** Characters of all texts of a result, of which a model gets the beginning and the end. */
const maxText = 150_000;
const maxBlocks = 500;
const maxImages = 16;
/** Of one image in base64: 5 MB. */
const maxImageText = 7_000_000;
const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** What a model gets of a server's result. `warning` is added for it, such as that the result has not the form that was promised. */
export function toOutcome(result: ServerResult, warning?: string): Outcome {
  const parts: (TextPart | ImagePart)[] = [];
  const content = result.content ?? [];
  let images = 0;
  for (const block of content.slice(0, maxBlocks)) {
    const part = toPart(block);
    if (part.type === 'image') images += 1;
    parts.push(
      images > maxImages && part.type === 'image' ? say('an image is left out: there are too many') : part,
    );
  }
  if (content.length > maxBlocks) parts.push(say(`${content.length - maxBlocks} further parts are left out`));
  // Servers put the same value into a text, for clients that do not know structured content.
  if (result.structuredContent !== undefined && !parts.some(({ type }) => type === 'text'))
    parts.push(toText(formatJson(result.structuredContent) ?? ''));
  if (parts.length === 0) parts.push(say('the tool answered with nothing'));
  if (warning !== undefined) parts.push(say(warning));
  return { parts: cutTexts(parts), ...(result.isError === true && { isError: true }) };
}

function toPart(block: ContentBlock): TextPart | ImagePart {
  switch (block.type) {
    case 'text':
      return toText(block.text);
    case 'image':
      return toImage(block.data, block.mimeType);
    case 'audio':
      return say(`audio (${toOneLine(block.mimeType)}) is left out: models of a chat cannot hear`);
    case 'resource_link':
      return toText(
        `Resource ${toOneLine(block.name)}: ${toOneLine(block.uri)}${describeType(block.mimeType)}`,
      );
    case 'resource':
      return toResourcePart(block.resource);
    default:
      block satisfies never;
      return say('a part of a kind that is not known is left out');
  }
}

export type ResourceContent = {
  uri: string;
  mimeType?: string | undefined;
  text?: string | undefined;
  blob?: string | undefined;
};

/** A resource as a model gets it, under its address. */
export function toResourcePart({ uri, mimeType, text, blob }: ResourceContent): TextPart | ImagePart {
  if (text !== undefined) return toText(`Resource ${toOneLine(uri)}:\n${text}`);
  if (blob !== undefined && mimeType !== undefined && imageTypes.includes(mimeType))
    return toImage(blob, mimeType);
  return say(
    `the resource ${toOneLine(uri)}${describeType(mimeType)} is left out: it is neither text nor an image`,
  );
}

/** In bytes, of the texts of a resource that a person names. */
const maxNamed = 1024 * 1024;

/** A resource that a person names, as a file would be: without a heading. Throws ToolError if it is too large, or neither text nor an image. */
export function toNamedParts(contents: readonly ResourceContent[]): (TextPart | ImagePart)[] {
  const parts = contents.slice(0, maxBlocks).map(toNamedPart);
  if (parts.length === 0) throw new ToolError('there is nothing in it');
  if (parts.filter(({ type }) => type === 'image').length > maxImages || contents.length > maxBlocks)
    throw new ToolError('it has too many parts');
  return parts;
}

function toNamedPart({ mimeType = '', text, blob }: ResourceContent): TextPart | ImagePart {
  if (text === undefined && blob !== undefined && imageTypes.includes(mimeType.toLowerCase())) {
    const image = toImage(blob, mimeType);
    if (image.type === 'image') return image;
    throw new ToolError(image.text.slice(1, -1));
  }
  const size = text === undefined ? Buffer.byteLength(blob ?? '', 'base64') : Buffer.byteLength(text);
  if (size > maxNamed) throw new ToolError('it is larger than 1 MB');
  if (text !== undefined) return toText(text);
  if (blob !== undefined && /^text\/|[/+](?:json|xml|yaml|javascript)$/i.test(mimeType))
    return toText(Buffer.from(blob, 'base64').toString('utf8'));
  throw new ToolError(`it${describeType(mimeType || undefined)} is neither text nor an image`);
}

function toImage(data: string, mimeType: string): TextPart | ImagePart {
  const type = mimeType.toLowerCase();
  if (!imageTypes.includes(type)) return say(`an image of the type ${toOneLine(mimeType)} is left out`);
  if (data.length > maxImageText) return say('an image of more than 5 MB is left out');
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data)) return say('an image is left out: it is not base64');
  return { type: 'image', source: { mediaType: type, data: data.replace(/\s+/g, '') } };
}

function describeType(mimeType: string | undefined): string {
  return mimeType === undefined ? '' : ` (${toOneLine(mimeType)})`;
}

/** Escape sequences mean nothing to a model, and harm a terminal. Tokens are masked before the middle goes: half of one is not known for one. */
function toText(text: string): TextPart {
  return { type: 'text', text: maskSecrets(stripControls(text)) };
}

function say(sentence: string): TextPart {
  return { type: 'text', text: `[${sentence}]` };
}

/** Each text gets its share, and loses its middle. */
function cutTexts(parts: (TextPart | ImagePart)[]): (TextPart | ImagePart)[] {
  const texts = parts.filter((part): part is TextPart => part.type === 'text');
  const total = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (total <= maxText) return parts;
  const room = shareOut(
    texts.map(({ text }) => text.length),
    maxText,
  );
  return parts.map((part) =>
    part.type === 'text' ? { ...part, text: cutMiddle(part.text, { length: room }, describeCut) } : part,
  );
}

/** The greatest length that all texts may have so that they fit together. */
function shareOut(lengths: readonly number[], room: number): number {
  let rest = room;
  const sorted = [...lengths].sort((one, other) => one - other);
  for (const [index, length] of sorted.entries()) {
    const share = Math.floor(rest / (sorted.length - index));
    if (length > share) return share;
    rest -= length;
  }
  return room;
}

function describeCut(left: number): string {
  return `${left} characters in the middle are left out: ask the tool for less`;
}
