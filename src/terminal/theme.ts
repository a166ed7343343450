import type { ThemeName } from '../theme-names.ts';
import type { ColourLevel } from './colour-level.ts';
import { ansiPalette, type Palette, palettes, type RoleStyle, type ThemeRole } from './theme-palettes.ts';

export type Theme = {
  /** What is used in the end: `ansi` or `none` where the terminal has too few colours for another. */
  name: ThemeName;
  /** `text`, of one line, in the look of its role; painted text may be inside. Unchanged where there is no colour. */
  paint(role: ThemeRole, text: string): string;
};

/** An escape sequence that begins a look, and the one that ends it and leaves all others alone. */
type Sgr = { open: string; close: string };

/** The theme of this name, with as many colours as the terminal has. */
export function createTheme(name: ThemeName, level: ColourLevel): Theme {
  if (name === 'none' || level === 'none') return { name: 'none', paint: (_, text) => text };
  if (name === 'ansi' || level === '16') return createPainter('ansi', ansiPalette, level);
  return createPainter(name, palettes[name], level);
}

function createPainter(name: ThemeName, palette: Palette, level: ColourLevel): Theme {
  const codes = new Map(
    Object.entries(palette).map(([role, style]) => [role as ThemeRole, toSgrs(style, level)]),
  );
  return {
    name,
    paint(role, text) {
      if (text === '') return text;
      return (codes.get(role) ?? []).reduce(wrap, text);
    },
  };
}

/** What ends an inner look of the same kind would end this one too, so this one begins again after it. */
function wrap(text: string, { open, close }: Sgr): string {
  const inner = text.includes(close) ? text.replaceAll(close, close + open) : text;
  return open + inner + close;
}

function toSgrs(style: RoleStyle, level: ColourLevel): Sgr[] {
  const sgrs: Sgr[] = [];
  const add = (open: string | number, close: number): void => {
    sgrs.push({ open: `\u001b[${open}m`, close: `\u001b[${close}m` });
  };
  if (style.colour !== undefined) add(toColourCode(style.colour, 38, level), 39);
  if (style.ground !== undefined) add(toColourCode(style.ground, 48, level), 49);
  if (style.inverse) add(7, 27);
  if (style.deleted) add(9, 29);
  if (style.underline) add(4, 24);
  if (style.italic) add(3, 23);
  if (style.dim) add(2, 22);
  if (style.bold) add(1, 22);
  return sgrs;
}

/** `#rrggbb`, or one of the terminal's own colours as the code that it has for text. */
function toColourCode(colour: string | number, base: 38 | 48, level: ColourLevel): string {
  if (typeof colour === 'number') return String(base === 48 ? colour + 10 : colour);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  if (level === 'truecolor') return `${base};2;${red};${green};${blue}`;
  return `${base};5;${toPaletteIndex([red, green, blue])}`;
}

const cubeSteps = [0, 95, 135, 175, 215, 255];

/** The nearest of the 216 colours and 24 greys that every terminal of 256 colours has in the same places. */
function toPaletteIndex(rgb: [number, number, number]): number {
  const [red, green, blue] = rgb.map(toNearestStep) as [number, number, number];
  const grey = Math.min(23, Math.max(0, Math.round((rgb.reduce((sum, part) => sum + part, 0) / 3 - 8) / 10)));
  const cube = [red, green, blue].map((step) => cubeSteps[step] ?? 0);
  const distanceTo = (other: number[]): number =>
    rgb.reduce((sum, part, at) => sum + (part - (other[at] ?? 0)) ** 2, 0);
  const greyLevel = 8 + grey * 10;
  return distanceTo([greyLevel, greyLevel, greyLevel]) < distanceTo(cube)
    ? 232 + grey
    : 16 + 36 * red + 6 * green + blue;
}

function toNearestStep(part: number): number {
  const distances = cubeSteps.map((step) => Math.abs(step - part));
  return distances.indexOf(Math.min(...distances));
}
