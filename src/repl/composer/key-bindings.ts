import type { NamedKey } from '../keys/key.ts';

const table: Record<string, string> = {
  enter: 'send',
  'alt+enter': 'new-line',
  'shift+enter': 'new-line',
  'ctrl+j': 'new-line',
  escape: 'stop',
  'ctrl+c': 'interrupt',
  'ctrl+d': 'delete-forward-or-leave',
  up: 'up',
  down: 'down',
  left: 'left',
  right: 'right',
  home: 'line-start',
  'ctrl+a': 'line-start',
  end: 'line-end',
  'ctrl+e': 'line-end',
  backspace: 'delete-back',
  delete: 'delete-forward',
  'ctrl+w': 'delete-word-back',
  'ctrl+u': 'delete-to-line-start',
  'ctrl+k': 'delete-to-line-end',
  'ctrl+y': 'yank',
  'ctrl+_': 'undo',
  'ctrl+o': 'toggle-reasoning',
  'ctrl+l': 'redraw',
  tab: 'complete',
  'ctrl+g': 'editor',
  'ctrl+r': 'history-search',
  'ctrl+z': 'suspend',
};
export function findCommand(key: NamedKey): string | undefined {
  return table[`${key.ctrl ? 'ctrl+' : ''}${key.alt ? 'alt+' : ''}${key.shift ? 'shift+' : ''}${key.name}`];
}
export const keyBindings: { keys: string[]; command: string; description: string }[] = [];
