import type { ThemeName } from '../theme-names.ts';
import type { Background, ColourLevel } from './capabilities.ts';

export type ThemeRole =
  | 'title'
  | 'heading'
  | 'subheading'
  | 'strong'
  | 'emphasis'
  | 'deleted'
  | 'link'
  | 'quote'
  | 'rule'
  | 'list-mark'
  | 'code'
  | 'code-frame'
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'function'
  | 'type'
  | 'variable'
  | 'added'
  | 'removed'
  | 'user'
  | 'prompt'
  | 'answer'
  | 'dim'
  | 'accent'
  | 'success'
  | 'warning'
  | 'error'
  | 'selected';

export type Theme = {
  /** The theme in use: `ansi` or `none` if the terminal has too few colours for another. `none` has no colours. */
  name: ThemeName;
  /** Whether anything is painted at all. Without colour, bold and underline may be left. */
  isStyled: boolean;
  /** Paints one line, which may contain painted text. Returns it unchanged if there is no colour. */
  paint(role: ThemeRole, text: string): string;
};

/** `close` ends only the look that `open` begins. */
type Sgr = { open: string; close: string };

/** The theme that the person chose. `auto` follows the background, and means dark if the background is unknown. */
export function chooseTheme(
  choice: ThemeName | 'auto',
  { background = 'dark', level }: { background: Background | undefined; level: ColourLevel },
): Theme {
  return createTheme(choice === 'auto' ? background : choice, level);
}

export function createTheme(name: ThemeName, level: ColourLevel): Theme {
  if (level === 'none') return { name: 'none', isStyled: false, paint: (_, text) => text };
  if (name === 'none' || level === 'styles') return createPainter('none', stylesPalette, level);
  if (name === 'ansi' || level === '16') return createPainter('ansi', ansiPalette, level);
  return createPainter(name, palettes[name], level);
}

function createPainter(name: ThemeName, palette: Palette, level: ColourLevel): Theme {
  const codes = new Map(
    Object.entries(palette).map(([role, style]) => [role as ThemeRole, toSgrs(style, level)]),
  );
  return {
    name,
    isStyled: true,
    paint(role, text) {
      if (text === '') return text;
      return (codes.get(role) ?? []).reduce(wrap, text);
    },
  };
}

/** The end of an inner look ends this one too if both are of one kind, so this one begins again. */
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

/** Takes `#rrggbb`, or the foreground code of one of the terminal's own colours. */
function toColourCode(colour: string | number, base: 38 | 48, level: ColourLevel): string {
  if (typeof colour === 'number') return String(base === 48 ? colour + 10 : colour);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  if (level === 'truecolor') return `${base};2;${red};${green};${blue}`;
  return `${base};5;${toPaletteIndex([red, green, blue])}`;
}

const cubeSteps = [0, 95, 135, 175, 215, 255];

/** The nearest of the 216 colours and 24 greys that all terminals with 256 colours share. */
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

type RoleStyle = {
  /** `#rrggbb`, or the code of one of the terminal's own colours. */
  colour?: string | number;
  ground?: string | number;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  deleted?: true;
  inverse?: true;
};

type Palette = Record<ThemeRole, RoleStyle>;

/** One tone for each kind of meaning; the roles share them. */
type Tones = Record<
  | 'blue'
  | 'purple'
  | 'green'
  | 'red'
  | 'yellow'
  | 'orange'
  | 'teal'
  | 'grey'
  | 'selectedText'
  | 'selectedGround',
  string
>;

function createPalette(tones: Tones): Palette {
  return {
    title: { colour: tones.blue, bold: true, underline: true },
    heading: { colour: tones.blue, bold: true },
    subheading: { bold: true, italic: true },
    strong: { bold: true },
    emphasis: { italic: true },
    deleted: { colour: tones.grey, deleted: true },
    link: { colour: tones.blue, underline: true },
    quote: { colour: tones.grey },
    rule: { colour: tones.grey },
    'list-mark': { colour: tones.teal },
    code: { colour: tones.orange },
    'code-frame': { colour: tones.grey },
    keyword: { colour: tones.purple },
    string: { colour: tones.green },
    number: { colour: tones.orange },
    comment: { colour: tones.grey, italic: true },
    function: { colour: tones.blue },
    type: { colour: tones.yellow },
    variable: { colour: tones.teal },
    added: { colour: tones.green },
    removed: { colour: tones.red },
    user: { colour: tones.teal, bold: true },
    prompt: { colour: tones.grey },
    answer: { colour: tones.purple },
    dim: { colour: tones.grey },
    accent: { colour: tones.purple },
    success: { colour: tones.green },
    warning: { colour: tones.yellow },
    error: { colour: tones.red },
    selected: { colour: tones.selectedText, ground: tones.selectedGround },
  };
}

const palettes: Record<Exclude<ThemeName, 'ansi' | 'none'>, Palette> = {
  dark: createPalette({
    blue: '#6cb6ff',
    purple: '#d2a8ff',
    green: '#7ee787',
    red: '#ff8f87',
    yellow: '#e3b341',
    orange: '#ffa657',
    teal: '#76d9d0',
    grey: '#9aa4af',
    selectedText: '#ffffff',
    selectedGround: '#1f4b8e',
  }),
  light: createPalette({
    blue: '#0550ae',
    purple: '#7a3fc9',
    green: '#116329',
    red: '#b3202c',
    yellow: '#7d4e00',
    orange: '#9a3d00',
    teal: '#0b6270',
    grey: '#59636e',
    selectedText: '#0b1f3a',
    selectedGround: '#cfe4ff',
  }),
  'dark-high-contrast': createPalette({
    blue: '#91cbff',
    purple: '#e0c2ff',
    green: '#8ff09a',
    red: '#ffb3ad',
    yellow: '#f7d060',
    orange: '#ffc080',
    teal: '#95efe6',
    grey: '#c3cbd4',
    selectedText: '#000000',
    selectedGround: '#9ecbff',
  }),
  'light-high-contrast': createPalette({
    blue: '#023b95',
    purple: '#5a22a8',
    green: '#024c1a',
    red: '#86061d',
    yellow: '#5c3300',
    orange: '#702c00',
    teal: '#044350',
    grey: '#3d444d',
    selectedText: '#ffffff',
    selectedGround: '#023b95',
  }),
};

const [red, green, yellow, blue, magenta, cyan] = [31, 32, 33, 34, 35, 36];

/** The terminal's own colours, which the person has made readable. No grey: bright black is often nearly the background. */
const ansiPalette: Palette = {
  title: { bold: true, underline: true, colour: blue },
  heading: { bold: true, colour: blue },
  subheading: { bold: true, italic: true },
  strong: { bold: true },
  emphasis: { italic: true },
  deleted: { deleted: true, dim: true },
  link: { underline: true, colour: blue },
  quote: { dim: true },
  rule: { dim: true },
  'list-mark': { colour: cyan },
  code: { colour: cyan },
  'code-frame': { dim: true },
  keyword: { colour: magenta },
  string: { colour: green },
  number: { colour: yellow },
  comment: { dim: true, italic: true },
  function: { colour: blue },
  type: { colour: yellow },
  variable: { colour: cyan },
  added: { colour: green },
  removed: { colour: red },
  user: { colour: cyan, bold: true },
  prompt: { dim: true },
  answer: { colour: magenta },
  dim: { dim: true },
  accent: { colour: magenta },
  success: { colour: green },
  warning: { colour: yellow },
  error: { colour: red },
  selected: { inverse: true },
};

/** The same without colours. */
const stylesPalette = Object.fromEntries(
  Object.entries(ansiPalette).map(([role, { colour: _, ground: __, ...style }]) => [role, style]),
) as Palette;
