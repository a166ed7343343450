import type { Sharp } from 'sharp';
import { CliError } from '../errors.ts';

export type ImageLimits = {
  maxBytes: number;
  /** Of the longer side, in pixels. */
  maxSide: number;
  /** The allowed media types. If the list is empty, any type is. */
  mediaTypes: readonly string[];
};

export type ConversionOrder = { bytes: Uint8Array; limits: ImageLimits };

export type ConvertedImage = {
  mediaType: string;
  bytes: Uint8Array;
  width: number;
  height: number;
  /** How many frames of an animation are lost. */
  framesLost: number;
};

type Format = 'image/png' | 'image/jpeg';
type Attempt = { format: Format; scale: number };

/** Of each side. Models hardly see more than two thousand pixels, so the first steps lose nothing. */
const scales = [1, 0.75, 0.5, 0.35, 0.25, 0.15];
const jpegQuality = 85;

/** Whether the model takes a format that we write. */
export function canConvertTo(mediaTypes: readonly string[]): boolean {
  return allow('image/png', mediaTypes) || allow('image/jpeg', mediaTypes);
}

/**
 * Converts to PNG or JPEG, as large as the limits allow: PNG if the image is transparent or fits in full size. Undefined if nothing fits. A
 * job of `worker.ts`, because only the end of its process stops native code. Throws CliError `usage` if the image is damaged.
 */
export async function convertImage({ bytes, limits }: ConversionOrder): Promise<ConvertedImage | undefined> {
  const { default: sharp } = await loadSharp();
  const open = (): Sharp => sharp(bytes).autoOrient();
  try {
    const { hasAlpha, pages = 1, width: fullWidth, height: fullHeight } = await open().metadata();
    const fullSide = Math.max(fullWidth, fullHeight);
    const opaque = !hasAlpha || (await open().stats()).isOpaque;
    for (const attempt of planAttempts(bytes, opaque, limits)) {
      if (fullSide * attempt.scale > limits.maxSide) continue;
      const { data, info } = await encode(open(), attempt);
      const { width, height } = info;
      if (data.length <= limits.maxBytes)
        return { mediaType: attempt.format, bytes: data, width, height, framesLost: pages - 1 };
    }
    return undefined;
  } catch (error) {
    throw new CliError('usage', 'the image is damaged, or too large to be made smaller here', {
      hint: 'Open it in another program and save it again.',
      cause: error,
    });
  }
}

/** Not installed with this program, because it is 20 MB of native code that few prompts need. */
async function loadSharp(): Promise<typeof import('sharp')> {
  try {
    return await import('sharp');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    throw new CliError(
      'usage',
      isMissing
        ? 'this image must be converted or made smaller, which needs the package sharp'
        : 'sharp, which converts images, does not work on this platform',
      {
        hint: `${isMissing ? 'Install it beside copilot-cli (npm install --global sharp), or save' : 'Save'} the image as a smaller JPEG or PNG first.`,
        cause: error,
      },
    );
  }
}

function planAttempts(bytes: Uint8Array, opaque: boolean, { maxBytes, mediaTypes }: ImageLimits): Attempt[] {
  const preferred: Format[] = opaque ? ['image/jpeg', 'image/png'] : ['image/png', 'image/jpeg'];
  const [format] = preferred.filter((candidate) => allow(candidate, mediaTypes));
  if (!format) return [];
  const lossless = bytes.length <= maxBytes && allow('image/png', mediaTypes);
  const first: Attempt[] = lossless ? [{ format: 'image/png', scale: 1 }] : [];
  return [...first, ...scales.map((scale) => ({ format, scale }))];
}

async function encode(image: Sharp, { format, scale }: Attempt): ReturnType<typeof toBytes> {
  const { autoOrient } = await image.metadata();
  const resized = scale === 1 ? image : image.resize({ width: Math.ceil(autoOrient.width * scale) });
  return toBytes(
    format === 'image/png'
      ? resized.png()
      : resized.flatten({ background: '#ffffff' }).jpeg({ quality: jpegQuality }),
  );
}

function toBytes(image: Sharp) {
  return image.toBuffer({ resolveWithObject: true });
}

function allow(mediaType: string, mediaTypes: readonly string[]): boolean {
  return mediaTypes.length === 0 || mediaTypes.includes(mediaType);
}
