/** A word for a command line of a POSIX shell, in quotes only if it needs them. zsh expands `=` in front of a word. */
export function toShellWord(text: string): string {
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word as a person types it, with quotes and backslashes; the last one of a line may lack its closing quote. */
export const typedWord = /(?:[^\s'"\\]|'[^']*'?|"(?:[^"\\]|\\[\s\S]?)*"?|\\[\s\S]?)+/g;

/** The same on Windows, where a backslash is a part of a path, and a quote inside a word is one of a name. */
const windowsWord = /'[^']*'(?!\S)|(?:[^\s"]|"[^"]*"?)+/g;

/** Splits a command into words as a shell of the system does. Expands nothing. */
export function splitCommand(command: string, platform: NodeJS.Platform = process.platform): string[] {
  if (platform !== 'win32') return [...command.matchAll(typedWord)].map(([word]) => unquote(word));
  return [...command.matchAll(windowsWord)].map(([word]) =>
    /^'.*'$/s.test(word) ? word.slice(1, -1) : word.replaceAll('"', ''),
  );
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'?|"((?:[^"\\]|\\[\s\S]?)*)"?|\\([\s\S]?)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
