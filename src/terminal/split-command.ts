/**
 * The words of a command, as a shell has them: quotes keep blanks together, and a backslash takes the next character as it is, between
 * double quotes only where it would mean something. Nothing is expanded.
 */
export function splitCommand(command: string): string[] {
  const words = command.matchAll(/(?:[^\s'"\\]|'[^']*'?|"(?:[^"\\]|\\[\s\S]?)*"?|\\[\s\S]?)+/g);
  return [...words].map(([word]) => unquote(word));
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'?|"((?:[^"\\]|\\[\s\S]?)*)"?|\\([\s\S]?)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
