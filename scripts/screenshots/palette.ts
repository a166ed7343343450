import type { Cell, Colour } from '../../test/emulator/cell.ts';

export type ThemeName = 'dark' | 'light';

/** Colours as #rrggbb. */
export type Theme = {
  background: string;
  foreground: string;
  /** The bar of the window, its line, and its title. */
  bar: string;
  edge: string;
  title: string;
  cursor: string;
  /** The first 16 of the 256 colours. */
  palette: string[];
};

/** Both have a contrast of 4.5 or more between their text colours, dim text aside, and the background. */
export const themes: Record<ThemeName, Theme> = {
  dark: {
    background: '#16181d',
    foreground: '#d5d9e0',
    bar: '#22252c',
    edge: '#33373f',
    title: '#9aa2b0',
    cursor: '#d5d9e0',
    palette: [
      ...['#3b4049', '#f0717b', '#8fcf7f', '#e5c07b', '#6cb2f7', '#cf8ee8', '#5ac8c8', '#c5cad3'],
      ...['#808997', '#ff8d96', '#a9e09a', '#f5d694', '#8cc6ff', '#e0aaf5', '#7fdede', '#ffffff'],
    ],
  },
  light: {
    background: '#fdfdfc',
    foreground: '#2b2f36',
    bar: '#eeeeec',
    edge: '#d4d4d0',
    title: '#666b75',
    cursor: '#2b2f36',
    palette: [
      ...['#2b2f36', '#b9262f', '#2e7323', '#8a5a00', '#1a63b8', '#8a35a8', '#106f6f', '#5d636e'],
      ...['#6b717c', '#c9323b', '#35792b', '#8f6000', '#2270c9', '#9a45b8', '#177878', '#16181d'],
    ],
  },
};

/** How a cell is painted; `background` is missing where it is that of the window. */
export type Paint = { foreground: string; background: string | undefined };

export function toPaint(cell: Cell, theme: Theme): Paint {
  const own = {
    foreground: toHex(cell.foreground, theme) ?? theme.foreground,
    background: toHex(cell.background, theme),
  };
  const { foreground, background } = cell.inverse
    ? { foreground: own.background ?? theme.background, background: own.foreground }
    : own;
  return {
    foreground: cell.dim ? mix(foreground, background ?? theme.background, 0.66) : foreground,
    background,
  };
}

function toHex(colour: Colour, theme: Theme): string | undefined {
  if (colour === 'default') return undefined;
  if (typeof colour === 'string') return colour;
  return theme.palette[colour] ?? toCubeOrGrey(colour);
}

/** Colours 16 to 231 are a cube of six levels a channel, the rest a ramp of greys. */
function toCubeOrGrey(index: number): string {
  if (index >= 232) return toRgb([0, 0, 0].map(() => 8 + (index - 232) * 10));
  const position = index - 16;
  const levels = [Math.floor(position / 36), Math.floor(position / 6) % 6, position % 6];
  return toRgb(levels.map((level) => (level === 0 ? 0 : 55 + level * 40)));
}

function toRgb(channels: number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** `share` of the first colour, and the rest of the second. */
function mix(first: string, second: string, share: number): string {
  const toChannels = (hex: string): number[] =>
    (hex.slice(1).match(/../g) ?? []).map((part) => Number.parseInt(part, 16));
  const others = toChannels(second);
  return toRgb(
    toChannels(first).map((channel, index) =>
      Math.round(channel * share + (others[index] ?? 0) * (1 - share)),
    ),
  );
}
