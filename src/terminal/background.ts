import type { Env } from '../env.ts';

export type Background = 'dark' | 'light';

/** Asks the terminal for its background; what answers, answers with what `parseBackground` reads. */
export const backgroundQuery = '\u001b]11;?\u0007';

/** On this luminance black and white text stand out alike. */
const middleLuminance = 0.179;

/** What a terminal's reply to OSC 11 says of its background: `ESC ] 11 ; rgb:RRRR/GGGG/BBBB`, ended by BEL or ST. Undefined for all else. */
export function parseBackground(oscReply: string): Background | undefined {
  const [, red, green, blue] =
    /^\u001b\]11;(?:rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?)(?:\u0007|\u001b\\|$)/i.exec(
      oscReply,
    ) ??
    /^\u001b\]11;#([\da-f]{2})([\da-f]{2})([\da-f]{2})(?:\u0007|\u001b\\|$)/i.exec(oscReply) ??
    [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const luminance = 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
  return luminance > middleLuminance ? 'light' : 'dark';
}

/** A channel of one to four hexadecimal digits as light, from 0 to 1. */
function toLinear(digits: string): number {
  const value = Number.parseInt(digits, 16) / (16 ** digits.length - 1);
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** What COLORFGBG says, as rxvt, Konsole and others set it: the palette's numbers of the foreground and, last, of the background. */
export function toBackground(env: Env): Background | undefined {
  const number = /(?:^|;)(\d{1,2})$/.exec(env.COLORFGBG ?? '')?.[1];
  if (number === undefined || Number(number) > 15) return undefined;
  return Number(number) === 7 || Number(number) > 8 ? 'light' : 'dark';
}
