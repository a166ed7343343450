import type { Env } from '../env.ts';
import type { Output } from './io.ts';

/** What a terminal shows, as far as the environment says. */
export type Capabilities = {
  /** Undefined if the terminal did not report it. */
  background: Background | undefined;
  level: ColourLevel;
  /** Whether a person can follow a URL by a click. */
  links: boolean;
};

export function detectCapabilities(env: Env, { colour }: Output): Capabilities {
  return {
    background: readBackground(env),
    level: colour ? detectColourLevel(env) : 'none',
    links: takesLinks(env),
  };
}

/** How many colours a terminal shows. */
export type ColourLevel = 'none' | '16' | '256' | 'truecolor';

const truecolorPrograms = /^(?:WezTerm|ghostty|vscode|Hyper|mintty|rio|WarpTerminal|Tabby|zed)$/;
const truecolorTerms = /-(?:truecolor|direct)$|^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour)/;

/**
 * What the terminal can show, by what it says of itself. Whether colour is wanted at all (NO_COLOR, FORCE_COLOR, `--color`, a pipe) is
 * `wantsColour`'s to say.
 */
export function detectColourLevel(env: Env): ColourLevel {
  const term = env.TERM ?? '';
  if (term === 'dumb') return 'none';
  if (isScreen(env)) return /256/.test(term) ? '256' : '16';
  if (/^(?:truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 'truecolor';
  // tmux hands on the TERM_PROGRAM of no terminal but itself, and says in COLORTERM whether its client has all colours.
  if (env.TMUX) return /256/.test(term) ? '256' : '16';
  if (env.WT_SESSION || truecolorTerms.test(term)) return 'truecolor';
  return levelOfProgram(env) ?? levelOfTerm(env, term);
}

/** GNU screen reads the long colour codes as something else, whatever COLORTERM it was started with says. */
function isScreen(env: Env): boolean {
  return Boolean(env.STY) || (!env.TMUX && /^screen(?:[.-]|$)/.test(env.TERM ?? ''));
}

function levelOfProgram(env: Env): ColourLevel | undefined {
  const program = env.TERM_PROGRAM ?? '';
  if (program === 'iTerm.app')
    return Number.parseInt(env.TERM_PROGRAM_VERSION ?? '', 10) >= 3 ? 'truecolor' : '256';
  if (program === 'Apple_Terminal') return '256';
  return truecolorPrograms.test(program) ? 'truecolor' : undefined;
}

function levelOfTerm(env: Env, term: string): ColourLevel {
  if (/256/.test(term)) return '256';
  // The console of Windows 10 and later sets no TERM.
  return term === '' && env.OS === 'Windows_NT' ? 'truecolor' : '16';
}

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

const programs = /^(?:iTerm\.app|WezTerm|ghostty|vscode|Hyper|mintty|rio|WarpTerminal|Tabby|zed)$/;
const terms = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour)/;

/** Since 0.50 VTE, which GNOME Terminal and many others are made of, knows links; the first version that did could crash of them. */
const firstVte = 5001;

/**
 * Whether the terminal makes text clickable by OSC 8. Most others pass it over, but a few show it, so only those count that are known to
 * take it. FORCE_HYPERLINK overrules, as in other programs: anything but 0 is yes.
 */
export function takesLinks(env: Env): boolean {
  const { FORCE_HYPERLINK: forced, TERM: term = '' } = env;
  if (forced !== undefined && forced !== '') return forced !== '0';
  // tmux and screen pass links on only if they know that the outer terminal takes them.
  if (env.TMUX || env.STY || /^(?:screen|tmux|dumb|linux)/.test(term)) return false;
  if (env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION) return true;
  if (Number(env.VTE_VERSION) >= firstVte) return true;
  return programs.test(env.TERM_PROGRAM ?? '') || terms.test(term);
}
