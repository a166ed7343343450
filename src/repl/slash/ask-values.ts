import { stripControls, toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';

/** What was answered and never sent, by command and name. It is in no file. */
const unsent = new WeakMap<Dialogs, Map<string, string>>();

/**
 * Asks for the values of a prompt, one after the other. Undefined if the person left: they are told so, and the same questions then begin
 * with what was typed.
 */
export async function askValues(
  { dialogs, transcript }: Pick<ReplApp, 'dialogs' | 'transcript'>,
  command: string,
  questions: readonly { name: string; question: string }[],
): Promise<Record<string, string> | undefined> {
  const kept = unsent.get(dialogs) ?? new Map<string, string>();
  unsent.set(dialogs, kept);
  const toKey = (name: string): string => JSON.stringify([command, name]);
  const values: [string, string][] = [];
  for (const { name, question } of questions) {
    const key = toKey(name);
    const value = await dialogs.text(`${toOneLine(question)}:`, {
      text: kept.get(key) ?? '',
      onLeave: (text) => kept.set(key, text),
    });
    if (value === undefined) {
      const isTyped = questions.some((one) => kept.get(toKey(one.name)));
      const words = isTyped ? ` ${command} asks again, with what you typed.` : '';
      transcript.notice(`Nothing was sent.${words}`);
      return undefined;
    }
    kept.set(key, value);
    values.push([name, stripControls(value)]);
  }
  for (const { name } of questions) kept.delete(toKey(name));
  return Object.fromEntries(values);
}
