/** The shells that completion works in. Loaded at every start, for the help. */
export const shellNames = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type ShellName = (typeof shellNames)[number];

export function isShellName(text: string): text is ShellName {
  return (shellNames as readonly string[]).includes(text);
}
