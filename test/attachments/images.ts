import sharp, { type Sharp } from 'sharp';

type Size = { width: number; height: number };

/** Noise, which no format makes small. */
export function createNoise({ width, height }: Size): Sharp {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  return sharp({ create: { width, height, channels: 3, background: '#888888', noise } });
}

export function createPlain({ width, height }: Size, background = '#336699'): Sharp {
  return sharp({ create: { width, height, channels: 4, background } });
}

/** See-through noise. */
export async function createVeil(size: Size): Promise<Sharp> {
  return sharp(await createNoise(size).ensureAlpha(0.5).png().toBuffer());
}

/** Of two frames. */
export async function createAnimation({ width, height }: Size): Promise<Buffer> {
  const frames = await Promise.all(
    ['#ff0000', '#0000ff'].map((colour) => createPlain({ width, height }, colour).png().toBuffer()),
  );
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
}
