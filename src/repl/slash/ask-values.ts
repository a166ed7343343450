import { stripControls, toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { type Call, keepAnswers } from '../dialogs/begun-answers.ts';

/**
 * Asks for the values of a prompt, one after the other. Undefined if the person left: they are told so. Until `forgetAnswers`, the same questions
 * begin with what was typed.
 */
export async function askValues(
  { dialogs, transcript }: Pick<ReplApp, 'dialogs' | 'transcript'>,
  { command, words }: Call,
  questions: readonly { name: string; question: string }[],
): Promise<Record<string, string> | undefined> {
  const kept = keepAnswers(dialogs, command, { command, words });
  const values: [string, string][] = [];
  const visit = {};
  for (const { name, question } of questions) {
    const value = await dialogs.text(`${toOneLine(question)}:`, {
      text: kept.get(name) ?? '',
      visit,
      onChange: (text) => kept.set(name, text),
    });
    if (value === undefined) {
      const isTyped = questions.some((one) => kept.get(one.name));
      const again = isTyped && !dialogs.isClosed ? ` ${command} asks again, with what you typed.` : '';
      transcript.notice(`Nothing was sent.${again}`);
      return undefined;
    }
    kept.set(name, value);
    values.push([name, stripControls(value)]);
  }
  return Object.fromEntries(values);
}
