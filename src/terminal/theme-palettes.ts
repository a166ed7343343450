import type { ThemeName } from '../theme-names.ts';

/** What a piece of text is. A palette has a style for each role. */
export type ThemeRole =
  | 'heading'
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
  | 'dim'
  | 'accent'
  | 'success'
  | 'warning'
  | 'error'
  | 'selected';

export type RoleStyle = {
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

export type Palette = Record<ThemeRole, RoleStyle>;

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
    heading: { colour: tones.blue, bold: true },
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
    dim: { colour: tones.grey },
    accent: { colour: tones.purple },
    success: { colour: tones.green },
    warning: { colour: tones.yellow },
    error: { colour: tones.red },
    selected: { colour: tones.selectedText, ground: tones.selectedGround },
  };
}

export const palettes: Record<Exclude<ThemeName, 'ansi' | 'none'>, Palette> = {
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

/** The terminal's own colours, which the person has chosen to be readable. No grey: in many palettes bright black is nearly the ground. */
export const ansiPalette: Palette = {
  heading: { bold: true, colour: blue },
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
  dim: { dim: true },
  accent: { colour: magenta },
  success: { colour: green },
  warning: { colour: yellow },
  error: { colour: red },
  selected: { inverse: true },
};
