import { basename } from 'node:path';
import { describeCount } from '../describe-count.ts';
import type { DocumentPart, ImagePart } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { addFile, advise, modelWith } from '../hint.ts';
import { runBeside } from '../off-thread/helper.ts';
import {
  type ConversionOrder,
  type ConvertedImage,
  canConvertTo,
  type ImageLimits,
} from './convert-image.ts';
import { decodeText } from './decode-text.ts';
import { createMissingFileError, createUnreadableFileError, isMissing, toLasting } from './file-errors.ts';
import { type Found, readFound } from './found.ts';
import { readImageSize, sniffMediaType } from './media-type.ts';

export type MediaOptions = Omit<ImageLimits, 'maxSide'> & {
  /** What names it on a command line, if that is not its path. */
  spec?: string | undefined;
  onNotice: (sentence: string) => void;
  signal?: AbortSignal | undefined;
};

/** For models without a `max_prompt_image_size`; other models have this value. */
export const defaultMaxImageBytes = 3_145_728;

/** In pixels, from Anthropic's documentation; the catalogue has no limit. Larger images are decompression bombs, or too fine to see. */
const maxImageSide = 8_000;

/** Larger files are unlikely to be made to fit. */
const maxFileBytes = 64 * 1024 * 1024;
/** The largest request that is known to be accepted. */
const maxDocumentBytes = 32 * 1024 * 1024;

/** Time limit for shrinking an image, in milliseconds. A large photograph takes a second. */
const conversionMs = 60_000;

/** We have no decoder for these. A model that takes them gets them unchanged. */
const closedTypes: Record<string, string> = {
  'image/heic': 'HEIC',
  'image/heif': 'HEIF',
  'image/avif': 'AVIF',
};

/** Loads a file as `toMediaPart` does. Also throws CliError `usage` if it does not exist. */
export async function loadMediaFile(found: Found, options: MediaOptions): Promise<ImagePart | DocumentPart> {
  return toMediaPart(found.path, await readMedia(found, options.signal), options);
}

/**
 * An image or a document, recognised by its bytes. `path` is the person's name for it. Converts an image that is too large or of the wrong
 * kind for the model, with a notice. Throws CliError `usage` if it cannot be attached, `model` if the model does not take it, and
 * `input_too_large` if it cannot be made to fit.
 */
export async function toMediaPart(
  path: string,
  bytes: Buffer,
  options: MediaOptions,
): Promise<ImagePart | DocumentPart> {
  const mediaType = sniffMediaType(bytes);
  if (mediaType === undefined) throw createUnknownKindError(path, bytes, options.spec);
  const isTaken = options.mediaTypes.includes(mediaType);
  if (mediaType in closedTypes && !isTaken) throw createClosedTypeError(path, mediaType);
  const isAllowed = isTaken || options.mediaTypes.length === 0;
  if (mediaType === 'application/pdf') return toDocument(path, bytes, mediaType, isAllowed);
  const size = readImageSize(bytes);
  if (!size && /^image\/(?:png|gif|jpeg|webp)$/.test(mediaType))
    throw new CliError('usage', `${path}: the image is damaged`, {
      hint: 'Open it in a viewer, and save it again.',
    });
  const { width = 0, height = 0 } = size ?? {};
  const isSmall = bytes.length <= options.maxBytes && Math.max(width, height) <= maxImageSide;
  if (isAllowed && isSmall) return toImage(mediaType, bytes);
  if (mediaType in closedTypes) throw createTooLargeError(path, options.maxBytes);
  return fitImage(path, bytes, mediaType, options);
}

async function readMedia(found: Found, signal: AbortSignal | undefined): Promise<Buffer> {
  const { path } = found;
  const bytes = await readFound(found, maxFileBytes, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw isMissing(error) ? createMissingFileError(path, '.') : createUnreadableFileError(path, error);
  });
  if (bytes.length > maxFileBytes) throw createTooLargeError(path, maxFileBytes);
  return bytes;
}

function toDocument(path: string, bytes: Buffer, mediaType: string, isAllowed: boolean): DocumentPart {
  if (!isAllowed) throw createRefusedTypeError(path, mediaType);
  if (bytes.length > maxDocumentBytes) throw createTooLargeError(path, maxDocumentBytes);
  return { type: 'document', mediaType, data: bytes.toString('base64'), title: basename(path) };
}

function toImage(mediaType: string, bytes: Uint8Array): ImagePart {
  return { type: 'image', source: { mediaType, data: Buffer.from(bytes).toString('base64') } };
}

async function fitImage(
  path: string,
  bytes: Buffer,
  mediaType: string,
  options: MediaOptions,
): Promise<ImagePart> {
  if (!canConvertTo(options.mediaTypes)) throw createRefusedTypeError(path, mediaType);
  const { maxBytes, mediaTypes, signal } = options;
  const converted = await runBeside<ConversionOrder, ConvertedImage | undefined>(
    { bytes, limits: { maxBytes, maxSide: maxImageSide, mediaTypes } },
    { job: 'convert-image', place: 'process', signal, maxMs: conversionMs },
  ).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error instanceof CliError ? new CliError(error.code, `${path}: ${error.message}`, error) : error;
  });
  if (!converted) throw createTooLargeError(path, options.maxBytes);
  const { width, height, framesLost } = converted;
  const animation = framesLost > 0 ? ' Only the first picture of the animation is left.' : '';
  const before = `${toFormatName(mediaType)} of ${describeSize(bytes.length)}`;
  const after = `${toFormatName(converted.mediaType)} of ${describeSize(converted.bytes.length)}`;
  options.onNotice(`${path}, a ${before}, is sent as a ${after}, ${width} by ${height} pixels.${animation}`);
  return toImage(converted.mediaType, converted.bytes);
}

function createUnknownKindError(path: string, bytes: Buffer, spec = path): CliError {
  if (bytes.length === 0) return new CliError('usage', `${path} is empty`);
  const isText = decodeText(bytes) !== undefined;
  return new CliError('usage', `${path} is neither an image nor a PDF`, {
    hint: isText
      ? advise`It is text, which goes into the prompt with ${addFile(toLasting(spec))}`
      : 'Save it as PNG, JPEG or PDF.',
  });
}

function createClosedTypeError(path: string, mediaType: string): CliError {
  return new CliError('usage', `${path} is ${closedTypes[mediaType]}, which is not supported`, {
    hint: 'Save it as JPEG or PNG.',
  });
}

function createRefusedTypeError(path: string, mediaType: string): CliError {
  return new CliError('model', `the model does not take ${path}, a ${toFormatName(mediaType)}`, {
    hint: advise`Choose ${modelWith('vision')}.`,
  });
}

function createTooLargeError(path: string, maxBytes: number): CliError {
  return new CliError('input_too_large', `${path} is larger than ${describeSize(maxBytes)}`, {
    hint: 'Attach a smaller one.',
  });
}

export function toFormatName(mediaType: string): string {
  return mediaType.replace(/^.*\//, '').toUpperCase();
}

export function describeSize(bytes: number): string {
  const megabytes = bytes / (1024 * 1024);
  if (bytes < 1024) return describeCount(bytes, 'byte');
  return megabytes < 0.1 ? `${Math.ceil(bytes / 1024)} KB` : `${megabytes.toFixed(1)} MB`;
}
