import type { Env } from '../env.ts';

export type Background = 'dark' | 'light';

/** On this luminance black and white text stand out alike. */
const middleLuminance = 0.179;

/** What a colour is to read on. Its parts are from 0 to 255. */
export function toBackground({ red, green, blue }: { red: number; green: number; blue: number }): Background {
  const luminance = 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
  return luminance > middleLuminance ? 'light' : 'dark';
}

/** A part of a colour as light, from 0 to 1. */
function toLinear(part: number): number {
  const value = part / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** What COLORFGBG says, as rxvt, Konsole and others set it: the palette's numbers of the foreground and, last, of the background. */
export function readBackground(env: Env): Background | undefined {
  const number = /(?:^|;)(\d{1,2})$/.exec(env.COLORFGBG ?? '')?.[1];
  if (number === undefined || Number(number) > 15) return undefined;
  return Number(number) === 7 || Number(number) > 8 ? 'light' : 'dark';
}
