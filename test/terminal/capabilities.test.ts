import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import {
  type ColourLevel,
  detectColourLevel,
  knowsPasteMarks,
  readBackground,
  takesLinks,
  toBackground,
} from '../../src/terminal/capabilities.ts';

describe('the colours of a terminal', () => {
  it.each<[what: string, env: Env, level: ColourLevel]>([
    ['says truecolor', { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolor'],
    ['says 24bit', { TERM: 'xterm', COLORTERM: '24bit' }, 'truecolor'],
    ['is dumb', { TERM: 'dumb', COLORTERM: 'truecolor' }, 'none'],
    ['is Windows Terminal', { WT_SESSION: '1' }, 'truecolor'],
    ['is the console of Windows', { OS: 'Windows_NT' }, 'truecolor'],
    ['is kitty', { TERM: 'xterm-kitty' }, 'truecolor'],
    ['is a direct one', { TERM: 'xterm-direct' }, 'truecolor'],
    [
      'is iTerm2',
      { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.1' },
      'truecolor',
    ],
    [
      'is an old iTerm',
      { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '2.9' },
      '256',
    ],
    ['is the Terminal of macOS', { TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, '256'],
    ['is VS Code', { TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' }, 'truecolor'],
    [
      'is tmux in a terminal of all colours',
      { TERM: 'tmux-256color', TMUX: '/tmp/t', COLORTERM: 'truecolor' },
      'truecolor',
    ],
    ['is tmux', { TERM: 'screen-256color', TMUX: '/tmp/t', TERM_PROGRAM: 'tmux' }, '256'],
    [
      'is screen, with the COLORTERM of what it runs in',
      { TERM: 'screen', STY: '1.p', COLORTERM: 'truecolor' },
      '16',
    ],
    ['is screen at the other end of SSH', { TERM: 'screen.xterm-256color', COLORTERM: 'truecolor' }, '256'],
    ['has 256 colours', { TERM: 'xterm-256color' }, '256'],
    ['is the console of Linux', { TERM: 'linux' }, '16'],
    ['says nothing', {}, '16'],
  ])('that %s', (_, env, level) => {
    expect(detectColourLevel(env)).toBe(level);
  });
});

describe('the background of a terminal', () => {
  it.each([
    ['#1e1e1e', 'dark'],
    ['#002b36', 'dark'],
    ['#000080', 'dark'],
    ['#ffffff', 'light'],
    ['#fdf6e3', 'light'],
    ['#8fbc8f', 'light'],
  ])('%s is %s', (colour, background) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
      Number.parseInt(colour.slice(at, at + 2), 16),
    );
    expect(toBackground({ red, green, blue })).toBe(background);
  });

  it.each([
    ['15;0', 'dark'],
    ['0;15', 'light'],
    ['0;default;7', 'light'],
    ['7;8', 'dark'],
    ['12;default', undefined],
    ['0;99', undefined],
    ['', undefined],
  ])('is read from COLORFGBG=%s', (value, background) => {
    expect(readBackground({ COLORFGBG: value })).toBe(background);
  });

  it('is not known without it', () => {
    expect(readBackground({})).toBeUndefined();
  });
});

it.each([
  ['Windows Terminal', { WT_SESSION: 'a-guid' }],
  ['kitty', { TERM: 'xterm-kitty' }],
  ['kitty with a TERM of its own', { TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }],
  ['GNOME Terminal', { TERM: 'xterm-256color', VTE_VERSION: '7600' }],
  ['Konsole', { TERM: 'xterm-256color', KONSOLE_VERSION: '230800' }],
  ['iTerm2', { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }],
  ['VS Code', { TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' }],
  ['foot', { TERM: 'foot' }],
  ['tmux, where a person says so', { TMUX: '/tmp/tmux,1,0', FORCE_HYPERLINK: '1' }],
])('%s takes links', (_, env) => {
  expect(takesLinks(env)).toBe(true);
});

it.each([
  ['an unknown terminal', { TERM: 'xterm-256color' }],
  ['Terminal.app', { TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }],
  ['a VTE that crashes of them', { TERM: 'xterm', VTE_VERSION: '4905' }],
  ['tmux inside kitty', { TERM: 'tmux-256color', TMUX: '/tmp/tmux,1,0', KITTY_WINDOW_ID: '1' }],
  ['screen inside VS Code', { TERM: 'screen.xterm-256color', STY: '1.pts', TERM_PROGRAM: 'vscode' }],
  ['the Linux console', { TERM: 'linux' }],
  ['TERM=dumb inside VS Code', { TERM: 'dumb', TERM_PROGRAM: 'vscode' }],
  ['iTerm2, where a person says so', { TERM_PROGRAM: 'iTerm.app', FORCE_HYPERLINK: '0' }],
])('%s takes none', (_, env) => {
  expect(takesLinks(env)).toBe(false);
});

describe('the marks of a paste', () => {
  it.each([
    [{ TERM: 'xterm-256color' }, 'ask'],
    [{ TERM: 'screen-256color' }, 'ask'],
    [{ TERM: 'screen-256color', TMUX: '/tmp/tmux-0/default,1,0' }, true],
    [{ TERM: 'tmux-256color' }, true],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, true],
    [{ TERM: 'linux' }, false],
    [{}, 'ask'],
  ])('are known of %j: %s', (env, known) => {
    expect(knowsPasteMarks(env)).toBe(known);
  });
});
