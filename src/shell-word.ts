/** A word for a command line of a POSIX shell, in quotes only if it needs them. zsh expands `=` in front of a word. */
export function toShellWord(text: string): string {
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
