import type { Env } from '../env.ts';

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
  // tmux and screen hand links on only where they are told that the terminal outside takes them.
  if (env.TMUX || env.STY || /^(?:screen|tmux|dumb|linux)/.test(term)) return false;
  if (env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION) return true;
  if (Number(env.VTE_VERSION) >= firstVte) return true;
  return programs.test(env.TERM_PROGRAM ?? '') || terms.test(term);
}
