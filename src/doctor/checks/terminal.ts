import { splitCommand, toShellWord } from '../../command-line.ts';
import type { Env } from '../../env.ts';
import type { InstalledCompletion } from '../../shell-completion/find-installed.ts';
import { canOpenBrowser } from '../../terminal/browser.ts';
import { detectColourLevel } from '../../terminal/capabilities.ts';
import { type Finding, joinFindings, ok, skip, warn } from '../check.ts';

export type TerminalFacts = {
  env: Env;
  platform: NodeJS.Platform;
  isTerminal: boolean;
  colour: boolean;
  columns: number;
  rows: number;
};

/** Programs are looked up as a start would. */
type Find = (program: string) => string | undefined;

/** Narrower, the chat cuts its status line and its tables. */
const leastColumns = 40;
const leastRows = 10;

export function checkTerminal({ env, platform, isTerminal, colour, columns, rows }: TerminalFacts): Finding {
  if (!isTerminal) return skip('the output is not a terminal');
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  const problems = [
    ...(env.TERM === 'dumb'
      ? [warn('TERM is dumb: the chat shows plain lines', 'export TERM=xterm-256color')]
      : []),
    ...(columns < leastColumns || rows < leastRows
      ? [
          warn(
            `${columns} columns and ${rows} rows are few`,
            `Make the window at least ${leastColumns} by ${leastRows}.`,
          ),
        ]
      : []),
    ...(platform !== 'win32' && locale && !/utf-?8/i.test(locale)
      ? [warn(`the locale ${locale} is not UTF-8`, 'export LC_ALL=C.UTF-8')]
      : []),
  ];
  const colours = {
    none: 'no colours',
    styles: 'no colours',
    '16': '16 colours',
    '256': '256 colours',
    truecolor: 'all colours',
  };
  const level = colour ? colours[detectColourLevel(env)] : 'no colours wanted';
  return joinFindings(problems) ?? ok(`${env.TERM ?? platform}, ${columns} columns, ${level}`);
}

const kittyPrograms = /^(?:WezTerm|ghostty|iTerm\.app|rio|WarpTerminal)$/;
const kittyTerms = /kitty|ghostty|alacritty|foot|wezterm/;

export type KeymapFacts = { path: string; problem?: { message: string; hint: string | undefined } };

/** Whether Shift+Enter can be told from Enter, and whether the file of keys can be used. */
export function checkKeys(terminal: TerminalFacts, keymap?: KeymapFacts): Finding {
  if (keymap?.problem) return warn(keymap.problem.message, keymap.problem.hint ?? '');
  const finding = checkShiftEnter(terminal);
  if (!keymap) return finding;
  const own = `your own keys: ${keymap.path}`;
  return ok(finding.status === 'ok' ? `${finding.detail}; ${own}` : own);
}

function checkShiftEnter({ env, isTerminal }: TerminalFacts): Finding {
  if (!isTerminal) return skip('the output is not a terminal');
  if (env.TMUX)
    return ok('tmux passes Shift+Enter on with: set -s extended-keys on; Alt+Enter and Ctrl+J always work');
  if (kittyPrograms.test(env.TERM_PROGRAM ?? '') || kittyTerms.test(env.TERM ?? ''))
    return ok('Shift+Enter makes a new line');
  return ok('Alt+Enter and Ctrl+J make a new line; Shift+Enter does in terminals that report it');
}

/** Text is copied by a program of the system, else by the terminal. */
export function checkClipboard({ env, platform, isTerminal }: TerminalFacts, find: Find): Finding {
  if (env.SSH_CONNECTION || env.SSH_TTY)
    return ok('by the terminal (OSC 52), because this is an SSH session');
  if (platform !== 'linux') return ok("the system's");
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return ok('by the terminal (OSC 52): there is no screen');
  if (env.WAYLAND_DISPLAY && !env.DISPLAY && !find('wl-copy'))
    return warn(
      `wl-copy is not installed${isTerminal ? '; the terminal is asked instead (OSC 52)' : ''}`,
      'sudo apt install wl-clipboard',
    );
  return ok(env.DISPLAY ? 'by xsel' : 'by wl-copy');
}

/** Pages are shown by the system's own opener, or by the program that BROWSER names. */
export function checkBrowser({ env, platform }: TerminalFacts, find: Find): Finding {
  // A colon is a part of a path on Windows.
  const named = env.BROWSER?.split(platform === 'win32' ? ';' : ':')
    .map((command) => splitCommand(command, platform)[0] ?? '')
    .filter(Boolean);
  if (named?.length && !named.some((program) => isThere(program, find)))
    return warn(`BROWSER names ${named.join(', ')}, which is not installed`, 'unset BROWSER');
  if (named?.length) return ok(`${named[0]}, from BROWSER`);
  if (!canOpenBrowser(env, platform))
    return ok('none can be shown here; login prints the URL to open elsewhere');
  return ok("the system's");
}

export function checkEditor({ env, platform }: TerminalFacts, find: Find): Finding {
  const variable = env.VISUAL?.trim() ? 'VISUAL' : env.EDITOR?.trim() ? 'EDITOR' : undefined;
  const command = variable === undefined ? (platform === 'win32' ? 'notepad' : 'vi') : (env[variable] ?? '');
  const [program = ''] = splitCommand(command, platform);
  if (isThere(program, find)) return ok(variable === undefined ? program : `${program}, from ${variable}`);
  const fix = 'export EDITOR=nano';
  return variable === undefined
    ? warn(`EDITOR is not set, and ${program} is not installed`, fix)
    : warn(`${variable} names ${program}, which is not installed`, fix);
}

/** Completion is a choice: a shell without it is no problem. */
export function checkCompletion({ shell, path, isOld = false }: InstalledCompletion): Finding {
  if (shell === undefined) return skip('SHELL names neither bash, zsh nor fish');
  if (path === undefined) return ok(`none in ${shell}; copilot-cli completion --help tells how to have it`);
  if (isOld)
    return warn(`${path} is of another version`, `copilot-cli completion ${shell} > ${toShellWord(path)}`);
  return ok(`in ${shell}, by ${path}`);
}

function isThere(program: string, find: Find): boolean {
  return find(program) !== undefined;
}
