import type { Env } from '../env.ts';

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
