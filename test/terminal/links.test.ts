import { expect, it } from 'vitest';
import { takesLinks } from '../../src/terminal/links.ts';

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
