/** The argument that marks where stdin goes. */
export const stdinMark = '-';

/**
 * One prompt from the words of the command line and the text of stdin: the words, a blank line, stdin; or, with a `-` among
 * the words, stdin in its place, with blank lines around it. Undefined where nothing is left to say.
 */
export function composePrompt(words: readonly string[], stdin: string | undefined): string | undefined {
  const mark = words.indexOf(stdinMark);
  const before = mark === -1 ? words : words.slice(0, mark);
  const after = mark === -1 ? [] : words.slice(mark + 1);
  const parts = [before.join(' '), stdin ?? '', after.join(' ')];
  const prompt = parts.filter((part) => part.trim() !== '').join('\n\n');
  return prompt === '' ? undefined : prompt;
}
