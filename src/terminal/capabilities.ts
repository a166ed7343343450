import type { Env } from '../env.ts';
import type { Output } from './io.ts';

/** What a terminal can show, according to the environment. */
export type Capabilities = {
  /** Undefined if the terminal did not report it. */
  background: Background | undefined;
  level: ColourLevel;
  /** Whether a person can click a URL. */
  links: boolean;
};

export function detectCapabilities(env: Env, { colour, styles = false }: Output): Capabilities {
  return {
    background: readBackground(env),
    level: colour ? detectColourLevel(env) : styles ? 'styles' : 'none',
    links: takesLinks(env),
  };
}

/** `styles` is bold, underline and the like, without colour; `none` is no escape codes at all. */
export type ColourLevel = 'none' | 'styles' | '16' | '256' | 'truecolor';

const truecolorPrograms = /^(?:WezTerm|ghostty|vscode|Hyper|mintty|rio|WarpTerminal|Tabby|zed)$/;
const truecolorTerms = /-(?:truecolor|direct)$|^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour)/;

/** The colours that the terminal supports. Whether colour is wanted (NO_COLOR, FORCE_COLOR, `--color`, a pipe) is up to `wantsColour`. */
export function detectColourLevel(env: Env): ColourLevel {
  const term = env.TERM ?? '';
  if (term === 'dumb') return 'none';
  if (isScreen(env)) return /256/.test(term) ? '256' : '16';
  if (/^(?:truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 'truecolor';
  // tmux sets TERM_PROGRAM to itself, and COLORTERM only if its client has all colours.
  if (env.TMUX) return /256/.test(term) ? '256' : '16';
  if (env.WT_SESSION || truecolorTerms.test(term)) return 'truecolor';
  return levelOfProgram(env) ?? levelOfTerm(env, term);
}

/** GNU screen misreads the long colour codes, whatever COLORTERM says. */
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

/** Black and white text are equally readable on this luminance. */
const middleLuminance = 0.179;

/** Parts of the colour are from 0 to 255. */
export function toBackground({ red, green, blue }: { red: number; green: number; blue: number }): Background {
  const luminance = 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
  return luminance > middleLuminance ? 'light' : 'dark';
}

/** A part of a colour as light, from 0 to 1. */
function toLinear(part: number): number {
  const value = part / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Reads COLORFGBG, which rxvt, Konsole and others set: the palette numbers of the foreground and, last, of the background. */
export function readBackground(env: Env): Background | undefined {
  const number = /(?:^|;)(\d{1,2})$/.exec(env.COLORFGBG ?? '')?.[1];
  if (number === undefined || Number(number) > 15) return undefined;
  return Number(number) === 7 || Number(number) > 8 ? 'light' : 'dark';
}

const programs = /^(?:iTerm\.app|WezTerm|ghostty|vscode|Hyper|mintty|rio|WarpTerminal|Tabby|zed)$/;
const terms = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour)/;

/** GNOME Terminal and many others are built on VTE. VTE has links since 0.50, but 0.50.0 could crash on them. */
const firstVte = 5001;

/** Whether OSC 8 links work. Only known terminals count, because a few show the sequence as text. FORCE_HYPERLINK overrides this. */
export function takesLinks(env: Env): boolean {
  const { FORCE_HYPERLINK: forced, TERM: term = '' } = env;
  if (forced !== undefined && forced !== '') return forced !== '0';
  // tmux and screen pass links on only if they know that the outer terminal supports them.
  if (env.TMUX || env.STY || /^(?:screen|tmux|dumb|linux)/.test(term)) return false;
  if (env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION) return true;
  if (Number(env.VTE_VERSION) >= firstVte) return true;
  return programs.test(env.TERM_PROGRAM ?? '') || terms.test(term);
}

/**
 * Whether the terminal marks pastes. tmux hands on the marks of the terminal around it, and does not answer the question. Two others would show
 * a part of the question as text.
 */
export function knowsPasteMarks({ TERM = '', TERM_PROGRAM, TMUX }: Env): boolean | 'ask' {
  if (TMUX || TERM.startsWith('tmux') || TERM_PROGRAM === 'Apple_Terminal') return true;
  return TERM === 'linux' ? false : 'ask';
}
