import { joinTexts, type PromptText, toData, toTyped } from '../prompt-text.ts';

/** The argument that marks where stdin goes. */
export const stdinMark = '-';

/**
 * One prompt from the words of the command line and the text of stdin: the words, a blank line, stdin; or, with a `-` among
 * the words, stdin in its place, with blank lines around it. Undefined where nothing is left to say.
 */
export function composePrompt(words: readonly string[], stdin: string | undefined): PromptText | undefined {
  const mark = words.indexOf(stdinMark);
  const before = mark === -1 ? words : words.slice(0, mark);
  const after = mark === -1 ? [] : words.slice(mark + 1);
  return composeParts([joinWords(before), toData(stdin ?? ''), joinWords(after)]);
}

/**
 * Words of the command line as one text. One of several lines mostly came out of a command, as in `"review: $(git diff)"`: it is data, since
 * what stands in a diff must not name files.
 */
export function joinWords(words: readonly string[]): PromptText {
  const hasLines = (word: string): boolean => word.trim().includes('\n');
  if (!words.some(hasLines)) return toTyped(words.join(' '));
  return joinTexts(
    words.map((word) => (hasLines(word) ? toData(word) : toTyped(word))),
    ' ',
  );
}

/** Parts of a prompt with a blank line between them. Undefined where none says anything. */
export function composeParts(parts: readonly PromptText[]): PromptText | undefined {
  const prompt = joinTexts(
    parts.filter(({ text }) => text.trim() !== ''),
    '\n\n',
  );
  return prompt.text === '' ? undefined : prompt;
}
