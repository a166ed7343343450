import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { type ColourLevel, detectColourLevel } from '../../src/terminal/colour-level.ts';

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
